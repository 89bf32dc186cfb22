//! The table of frozen comparisons.

use sea_orm_migration::{prelude::*, schema::*};

/// The migrations of this part, in order.
pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(CreateSchoolComparison)]
}

struct CreateSchoolComparison;

impl MigrationName for CreateSchoolComparison {
    fn name(&self) -> &'static str {
        "20261122_000130_create_school_comparison"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateSchoolComparison {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("school_comparison")
            .col(pk_uuid("id"))
            .col(text("purpose"))
            .col(text("purpose_key"))
            .col(integer("number"))
            .col(text("document"))
            .col(text("document_hash"))
            .col(text("figures_hash"))
            .col(timestamp_with_time_zone("frozen_at"))
            .col(uuid("frozen_by"))
            .col(text("frozen_by_name"))
            .take();
        manager.create_table(table).await?;
        // Of two who freeze at once, one gets the number.
        let unique = Index::create()
            .name("idx_school_comparison_purpose_key_number")
            .table("school_comparison")
            .col("purpose_key")
            .col("number")
            .unique()
            .take();
        manager.create_index(unique).await?;
        record::migration::frozen::freeze(manager, "school_comparison").await
    }
}
