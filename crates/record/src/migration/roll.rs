//! The tables of school census rows.

use sea_orm_migration::prelude::*;

use super::{belongs, index, unique};

/// Creates them.
pub(super) struct CreateRoll;

impl MigrationName for CreateRoll {
    fn name(&self) -> &'static str {
        "20261122_000105_create_roll"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateRoll {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("roll_entry")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("term").text().not_null())
            .col(ColumnDef::new("list").text().not_null())
            .col(ColumnDef::new("census_day").date().not_null())
            .col(ColumnDef::new("school_key").text().not_null())
            .col(ColumnDef::new("urn").integer())
            .col(ColumnDef::new("laestab").integer())
            .col(ColumnDef::new("source_row_id").text().not_null())
            .col(ColumnDef::new("occurrence").integer().not_null())
            .col(ColumnDef::new("upn").text())
            .col(ColumnDef::new("former_upn").text())
            .col(ColumnDef::new("surname").text())
            .col(ColumnDef::new("forename").text())
            .col(ColumnDef::new("middle_names").text())
            .col(ColumnDef::new("preferred_surname").text())
            .col(ColumnDef::new("dob").date())
            .col(ColumnDef::new("sex").text())
            .col(ColumnDef::new("entry_date").date())
            .col(ColumnDef::new("leaving_date").date())
            .col(ColumnDef::new("nc_year").text())
            .col(ColumnDef::new("enrol_status").text())
            .col(ColumnDef::new("extra").text().not_null())
            .col(ColumnDef::new("content_hash").text().not_null())
            .col(ColumnDef::new("import_file_id").uuid().not_null())
            .col(ColumnDef::new("known_from").timestamp_with_time_zone())
            .col(ColumnDef::new("known_to").timestamp_with_time_zone())
            .col(ColumnDef::new("superseded_by").uuid())
            .foreign_key(&mut belongs("roll_entry", "import_file_id", "import_file"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("roll_entry", &["upn", "known_to"])).await?;
        manager.create_index(index("roll_entry", &["former_upn"])).await?;
        manager.create_index(index("roll_entry", &["term", "list", "known_to"])).await?;
        manager.create_index(index("roll_entry", &["school_key", "term"])).await?;
        manager.create_index(index("roll_entry", &["superseded_by"])).await?;
        manager
            .create_index(unique(
                "roll_entry",
                &["import_file_id", "school_key", "source_row_id", "occurrence"],
            ))
            .await?;

        let table = Table::create()
            .table("fsm_period")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("term").text().not_null())
            .col(ColumnDef::new("school_key").text().not_null())
            .col(ColumnDef::new("pupil_row_id").text().not_null())
            .col(ColumnDef::new("source_row_id").text().not_null())
            .col(ColumnDef::new("occurrence").integer().not_null())
            .col(ColumnDef::new("start_date").date())
            .col(ColumnDef::new("end_date").date())
            .col(ColumnDef::new("country").text())
            .col(ColumnDef::new("content_hash").text().not_null())
            .col(ColumnDef::new("import_file_id").uuid().not_null())
            .col(ColumnDef::new("known_from").timestamp_with_time_zone())
            .col(ColumnDef::new("known_to").timestamp_with_time_zone())
            .col(ColumnDef::new("superseded_by").uuid())
            .foreign_key(&mut belongs("fsm_period", "import_file_id", "import_file"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("fsm_period", &["pupil_row_id", "term"])).await?;
        manager.create_index(index("fsm_period", &["term", "known_to"])).await?;
        manager.create_index(index("fsm_period", &["superseded_by"])).await?;
        manager
            .create_index(unique(
                "fsm_period",
                &["import_file_id", "school_key", "pupil_row_id", "source_row_id", "occurrence"],
            ))
            .await?;
        Ok(())
    }
}
