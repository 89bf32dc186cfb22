//! The tables of received files and what was found in them.

use sea_orm_migration::prelude::*;

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
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("kind").text().not_null())
            .col(ColumnDef::new("name").text().not_null())
            .col(ColumnDef::new("sha256").text().not_null())
            .col(ColumnDef::new("bytes").big_integer().not_null())
            .col(ColumnDef::new("slot").text().not_null())
            .col(ColumnDef::new("collection_year").integer())
            .col(ColumnDef::new("term").text())
            .col(ColumnDef::new("la_code").integer())
            .col(ColumnDef::new("state").text().not_null())
            .col(ColumnDef::new("received_at").timestamp_with_time_zone().not_null())
            .col(ColumnDef::new("received_by").uuid().not_null())
            .col(ColumnDef::new("received_by_name").text().not_null())
            .col(ColumnDef::new("checked_at").timestamp_with_time_zone())
            .col(ColumnDef::new("checked_against").big_integer())
            .col(ColumnDef::new("blocked").text())
            .col(ColumnDef::new("summary").text().not_null())
            .col(ColumnDef::new("applied_at").timestamp_with_time_zone())
            .col(ColumnDef::new("applied_by_name").text())
            .col(ColumnDef::new("supersedes").uuid())
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("import_file", &["sha256"])).await?;
        manager.create_index(index("import_file", &["slot", "state"])).await?;
        manager.create_index(index("import_file", &["received_at"])).await?;

        let table = Table::create()
            .table("import_problem")
            .col(ColumnDef::new("import_file_id").uuid().not_null())
            .col(ColumnDef::new("seq").integer().not_null())
            .col(ColumnDef::new("severity").text().not_null())
            .col(ColumnDef::new("code").text().not_null())
            .col(ColumnDef::new("line").big_integer().not_null())
            .col(ColumnDef::new("record_number").big_integer())
            .col(ColumnDef::new("record_id").text())
            .col(ColumnDef::new("field").text())
            .col(ColumnDef::new("found").text())
            .col(ColumnDef::new("message").text().not_null())
            .col(ColumnDef::new("remedy").text().not_null())
            .primary_key(Index::create().col("import_file_id").col("seq"))
            .foreign_key(&mut belongs("import_problem", "import_file_id", "import_file"))
            .to_owned();
        manager.create_table(table).await?;

        let table = Table::create()
            .table("import_change")
            .col(ColumnDef::new("import_file_id").uuid().not_null())
            .col(ColumnDef::new("seq").integer().not_null())
            .col(ColumnDef::new("change").text().not_null())
            .col(ColumnDef::new("key").text().not_null())
            .col(ColumnDef::new("what").text().not_null())
            .primary_key(Index::create().col("import_file_id").col("seq"))
            .foreign_key(&mut belongs("import_change", "import_file_id", "import_file"))
            .to_owned();
        manager.create_table(table).await?;
        Ok(())
    }
}
