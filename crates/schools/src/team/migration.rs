//! The team's part of the schema, the same on both engines.

use sea_orm_migration::prelude::*;

/// The migrations, in order.
pub(crate) fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(CreateSessions), Box::new(CreatePlaces), Box::new(CreateBookingNotices)]
}

struct CreateSessions;

impl MigrationName for CreateSessions {
    fn name(&self) -> &'static str {
        "20261122_000140_create_activity_session"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateSessions {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = table("activity_session")
            .col(id("series_id"))
            .col(ColumnDef::new("version").integer().not_null())
            .col(ColumnDef::new("replaces").uuid())
            .col(ColumnDef::new("withdrawn").boolean().not_null())
            .col(text("kind"))
            .col(date("happened_on"))
            .col(whole("urn"))
            .col(id("worker_id"))
            .col(whole("minutes"))
            .col(text("setting"))
            .col(ColumnDef::new("staff").integer())
            .col(ColumnDef::new("pupils").integer())
            .col(ColumnDef::new("parents").integer())
            .col(ColumnDef::new("professionals").integer())
            .col(text("topic"))
            .col(text("outcome"))
            .col(text("note"))
            .col(ColumnDef::new("source_id").uuid())
            .col(ColumnDef::new("reason").text())
            .col(instant("recorded_at"))
            .col(id("recorded_by"))
            .col(text("content_hash"))
            .take();
        manager.create_table(table).await?;
        for columns in [
            &["happened_on"][..],
            &["urn", "happened_on"],
            &["worker_id", "happened_on"],
            &["series_id", "version"],
            &["source_id"],
        ] {
            manager.create_index(index("activity_session", columns)).await?;
        }
        manager.create_index(index("activity_session", &["replaces"]).unique().take()).await
    }
}

struct CreatePlaces;

impl MigrationName for CreatePlaces {
    fn name(&self) -> &'static str {
        "20261122_000141_create_school_places"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreatePlaces {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [school_place(), worker_absence(), school_holiday(), duty_line(), school_slot()] {
            manager.create_table(table).await?;
        }
        for (table, columns) in [
            ("school_place", &["urn", "first_day"][..]),
            ("school_place", &["worker_id", "first_day"]),
            ("worker_absence", &["last_day", "first_day"]),
            ("school_holiday", &["last_day"]),
            ("school_slot", &["urn", "on_date"]),
            ("school_slot", &["worker_id", "on_date"]),
        ] {
            manager.create_index(index(table, columns)).await?;
        }
        Ok(())
    }
}

struct CreateBookingNotices;

impl MigrationName for CreateBookingNotices {
    fn name(&self) -> &'static str {
        "20261122_000166_create_booking_notice"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateBookingNotices {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = table("booking_notice")
            .col(id("slot_id"))
            .col(id("user_id"))
            .col(text("why"))
            .col(text("other_name"))
            .col(ColumnDef::new("absence_id").uuid())
            .col(instant("recorded_at"))
            .col(ColumnDef::new("seen_at").timestamp_with_time_zone())
            .col(ColumnDef::new("settled_at").timestamp_with_time_zone())
            .take();
        manager.create_table(table).await?;
        for columns in [&["user_id", "seen_at"][..], &["slot_id"], &["absence_id"]] {
            manager.create_index(index("booking_notice", columns)).await?;
        }
        Ok(())
    }
}

fn school_place() -> TableCreateStatement {
    let mut create = table("school_place");
    create
        .col(id("worker_id"))
        .col(whole("urn"))
        .col(date("first_day"))
        .col(ColumnDef::new("last_day").date())
        .col(text("weekdays"))
        .col(whole("from_minute"))
        .col(whole("to_minute"));
    recorded(&mut create)
}

fn worker_absence() -> TableCreateStatement {
    let mut create = table("worker_absence");
    create
        .col(id("worker_id"))
        .col(ColumnDef::new("urn").integer())
        .col(date("first_day"))
        .col(date("last_day"))
        .col(ColumnDef::new("cover_id").uuid());
    recorded(&mut create)
}

fn school_holiday() -> TableCreateStatement {
    let mut create = table("school_holiday");
    create.col(text("name")).col(date("first_day")).col(date("last_day"));
    recorded(&mut create)
}

fn duty_line() -> TableCreateStatement {
    Table::create()
        .table("duty_line")
        .col(ColumnDef::new("version").integer().not_null().primary_key())
        .col(text("name"))
        .col(text("phone"))
        .col(instant("recorded_at"))
        .col(id("recorded_by"))
        .take()
}

fn school_slot() -> TableCreateStatement {
    let mut create = table("school_slot");
    create
        .col(id("worker_id"))
        .col(whole("urn"))
        .col(date("on_date"))
        .col(whole("from_minute"))
        .col(whole("to_minute"))
        .col(ColumnDef::new("booked_by").uuid())
        .col(ColumnDef::new("booked_by_name").text())
        .col(ColumnDef::new("booked_topic").text())
        .col(ColumnDef::new("booked_at").timestamp_with_time_zone());
    recorded(&mut create)
}

/// When a row was taken back, and who wrote it when.
fn recorded(create: &mut TableCreateStatement) -> TableCreateStatement {
    create
        .col(ColumnDef::new("withdrawn_at").timestamp_with_time_zone())
        .col(instant("recorded_at"))
        .col(id("recorded_by"))
        .take()
}

fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).col(ColumnDef::new("id").uuid().not_null().primary_key()).take()
}

fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

fn whole(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}

fn date(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).date().not_null().take()
}

fn instant(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().not_null().take()
}

/// An index over columns of a table, named after them.
fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("idx_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}
