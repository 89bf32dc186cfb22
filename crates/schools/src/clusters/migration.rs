//! The tables of clusters.

use record::migration::index;
use sea_orm_migration::{prelude::*, schema::*};

/// Creates them.
pub(crate) struct CreateClusters;

impl MigrationName for CreateClusters {
    fn name(&self) -> &'static str {
        "20261122_000120_create_clusters"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateClusters {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = |name: &'static str| Table::create().table(name).col(pk_uuid("id")).take();
        let links = table("cluster_link")
            .col(integer("secondary_urn"))
            .col(integer("school_urn"))
            .col(text("decision"))
            .col(text("reason"))
            .col(timestamp_with_time_zone("decided_at"))
            .col(uuid("decided_by"))
            .col(text("decided_by_name"))
            .take();
        let plans = table("cluster_plan")
            .col(text("title"))
            .col(text("content"))
            .col(text("content_hash"))
            .col(timestamp_with_time_zone("frozen_at"))
            .col(uuid("frozen_by"))
            .col(text("frozen_by_name"))
            .take();
        manager.create_table(links).await?;
        manager.create_table(plans).await?;
        manager.create_index(index("cluster_link", &["secondary_urn", "school_urn"])).await?;
        manager.create_index(index("cluster_plan", &["frozen_at"])).await
    }
}

/// Lets rows of plans and of people's decisions be added and nothing else. A decision that is taken back is a further row.
pub(crate) struct FreezeClusters;

impl MigrationName for FreezeClusters {
    fn name(&self) -> &'static str {
        "20261122_000160_freeze_clusters"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for FreezeClusters {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["cluster_plan", "cluster_link"] {
            record::migration::frozen::freeze(manager, table).await?;
        }
        Ok(())
    }
}

/// Creates the table of searches.
pub(crate) struct CreateClusterSearch;

impl MigrationName for CreateClusterSearch {
    fn name(&self) -> &'static str {
        "20261122_000161_create_cluster_search"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateClusterSearch {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("cluster_search")
            .col(pk_uuid("id"))
            .col(timestamp_with_time_zone("asked_at"))
            .col(uuid("asked_by"))
            .col(text("asked_by_name"))
            .col(text("settings"))
            .col(text("state"))
            .col(text("question_hash"))
            .col(text("question"))
            .col(uuid_null("job"))
            .col(text_null("answer"))
            .col(timestamp_with_time_zone_null("answered_at"))
            .take();
        manager.create_table(table).await?;
        for (name, columns) in
            [("question", ["question_hash", "asked_at"]), ("asked", ["asked_by", "asked_at"])]
        {
            let mut index = Index::create();
            index.name(format!("idx_cluster_search_{name}")).table("cluster_search");
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        // Which of all goes first.
        let oldest =
            Index::create().name("idx_cluster_search_oldest").table("cluster_search").col("asked_at").take();
        manager.create_index(oldest).await
    }
}
