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
