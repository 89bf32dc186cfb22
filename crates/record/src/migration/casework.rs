//! The tables of what people do with the record: allocation, families, restrictions, access with a reason,
//! duplicates, the council's own limits, and the keys of the search.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

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

fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

fn instant(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().not_null().take()
}

fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).col(ColumnDef::new("id").uuid().not_null().primary_key()).take()
}

fn involvements() -> TableCreateStatement {
    table("involvements")
        .col(id("person_id"))
        .col(ColumnDef::new("professional_id").uuid())
        .col(ColumnDef::new("professional_team").uuid())
        .col(text("professional_role"))
        .col(ColumnDef::new("start_date").date().not_null())
        .col(ColumnDef::new("end_date").date())
        .col(ColumnDef::new("worker_change_reason").text())
        .col(instant("recorded_at"))
        .col(id("recorded_by"))
        .foreign_key(&mut belongs("involvements", "person_id", "person"))
        .take()
}

fn family() -> TableCreateStatement {
    Table::create()
        .table("family")
        .col(ColumnDef::new("family_id").uuid().not_null().primary_key())
        .col(instant("created_at"))
        .take()
}

fn family_member() -> TableCreateStatement {
    Table::create()
        .table("family_member")
        .col(id("family_id"))
        .col(id("person_id"))
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
        .col(id("person_id"))
        .col(ColumnDef::new("other_person_id").uuid())
        .col(ColumnDef::new("other_name").text())
        .col(text("kind"))
        .col(ColumnDef::new("start_date").date())
        .col(ColumnDef::new("end_date").date())
        .col(ColumnDef::new("parental_responsibility").boolean())
        .col(ColumnDef::new("lives_with").boolean())
        .col(instant("recorded_at"))
        .col(id("recorded_by"))
        .foreign_key(&mut belongs("relationship", "person_id", "person"))
        .foreign_key(&mut belongs("relationship", "other_person_id", "person"))
        .take()
}

fn restriction() -> TableCreateStatement {
    table("restriction")
        .col(id("person_id"))
        .col(text("state"))
        .col(ColumnDef::new("allow_list_only").boolean().not_null())
        .col(text("reason"))
        .col(ColumnDef::new("review_on").date().not_null())
        .col(instant("requested_at"))
        .col(id("requested_by"))
        .col(text("requested_by_name"))
        .col(ColumnDef::new("confirmed_at").timestamp_with_time_zone())
        .col(ColumnDef::new("confirmed_by").uuid())
        .col(ColumnDef::new("confirmed_by_name").text())
        .col(ColumnDef::new("lifted_at").timestamp_with_time_zone())
        .col(ColumnDef::new("lifted_by_name").text())
        .col(ColumnDef::new("lift_reason").text())
        .foreign_key(&mut belongs("restriction", "person_id", "person"))
        .take()
}

fn restriction_list() -> TableCreateStatement {
    Table::create()
        .table("restriction_list")
        .col(id("restriction_id"))
        .col(id("user_id"))
        .col(text("list"))
        .primary_key(Index::create().col("restriction_id").col("user_id"))
        .foreign_key(&mut belongs("restriction_list", "restriction_id", "restriction"))
        .take()
}

fn access_grant() -> TableCreateStatement {
    table("access_grant")
        .col(id("person_id"))
        .col(id("user_id"))
        .col(text("user_name"))
        .col(text("kind"))
        .col(text("reason_code"))
        .col(text("reason"))
        .col(instant("granted_at"))
        .col(instant("expires_at"))
        .col(ColumnDef::new("reviewed_at").timestamp_with_time_zone())
        .col(ColumnDef::new("reviewed_by").uuid())
        .col(ColumnDef::new("reviewed_by_name").text())
        .col(ColumnDef::new("outcome").text())
        .col(ColumnDef::new("review_note").text())
        .foreign_key(&mut belongs("access_grant", "person_id", "person"))
        .take()
}

fn duplicate_decision() -> TableCreateStatement {
    Table::create()
        .table("duplicate_decision")
        .col(id("first_id"))
        .col(id("second_id"))
        .col(text("reason"))
        .col(instant("decided_at"))
        .col(id("decided_by"))
        .col(text("decided_by_name"))
        .primary_key(Index::create().col("first_id").col("second_id"))
        .foreign_key(&mut belongs("duplicate_decision", "first_id", "person"))
        .foreign_key(&mut belongs("duplicate_decision", "second_id", "person"))
        .take()
}

fn merge_event() -> TableCreateStatement {
    table("merge_event")
        .col(id("survivor_id"))
        .col(id("absorbed_id"))
        .col(text("moved"))
        .col(text("choices"))
        .col(text("reason"))
        .col(instant("merged_at"))
        .col(id("merged_by"))
        .col(text("merged_by_name"))
        .col(instant("undo_until"))
        .col(ColumnDef::new("unmerged_at").timestamp_with_time_zone())
        .col(ColumnDef::new("unmerged_by_name").text())
        .col(ColumnDef::new("unmerge_reason").text())
        .foreign_key(&mut belongs("merge_event", "survivor_id", "person"))
        .foreign_key(&mut belongs("merge_event", "absorbed_id", "person"))
        .take()
}

fn clock_policy() -> TableCreateStatement {
    Table::create()
        .table("clock_policy")
        .col(ColumnDef::new("version").integer().not_null().primary_key())
        .col(text("clock"))
        .col(ColumnDef::new("number").integer())
        .col(ColumnDef::new("unit").text())
        .col(ColumnDef::new("applies_from").date().not_null())
        .col(text("reason"))
        .col(instant("created_at"))
        .col(id("created_by"))
        .col(text("created_by_name"))
        .take()
}

/// Keys are compared byte by byte on both engines, so that a range finds every word with a beginning.
fn search(backend: DbBackend) -> [TableCreateStatement; 3] {
    let bytewise = if backend == DbBackend::Postgres { "COLLATE \"C\"" } else { "COLLATE BINARY" };
    let keys = Table::create()
        .table("person_key")
        .col(text("key").extra(bytewise))
        .col(id("person_id"))
        .primary_key(Index::create().col("key").col("person_id"))
        .foreign_key(&mut belongs("person_key", "person_id", "person"))
        .take();
    let indexed = Table::create()
        .table("person_indexed")
        .col(ColumnDef::new("person_id").uuid().not_null().primary_key())
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
