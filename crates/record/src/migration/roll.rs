//! The tables of school census rows.

use sea_orm_migration::{prelude::*, schema::*};

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
            .col(pk_uuid("id"))
            .col(text("term"))
            .col(text("list"))
            .col(date("census_day"))
            .col(text("school_key"))
            .col(integer_null("urn"))
            .col(integer_null("laestab"))
            .col(text("source_row_id"))
            .col(integer("occurrence"))
            .col(text_null("upn"))
            .col(text_null("former_upn"))
            .col(text_null("surname"))
            .col(text_null("forename"))
            .col(text_null("middle_names"))
            .col(text_null("preferred_surname"))
            .col(date_null("dob"))
            .col(text_null("sex"))
            .col(date_null("entry_date"))
            .col(date_null("leaving_date"))
            .col(text_null("nc_year"))
            .col(text_null("enrol_status"))
            .col(text("extra"))
            .col(text("content_hash"))
            .col(uuid("import_file_id"))
            .col(timestamp_with_time_zone_null("known_from"))
            .col(timestamp_with_time_zone_null("known_to"))
            .col(uuid_null("superseded_by"))
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
            .col(pk_uuid("id"))
            .col(text("term"))
            .col(text("school_key"))
            .col(text("pupil_row_id"))
            .col(text("source_row_id"))
            .col(integer("occurrence"))
            .col(date_null("start_date"))
            .col(date_null("end_date"))
            .col(text_null("country"))
            .col(text("content_hash"))
            .col(uuid("import_file_id"))
            .col(timestamp_with_time_zone_null("known_from"))
            .col(timestamp_with_time_zone_null("known_to"))
            .col(uuid_null("superseded_by"))
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
