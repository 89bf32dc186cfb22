//! The tables of children and of their entries in returns.

use sea_orm_migration::prelude::*;

use super::{belongs, index, unique};

/// Creates them.
pub(super) struct CreatePeople;

impl MigrationName for CreatePeople {
    fn name(&self) -> &'static str {
        "20261122_000102_create_people"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreatePeople {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("person")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("la_child_id").text().not_null().unique_key())
            .col(ColumnDef::new("forename").text())
            .col(ColumnDef::new("surname").text())
            .col(ColumnDef::new("dob").date())
            .col(ColumnDef::new("expected_dob").date())
            .col(ColumnDef::new("sex").text())
            .col(ColumnDef::new("ethnicity").text())
            .col(ColumnDef::new("upn").text())
            .col(ColumnDef::new("former_upn").text())
            .col(ColumnDef::new("upn_unknown").text())
            .col(ColumnDef::new("death_date").date())
            .col(ColumnDef::new("disabilities").text().not_null())
            .col(ColumnDef::new("status").text().not_null())
            .col(ColumnDef::new("status_since").date())
            .col(ColumnDef::new("latest_return").integer())
            .col(ColumnDef::new("merged_into").uuid())
            .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
            .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("person", &["upn"])).await?;
        manager.create_index(index("person", &["former_upn"])).await?;
        manager.create_index(index("person", &["surname", "forename"])).await?;
        manager.create_index(index("person", &["dob"])).await?;
        manager.create_index(index("person", &["merged_into"])).await?;

        let table = Table::create()
            .table("person_return")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("person_id").uuid().not_null())
            .col(ColumnDef::new("collection_year").integer().not_null())
            .col(ColumnDef::new("la_child_id").text().not_null())
            .col(ColumnDef::new("occurrence").integer().not_null())
            .col(ColumnDef::new("line").big_integer().not_null())
            .col(ColumnDef::new("upn").text())
            .col(ColumnDef::new("former_upn").text())
            .col(ColumnDef::new("upn_unknown").text())
            .col(ColumnDef::new("dob").date())
            .col(ColumnDef::new("expected_dob").date())
            .col(ColumnDef::new("sex").text())
            .col(ColumnDef::new("ethnicity").text())
            .col(ColumnDef::new("death_date").date())
            .col(ColumnDef::new("disabilities").text().not_null())
            .col(ColumnDef::new("status").text().not_null())
            .col(ColumnDef::new("status_since").date())
            .col(ColumnDef::new("extra").text().not_null())
            .col(ColumnDef::new("content_hash").text().not_null())
            .col(ColumnDef::new("import_file_id").uuid().not_null())
            .col(ColumnDef::new("known_from").timestamp_with_time_zone())
            .col(ColumnDef::new("known_to").timestamp_with_time_zone())
            .col(ColumnDef::new("superseded_by").uuid())
            .foreign_key(&mut belongs("person_return", "import_file_id", "import_file"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("person_return", &["person_id", "known_to"])).await?;
        manager.create_index(index("person_return", &["collection_year", "known_to", "la_child_id"])).await?;
        manager.create_index(index("person_return", &["superseded_by"])).await?;
        manager
            .create_index(unique("person_return", &["import_file_id", "la_child_id", "occurrence"]))
            .await?;
        Ok(())
    }
}
