//! The tables of the school's door and of consultations, the same on both engines.

use record::migration::{index, refers};
use sea_orm_migration::{prelude::*, schema::*};

/// The migrations, in order.
pub(crate) fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(CreateDoor), Box::new(FreezeReferrals)]
}

/// What was sent to the front door stays as it was sent.
struct FreezeReferrals;

impl MigrationName for FreezeReferrals {
    fn name(&self) -> &'static str {
        "20261122_000165_freeze_referral_sent"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for FreezeReferrals {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        record::migration::frozen::freeze(manager, "referral_sent").await
    }
}

/// Creates the tables.
struct CreateDoor;

impl MigrationName for CreateDoor {
    fn name(&self) -> &'static str {
        "20261122_000150_create_school_door"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateDoor {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Parents before children.
        for table in [
            pupil_outline(),
            concern_draft(),
            concern(),
            concern_told(),
            consultation(),
            early_help_episodes(),
            referral_sent(),
            referral_outcome(),
        ] {
            manager.create_table(table).await?;
        }
        for (table, columns) in [
            ("pupil_outline", &["urn", "upn"][..]),
            ("pupil_outline", &["upn"]),
            ("pupil_outline", &["person_id"]),
            ("concern_draft", &["user_id"]),
            ("concern", &["urn", "recorded_on"]),
            ("concern", &["state", "tell_by"]),
            ("concern", &["pupil_id"]),
            ("concern_told", &["concern_id"]),
            ("consultation", &["urn", "held_on"]),
            ("consultation", &["recorded_by", "held_on"]),
            ("consultation", &["pupil_id"]),
            ("early_help_episodes", &["urn", "start_date"]),
            ("early_help_episodes", &["pupil_id"]),
            ("referral_sent", &["urn", "sent_on"]),
            ("referral_sent", &["pupil_id"]),
        ] {
            manager.create_index(index(table, columns).take()).await?;
        }
        manager.create_index(index("referral_outcome", &["referral_id", "kind"]).unique().take()).await
    }
}

fn pupil_outline() -> TableCreateStatement {
    Table::create()
        .table("pupil_outline")
        .col(pk_uuid("id"))
        .col(integer("urn"))
        .col(uuid_null("roll_entry_id"))
        .col(text_null("upn"))
        .col(text("forename"))
        .col(text("surname"))
        .col(date_null("dob"))
        .col(text_null("sex"))
        .col(text_null("nc_year"))
        .col(uuid_null("person_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(uuid("created_by"))
        .take()
}

fn concern_draft() -> TableCreateStatement {
    Table::create()
        .table("concern_draft")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(integer("urn"))
        .col(text("answers"))
        .col(timestamp_with_time_zone("updated_at"))
        .take()
}

fn concern() -> TableCreateStatement {
    Table::create()
        .table("concern")
        .col(pk_uuid("id"))
        .col(text("reference").unique_key())
        .col(integer("urn"))
        .col(text("state"))
        .col(text_null("outcome"))
        .col(text("about"))
        .col(uuid_null("pupil_id"))
        .col(text("place"))
        .col(text("worry"))
        .col(text_null("family_knows"))
        .col(text("done"))
        .col(boolean("danger"))
        .col(date("recorded_on"))
        .col(date("tell_by"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(uuid("recorded_by"))
        .col(text("recorded_by_name"))
        .col(text("recorded_role"))
        .col(timestamp_with_time_zone_null("triaged_at"))
        .col(uuid_null("triaged_by"))
        .col(text_null("triaged_by_name"))
        .col(date_null("told_on"))
        .foreign_key(&mut refers("concern", "pupil_id", "pupil_outline"))
        .take()
}

fn concern_told() -> TableCreateStatement {
    Table::create()
        .table("concern_told")
        .col(pk_uuid("id"))
        .col(uuid("concern_id"))
        .col(date("told_on"))
        .col(text("words"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(uuid("recorded_by"))
        .col(text("recorded_by_name"))
        .foreign_key(&mut refers("concern_told", "concern_id", "concern"))
        .take()
}

fn consultation() -> TableCreateStatement {
    Table::create()
        .table("consultation")
        .col(pk_uuid("id"))
        .col(text("reference").unique_key())
        .col(integer("urn"))
        .col(date("held_on"))
        .col(integer("minutes"))
        .col(text("asked_by"))
        .col(text("topic"))
        .col(text("question"))
        .col(text("advice"))
        .col(text("outcome"))
        .col(uuid_null("pupil_id"))
        .col(timestamp_with_time_zone_null("named_at"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(uuid("recorded_by"))
        .col(text("recorded_by_name"))
        .foreign_key(&mut refers("consultation", "pupil_id", "pupil_outline"))
        .take()
}

fn early_help_episodes() -> TableCreateStatement {
    Table::create()
        .table("early_help_episodes")
        .col(pk_uuid("id"))
        .col(text("reference").unique_key())
        .col(integer("urn"))
        .col(uuid("pupil_id"))
        .col(date("start_date"))
        .col(date_null("end_date"))
        .col(text("reason"))
        .col(text("help"))
        .col(boolean("family_agrees"))
        .col(text_null("end_reason"))
        .col(text("organisation"))
        .col(uuid("worker_id"))
        .col(text("worker_name"))
        .col(uuid_null("concern_id"))
        .col(uuid_null("consultation_id"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(uuid("recorded_by"))
        .col(text("recorded_by_name"))
        .foreign_key(&mut refers("early_help_episodes", "pupil_id", "pupil_outline"))
        .foreign_key(&mut refers("early_help_episodes", "concern_id", "concern"))
        .foreign_key(&mut refers("early_help_episodes", "consultation_id", "consultation"))
        .take()
}

fn referral_sent() -> TableCreateStatement {
    Table::create()
        .table("referral_sent")
        .col(pk_uuid("id"))
        .col(text("reference").unique_key())
        .col(integer("urn"))
        .col(uuid("pupil_id"))
        .col(date("sent_on"))
        .col(date("decide_by"))
        .col(uuid_null("concern_id"))
        .col(uuid_null("consultation_id"))
        .col(uuid_null("early_help_id"))
        .col(text("document"))
        .col(text("document_hash"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(uuid("recorded_by"))
        .col(text("recorded_by_name"))
        .foreign_key(&mut refers("referral_sent", "pupil_id", "pupil_outline"))
        .foreign_key(&mut refers("referral_sent", "concern_id", "concern"))
        .foreign_key(&mut refers("referral_sent", "consultation_id", "consultation"))
        .foreign_key(&mut refers("referral_sent", "early_help_id", "early_help_episodes"))
        .take()
}

fn referral_outcome() -> TableCreateStatement {
    Table::create()
        .table("referral_outcome")
        .col(pk_uuid("id"))
        .col(uuid("referral_id"))
        .col(text("kind"))
        .col(text_null("decision"))
        .col(date_null("decided_on"))
        .col(uuid_null("person_id"))
        .col(date_null("referral_date"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(uuid("recorded_by"))
        .col(text("recorded_by_name"))
        .foreign_key(&mut refers("referral_outcome", "referral_id", "referral_sent"))
        .take()
}
