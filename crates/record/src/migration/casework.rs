//! The tables of what people do with the record: allocation, families, restrictions, access with a reason,
//! duplicates, the council's own limits, and the keys of the search.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

use super::{belongs, index};

/// Creates them.
pub(super) struct CreateCasework;

impl MigrationName for CreateCasework {
    fn name(&self) -> &'static str {
        "20261122_000110_create_casework"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateCasework {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [involvements(), family(), family_member(), relationship()]
            .into_iter()
            .chain([restriction(), restriction_list(), access_grant()])
            .chain([duplicate_decision(), merge_event(), clock_policy()])
            .chain(search(manager.get_database_backend()))
        {
            manager.create_table(table).await?;
        }
        for (table, columns) in [
            ("involvements", &["person_id", "end_date"][..]),
            ("involvements", &["professional_id", "end_date"]),
            ("involvements", &["professional_team", "end_date"]),
            ("family_member", &["person_id"]),
            ("relationship", &["person_id"]),
            ("relationship", &["other_person_id"]),
            ("restriction", &["person_id", "state"]),
            ("restriction", &["state", "review_on"]),
            ("access_grant", &["user_id", "expires_at"]),
            ("access_grant", &["reviewed_at", "granted_at"]),
            ("merge_event", &["absorbed_id"]),
            ("merge_event", &["survivor_id"]),
            ("person_key", &["person_id"]),
        ] {
            manager.create_index(index(table, columns)).await?;
        }
        Ok(())
    }
}

fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).col(pk_uuid("id")).take()
}

fn involvements() -> TableCreateStatement {
    table("involvements")
        .col(uuid("person_id"))
        .col(uuid_null("professional_id"))
        .col(uuid_null("professional_team"))
        .col(text("professional_role"))
        .col(date("start_date"))
        .col(date_null("end_date"))
        .col(text_null("worker_change_reason"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(uuid("recorded_by"))
        .foreign_key(&mut belongs("involvements", "person_id", "person"))
        .take()
}

fn family() -> TableCreateStatement {
    Table::create()
        .table("family")
        .col(pk_uuid("family_id"))
        .col(timestamp_with_time_zone("created_at"))
        .take()
}

fn family_member() -> TableCreateStatement {
    Table::create()
        .table("family_member")
        .col(uuid("family_id"))
        .col(uuid("person_id"))
        .primary_key(Index::create().col("family_id").col("person_id"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_family_member_family_id")
                .from("family_member", "family_id")
                .to("family", "family_id"),
        )
        .foreign_key(&mut belongs("family_member", "person_id", "person"))
        .take()
}

fn relationship() -> TableCreateStatement {
    table("relationship")
        .col(uuid("person_id"))
        .col(uuid_null("other_person_id"))
        .col(text_null("other_name"))
        .col(text("kind"))
        .col(date_null("start_date"))
        .col(date_null("end_date"))
        .col(boolean_null("parental_responsibility"))
        .col(boolean_null("lives_with"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(uuid("recorded_by"))
        .foreign_key(&mut belongs("relationship", "person_id", "person"))
        .foreign_key(&mut belongs("relationship", "other_person_id", "person"))
        .take()
}

fn restriction() -> TableCreateStatement {
    table("restriction")
        .col(uuid("person_id"))
        .col(text("state"))
        .col(boolean("allow_list_only"))
        .col(text("reason"))
        .col(date("review_on"))
        .col(timestamp_with_time_zone("requested_at"))
        .col(uuid("requested_by"))
        .col(text("requested_by_name"))
        .col(timestamp_with_time_zone_null("confirmed_at"))
        .col(uuid_null("confirmed_by"))
        .col(text_null("confirmed_by_name"))
        .col(timestamp_with_time_zone_null("lifted_at"))
        .col(text_null("lifted_by_name"))
        .col(text_null("lift_reason"))
        .foreign_key(&mut belongs("restriction", "person_id", "person"))
        .take()
}

fn restriction_list() -> TableCreateStatement {
    Table::create()
        .table("restriction_list")
        .col(uuid("restriction_id"))
        .col(uuid("user_id"))
        .col(text("list"))
        .primary_key(Index::create().col("restriction_id").col("user_id"))
        .foreign_key(&mut belongs("restriction_list", "restriction_id", "restriction"))
        .take()
}

fn access_grant() -> TableCreateStatement {
    table("access_grant")
        .col(uuid("person_id"))
        .col(uuid("user_id"))
        .col(text("user_name"))
        .col(text("kind"))
        .col(text("reason_code"))
        .col(text("reason"))
        .col(timestamp_with_time_zone("granted_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("reviewed_at"))
        .col(uuid_null("reviewed_by"))
        .col(text_null("reviewed_by_name"))
        .col(text_null("outcome"))
        .col(text_null("review_note"))
        .foreign_key(&mut belongs("access_grant", "person_id", "person"))
        .take()
}

fn duplicate_decision() -> TableCreateStatement {
    Table::create()
        .table("duplicate_decision")
        .col(uuid("first_id"))
        .col(uuid("second_id"))
        .col(text("reason"))
        .col(timestamp_with_time_zone("decided_at"))
        .col(uuid("decided_by"))
        .col(text("decided_by_name"))
        .primary_key(Index::create().col("first_id").col("second_id"))
        .foreign_key(&mut belongs("duplicate_decision", "first_id", "person"))
        .foreign_key(&mut belongs("duplicate_decision", "second_id", "person"))
        .take()
}

fn merge_event() -> TableCreateStatement {
    table("merge_event")
        .col(uuid("survivor_id"))
        .col(uuid("absorbed_id"))
        .col(text("moved"))
        .col(text("choices"))
        .col(text("reason"))
        .col(timestamp_with_time_zone("merged_at"))
        .col(uuid("merged_by"))
        .col(text("merged_by_name"))
        .col(timestamp_with_time_zone("undo_until"))
        .col(timestamp_with_time_zone_null("unmerged_at"))
        .col(text_null("unmerged_by_name"))
        .col(text_null("unmerge_reason"))
        .foreign_key(&mut belongs("merge_event", "survivor_id", "person"))
        .foreign_key(&mut belongs("merge_event", "absorbed_id", "person"))
        .take()
}

fn clock_policy() -> TableCreateStatement {
    Table::create()
        .table("clock_policy")
        .col(integer("version").primary_key())
        .col(text("clock"))
        .col(integer_null("number"))
        .col(text_null("unit"))
        .col(date("applies_from"))
        .col(text("reason"))
        .col(timestamp_with_time_zone("created_at"))
        .col(uuid("created_by"))
        .col(text("created_by_name"))
        .take()
}

/// Keys are compared byte by byte on both engines, so that a range finds every word with a beginning.
fn search(backend: DbBackend) -> [TableCreateStatement; 3] {
    let bytewise = if backend == DbBackend::Postgres { "COLLATE \"C\"" } else { "COLLATE BINARY" };
    let keys = Table::create()
        .table("person_key")
        .col(text("key").extra(bytewise))
        .col(uuid("person_id"))
        .primary_key(Index::create().col("key").col("person_id"))
        .foreign_key(&mut belongs("person_key", "person_id", "person"))
        .take();
    let indexed = Table::create()
        .table("person_indexed")
        .col(pk_uuid("person_id"))
        .col(text("digest"))
        .foreign_key(&mut belongs("person_indexed", "person_id", "person"))
        .take();
    let variants = Table::create()
        .table("name_variant")
        .col(text("variant").extra(bytewise))
        .col(text("word").extra(bytewise))
        .primary_key(Index::create().col("variant").col("word"))
        .take();
    [keys, indexed, variants]
}
