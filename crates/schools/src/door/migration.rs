//! The tables of the school's door and of consultations, the same on both engines.

use sea_orm_migration::prelude::*;

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

fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("idx_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}

fn belongs(table: &'static str, column: &'static str, parent: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("fk_{table}_{column}")).from(table, column).to(parent, "id").take()
}

fn pupil_outline() -> TableCreateStatement {
    Table::create()
        .table("pupil_outline")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("urn").integer().not_null())
        .col(ColumnDef::new("roll_entry_id").uuid())
        .col(ColumnDef::new("upn").text())
        .col(ColumnDef::new("forename").text().not_null())
        .col(ColumnDef::new("surname").text().not_null())
        .col(ColumnDef::new("dob").date())
        .col(ColumnDef::new("sex").text())
        .col(ColumnDef::new("nc_year").text())
        .col(ColumnDef::new("person_id").uuid())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("created_by").uuid().not_null())
        .take()
}

fn concern_draft() -> TableCreateStatement {
    Table::create()
        .table("concern_draft")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("user_id").uuid().not_null())
        .col(ColumnDef::new("urn").integer().not_null())
        .col(ColumnDef::new("answers").text().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .take()
}

fn concern() -> TableCreateStatement {
    Table::create()
        .table("concern")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("reference").text().not_null().unique_key())
        .col(ColumnDef::new("urn").integer().not_null())
        .col(ColumnDef::new("state").text().not_null())
        .col(ColumnDef::new("outcome").text())
        .col(ColumnDef::new("about").text().not_null())
        .col(ColumnDef::new("pupil_id").uuid())
        .col(ColumnDef::new("place").text().not_null())
        .col(ColumnDef::new("worry").text().not_null())
        .col(ColumnDef::new("family_knows").text())
        .col(ColumnDef::new("done").text().not_null())
        .col(ColumnDef::new("danger").boolean().not_null())
        .col(ColumnDef::new("recorded_on").date().not_null())
        .col(ColumnDef::new("tell_by").date().not_null())
        .col(ColumnDef::new("recorded_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("recorded_by").uuid().not_null())
        .col(ColumnDef::new("recorded_by_name").text().not_null())
        .col(ColumnDef::new("recorded_role").text().not_null())
        .col(ColumnDef::new("triaged_at").timestamp_with_time_zone())
        .col(ColumnDef::new("triaged_by").uuid())
        .col(ColumnDef::new("triaged_by_name").text())
        .col(ColumnDef::new("told_on").date())
        .foreign_key(&mut belongs("concern", "pupil_id", "pupil_outline"))
        .take()
}

fn concern_told() -> TableCreateStatement {
    Table::create()
        .table("concern_told")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("concern_id").uuid().not_null())
        .col(ColumnDef::new("told_on").date().not_null())
        .col(ColumnDef::new("words").text().not_null())
        .col(ColumnDef::new("recorded_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("recorded_by").uuid().not_null())
        .col(ColumnDef::new("recorded_by_name").text().not_null())
        .foreign_key(&mut belongs("concern_told", "concern_id", "concern"))
        .take()
}

fn consultation() -> TableCreateStatement {
    Table::create()
        .table("consultation")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("reference").text().not_null().unique_key())
        .col(ColumnDef::new("urn").integer().not_null())
        .col(ColumnDef::new("held_on").date().not_null())
        .col(ColumnDef::new("minutes").integer().not_null())
        .col(ColumnDef::new("asked_by").text().not_null())
        .col(ColumnDef::new("topic").text().not_null())
        .col(ColumnDef::new("question").text().not_null())
        .col(ColumnDef::new("advice").text().not_null())
        .col(ColumnDef::new("outcome").text().not_null())
        .col(ColumnDef::new("pupil_id").uuid())
        .col(ColumnDef::new("named_at").timestamp_with_time_zone())
        .col(ColumnDef::new("recorded_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("recorded_by").uuid().not_null())
        .col(ColumnDef::new("recorded_by_name").text().not_null())
        .foreign_key(&mut belongs("consultation", "pupil_id", "pupil_outline"))
        .take()
}

fn early_help_episodes() -> TableCreateStatement {
    Table::create()
        .table("early_help_episodes")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("reference").text().not_null().unique_key())
        .col(ColumnDef::new("urn").integer().not_null())
        .col(ColumnDef::new("pupil_id").uuid().not_null())
        .col(ColumnDef::new("start_date").date().not_null())
        .col(ColumnDef::new("end_date").date())
        .col(ColumnDef::new("reason").text().not_null())
        .col(ColumnDef::new("help").text().not_null())
        .col(ColumnDef::new("family_agrees").boolean().not_null())
        .col(ColumnDef::new("end_reason").text())
        .col(ColumnDef::new("organisation").text().not_null())
        .col(ColumnDef::new("worker_id").uuid().not_null())
        .col(ColumnDef::new("worker_name").text().not_null())
        .col(ColumnDef::new("concern_id").uuid())
        .col(ColumnDef::new("consultation_id").uuid())
        .col(ColumnDef::new("recorded_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("recorded_by").uuid().not_null())
        .col(ColumnDef::new("recorded_by_name").text().not_null())
        .foreign_key(&mut belongs("early_help_episodes", "pupil_id", "pupil_outline"))
        .foreign_key(&mut belongs("early_help_episodes", "concern_id", "concern"))
        .foreign_key(&mut belongs("early_help_episodes", "consultation_id", "consultation"))
        .take()
}

fn referral_sent() -> TableCreateStatement {
    Table::create()
        .table("referral_sent")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("reference").text().not_null().unique_key())
        .col(ColumnDef::new("urn").integer().not_null())
        .col(ColumnDef::new("pupil_id").uuid().not_null())
        .col(ColumnDef::new("sent_on").date().not_null())
        .col(ColumnDef::new("decide_by").date().not_null())
        .col(ColumnDef::new("concern_id").uuid())
        .col(ColumnDef::new("consultation_id").uuid())
        .col(ColumnDef::new("early_help_id").uuid())
        .col(ColumnDef::new("document").text().not_null())
        .col(ColumnDef::new("document_hash").text().not_null())
        .col(ColumnDef::new("recorded_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("recorded_by").uuid().not_null())
        .col(ColumnDef::new("recorded_by_name").text().not_null())
        .foreign_key(&mut belongs("referral_sent", "pupil_id", "pupil_outline"))
        .foreign_key(&mut belongs("referral_sent", "concern_id", "concern"))
        .foreign_key(&mut belongs("referral_sent", "consultation_id", "consultation"))
        .foreign_key(&mut belongs("referral_sent", "early_help_id", "early_help_episodes"))
        .take()
}

fn referral_outcome() -> TableCreateStatement {
    Table::create()
        .table("referral_outcome")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("referral_id").uuid().not_null())
        .col(ColumnDef::new("kind").text().not_null())
        .col(ColumnDef::new("decision").text())
        .col(ColumnDef::new("decided_on").date())
        .col(ColumnDef::new("person_id").uuid())
        .col(ColumnDef::new("referral_date").date())
        .col(ColumnDef::new("recorded_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("recorded_by").uuid().not_null())
        .col(ColumnDef::new("recorded_by_name").text().not_null())
        .foreign_key(&mut belongs("referral_outcome", "referral_id", "referral_sent"))
        .take()
}
