//! The tables of schools, their links, and what their identifiers mean.

use sea_orm_migration::prelude::*;

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
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("urn").integer().not_null())
            .col(ColumnDef::new("laestab").integer())
            .col(ColumnDef::new("la_code").integer())
            .col(ColumnDef::new("name").text().not_null())
            .col(ColumnDef::new("type_code").text())
            .col(ColumnDef::new("type_name").text())
            .col(ColumnDef::new("group_code").text())
            .col(ColumnDef::new("phase").text())
            .col(ColumnDef::new("phase_name").text())
            .col(ColumnDef::new("status").text())
            .col(ColumnDef::new("open_date").date())
            .col(ColumnDef::new("close_date").date())
            .col(ColumnDef::new("low_age").integer())
            .col(ColumnDef::new("high_age").integer())
            .col(ColumnDef::new("capacity").integer())
            .col(ColumnDef::new("census_date").date())
            .col(ColumnDef::new("pupils").integer())
            .col(ColumnDef::new("fsm_pupils").integer())
            .col(ColumnDef::new("fsm_percent").double())
            .col(ColumnDef::new("trust_code").text())
            .col(ColumnDef::new("trust_name").text())
            .col(ColumnDef::new("town").text())
            .col(ColumnDef::new("postcode").text())
            .col(ColumnDef::new("easting").integer())
            .col(ColumnDef::new("northing").integer())
            .col(ColumnDef::new("lsoa").text())
            .col(ColumnDef::new("urban_rural").text())
            .col(ColumnDef::new("extra").text().not_null())
            .col(ColumnDef::new("content_hash").text().not_null())
            .col(ColumnDef::new("import_file_id").uuid().not_null())
            .col(ColumnDef::new("known_from").timestamp_with_time_zone())
            .col(ColumnDef::new("known_to").timestamp_with_time_zone())
            .col(ColumnDef::new("superseded_by").uuid())
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
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("urn").integer().not_null())
            .col(ColumnDef::new("link_urn").integer().not_null())
            .col(ColumnDef::new("link_name").text().not_null())
            .col(ColumnDef::new("kind").text().not_null())
            .col(ColumnDef::new("link_type").text().not_null())
            .col(ColumnDef::new("established_date").date())
            .col(ColumnDef::new("content_hash").text().not_null())
            .col(ColumnDef::new("import_file_id").uuid().not_null())
            .col(ColumnDef::new("known_from").timestamp_with_time_zone())
            .col(ColumnDef::new("known_to").timestamp_with_time_zone())
            .col(ColumnDef::new("superseded_by").uuid())
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
            .col(ColumnDef::new("native_id").text().not_null().primary_key())
            .col(ColumnDef::new("urn").integer().not_null())
            .col(ColumnDef::new("set_at").timestamp_with_time_zone().not_null())
            .col(ColumnDef::new("set_by").uuid().not_null())
            .col(ColumnDef::new("set_by_name").text().not_null())
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("school_alias", &["urn"])).await?;
        Ok(())
    }
}
