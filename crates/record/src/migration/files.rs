//! The tables of received files and what was found in them.

use sea_orm_migration::{prelude::*, schema::*};

use super::{belongs, index};

/// Creates them.
pub(super) struct CreateImports;

impl MigrationName for CreateImports {
    fn name(&self) -> &'static str {
        "20261122_000101_create_imports"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateImports {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("import_file")
            .col(pk_uuid("id"))
            .col(text("kind"))
            .col(text("name"))
            .col(text("sha256"))
            .col(big_integer("bytes"))
            .col(text("slot"))
            .col(integer_null("collection_year"))
            .col(text_null("term"))
            .col(integer_null("la_code"))
            .col(text("state"))
            .col(timestamp_with_time_zone("received_at"))
            .col(uuid("received_by"))
            .col(text("received_by_name"))
            .col(timestamp_with_time_zone_null("checked_at"))
            .col(big_integer_null("checked_against"))
            .col(text_null("blocked"))
            .col(text("summary"))
            .col(timestamp_with_time_zone_null("applied_at"))
            .col(text_null("applied_by_name"))
            .col(uuid_null("supersedes"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("import_file", &["sha256"])).await?;
        manager.create_index(index("import_file", &["slot", "state"])).await?;
        manager.create_index(index("import_file", &["received_at"])).await?;

        let table = Table::create()
            .table("import_problem")
            .col(uuid("import_file_id"))
            .col(integer("seq"))
            .col(text("severity"))
            .col(text("code"))
            .col(big_integer("line"))
            .col(big_integer_null("record_number"))
            .col(text_null("record_id"))
            .col(text_null("field"))
            .col(text_null("found"))
            .col(text("message"))
            .col(text("remedy"))
            .primary_key(Index::create().col("import_file_id").col("seq"))
            .foreign_key(&mut belongs("import_problem", "import_file_id", "import_file"))
            .to_owned();
        manager.create_table(table).await?;

        let table = Table::create()
            .table("import_change")
            .col(uuid("import_file_id"))
            .col(integer("seq"))
            .col(text("change"))
            .col(text("key"))
            .col(text("what"))
            .primary_key(Index::create().col("import_file_id").col("seq"))
            .foreign_key(&mut belongs("import_change", "import_file_id", "import_file"))
            .to_owned();
        manager.create_table(table).await?;
        Ok(())
    }
}
