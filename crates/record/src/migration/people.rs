//! The tables of children and of their entries in returns.

use sea_orm_migration::{prelude::*, schema::*};

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
            .col(pk_uuid("id"))
            .col(text("la_child_id").unique_key())
            .col(text_null("forename"))
            .col(text_null("surname"))
            .col(date_null("dob"))
            .col(date_null("expected_dob"))
            .col(text_null("sex"))
            .col(text_null("ethnicity"))
            .col(text_null("upn"))
            .col(text_null("former_upn"))
            .col(text_null("upn_unknown"))
            .col(date_null("death_date"))
            .col(text("disabilities"))
            .col(text("status"))
            .col(date_null("status_since"))
            .col(integer_null("latest_return"))
            .col(uuid_null("merged_into"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("person", &["upn"])).await?;
        manager.create_index(index("person", &["former_upn"])).await?;
        manager.create_index(index("person", &["surname", "forename"])).await?;
        manager.create_index(index("person", &["dob"])).await?;
        manager.create_index(index("person", &["merged_into"])).await?;

        let table = Table::create()
            .table("person_return")
            .col(pk_uuid("id"))
            .col(uuid("person_id"))
            .col(integer("collection_year"))
            .col(text("la_child_id"))
            .col(integer("occurrence"))
            .col(big_integer("line"))
            .col(text_null("upn"))
            .col(text_null("former_upn"))
            .col(text_null("upn_unknown"))
            .col(date_null("dob"))
            .col(date_null("expected_dob"))
            .col(text_null("sex"))
            .col(text_null("ethnicity"))
            .col(date_null("death_date"))
            .col(text("disabilities"))
            .col(text("status"))
            .col(date_null("status_since"))
            .col(text("extra"))
            .col(text("content_hash"))
            .col(uuid("import_file_id"))
            .col(timestamp_with_time_zone_null("known_from"))
            .col(timestamp_with_time_zone_null("known_to"))
            .col(uuid_null("superseded_by"))
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
