//! The tables of schools, their links, and what their identifiers mean.

use sea_orm_migration::{prelude::*, schema::*};

use super::{belongs, index, unique};

/// Creates them.
pub(super) struct CreateSchools;

impl MigrationName for CreateSchools {
    fn name(&self) -> &'static str {
        "20261122_000104_create_schools"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateSchools {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("school")
            .col(pk_uuid("id"))
            .col(integer("urn"))
            .col(integer_null("laestab"))
            .col(integer_null("la_code"))
            .col(text("name"))
            .col(text_null("type_code"))
            .col(text_null("type_name"))
            .col(text_null("group_code"))
            .col(text_null("phase"))
            .col(text_null("phase_name"))
            .col(text_null("status"))
            .col(date_null("open_date"))
            .col(date_null("close_date"))
            .col(integer_null("low_age"))
            .col(integer_null("high_age"))
            .col(integer_null("capacity"))
            .col(date_null("census_date"))
            .col(integer_null("pupils"))
            .col(integer_null("fsm_pupils"))
            .col(ColumnDef::new("fsm_percent").double())
            .col(text_null("trust_code"))
            .col(text_null("trust_name"))
            .col(text_null("town"))
            .col(text_null("postcode"))
            .col(integer_null("easting"))
            .col(integer_null("northing"))
            .col(text_null("lsoa"))
            .col(text_null("urban_rural"))
            .col(text("extra"))
            .col(text("content_hash"))
            .col(uuid("import_file_id"))
            .col(timestamp_with_time_zone_null("known_from"))
            .col(timestamp_with_time_zone_null("known_to"))
            .col(uuid_null("superseded_by"))
            .foreign_key(&mut belongs("school", "import_file_id", "import_file"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("school", &["urn", "known_to"])).await?;
        manager.create_index(index("school", &["laestab"])).await?;
        manager.create_index(index("school", &["la_code", "known_to"])).await?;
        manager.create_index(index("school", &["superseded_by"])).await?;
        manager.create_index(unique("school", &["import_file_id", "urn"])).await?;

        let table = Table::create()
            .table("school_link")
            .col(pk_uuid("id"))
            .col(integer("urn"))
            .col(integer("link_urn"))
            .col(text("link_name"))
            .col(text("kind"))
            .col(text("link_type"))
            .col(date_null("established_date"))
            .col(text("content_hash"))
            .col(uuid("import_file_id"))
            .col(timestamp_with_time_zone_null("known_from"))
            .col(timestamp_with_time_zone_null("known_to"))
            .col(uuid_null("superseded_by"))
            .foreign_key(&mut belongs("school_link", "import_file_id", "import_file"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("school_link", &["urn", "known_to"])).await?;
        manager.create_index(index("school_link", &["superseded_by"])).await?;
        manager
            .create_index(unique("school_link", &["import_file_id", "urn", "link_urn", "link_type"]))
            .await?;

        let table = Table::create()
            .table("school_alias")
            .col(text("native_id").primary_key())
            .col(integer("urn"))
            .col(timestamp_with_time_zone("set_at"))
            .col(uuid("set_by"))
            .col(text("set_by_name"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("school_alias", &["urn"])).await?;
        Ok(())
    }
}
