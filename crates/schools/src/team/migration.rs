//! The team's part of the schema, the same on both engines.

use record::migration::index;
use sea_orm_migration::{prelude::*, schema::*};

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
            .col(uuid("series_id"))
            .col(integer("version"))
            .col(uuid_null("replaces"))
            .col(boolean("withdrawn"))
            .col(text("kind"))
            .col(date("happened_on"))
            .col(integer("urn"))
            .col(uuid("worker_id"))
            .col(integer("minutes"))
            .col(text("setting"))
            .col(integer_null("staff"))
            .col(integer_null("pupils"))
            .col(integer_null("parents"))
            .col(integer_null("professionals"))
            .col(text("topic"))
            .col(text("outcome"))
            .col(text("note"))
            .col(uuid_null("source_id"))
            .col(text_null("reason"))
            .col(timestamp_with_time_zone("recorded_at"))
            .col(uuid("recorded_by"))
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
            .col(uuid("slot_id"))
            .col(uuid("user_id"))
            .col(text("why"))
            .col(text("other_name"))
            .col(uuid_null("absence_id"))
            .col(timestamp_with_time_zone("recorded_at"))
            .col(timestamp_with_time_zone_null("seen_at"))
            .col(timestamp_with_time_zone_null("settled_at"))
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
        .col(uuid("worker_id"))
        .col(integer("urn"))
        .col(date("first_day"))
        .col(date_null("last_day"))
        .col(text("weekdays"))
        .col(integer("from_minute"))
        .col(integer("to_minute"));
    recorded(&mut create)
}

fn worker_absence() -> TableCreateStatement {
    let mut create = table("worker_absence");
    create
        .col(uuid("worker_id"))
        .col(integer_null("urn"))
        .col(date("first_day"))
        .col(date("last_day"))
        .col(uuid_null("cover_id"));
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
        .col(integer("version").primary_key())
        .col(text("name"))
        .col(text("phone"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(uuid("recorded_by"))
        .take()
}

fn school_slot() -> TableCreateStatement {
    let mut create = table("school_slot");
    create
        .col(uuid("worker_id"))
        .col(integer("urn"))
        .col(date("on_date"))
        .col(integer("from_minute"))
        .col(integer("to_minute"))
        .col(uuid_null("booked_by"))
        .col(text_null("booked_by_name"))
        .col(text_null("booked_topic"))
        .col(timestamp_with_time_zone_null("booked_at"));
    recorded(&mut create)
}

/// When a row was taken back, and who wrote it when.
fn recorded(create: &mut TableCreateStatement) -> TableCreateStatement {
    create
        .col(timestamp_with_time_zone_null("withdrawn_at"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(uuid("recorded_by"))
        .take()
}

fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).col(pk_uuid("id")).take()
}
