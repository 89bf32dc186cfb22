//! The tables of clusters.

use sea_orm_migration::prelude::*;

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
        let id = |name: &'static str| ColumnDef::new(name).uuid().not_null().take();
        let text = |name: &'static str| ColumnDef::new(name).text().not_null().take();
        let number = |name: &'static str| ColumnDef::new(name).integer().not_null().take();
        let instant = |name: &'static str| ColumnDef::new(name).timestamp_with_time_zone().not_null().take();
        let table = |name: &'static str| {
            Table::create().table(name).col(ColumnDef::new("id").uuid().not_null().primary_key()).take()
        };
        let links = table("cluster_link")
            .col(number("secondary_urn"))
            .col(number("school_urn"))
            .col(text("decision"))
            .col(text("reason"))
            .col(instant("decided_at"))
            .col(id("decided_by"))
            .col(text("decided_by_name"))
            .take();
        let plans = table("cluster_plan")
            .col(text("title"))
            .col(text("content"))
            .col(text("content_hash"))
            .col(instant("frozen_at"))
            .col(id("frozen_by"))
            .col(text("frozen_by_name"))
            .take();
        manager.create_table(links).await?;
        manager.create_table(plans).await?;
        let index = |table: &'static str, columns: &[&'static str]| {
            let mut index = Index::create();
            index.name(format!("idx_{table}_{}", columns.join("_"))).table(table);
            for column in columns {
                index.col(*column);
            }
            index
        };
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
        let text = |name: &'static str| ColumnDef::new(name).text().not_null().take();
        let table = Table::create()
            .table("cluster_search")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("asked_at").timestamp_with_time_zone().not_null())
            .col(ColumnDef::new("asked_by").uuid().not_null())
            .col(text("asked_by_name"))
            .col(text("settings"))
            .col(text("state"))
            .col(text("question_hash"))
            .col(text("question"))
            .col(ColumnDef::new("job").uuid())
            .col(ColumnDef::new("answer").text())
            .col(ColumnDef::new("answered_at").timestamp_with_time_zone())
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
