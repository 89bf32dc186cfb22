//! The tables of rounds and nominations.

use record::migration::frozen::freeze;
use sea_orm_migration::prelude::*;

/// Creates them.
pub(crate) struct CreateFamilies;

impl MigrationName for CreateFamilies {
    fn name(&self) -> &'static str {
        "20261122_000181_create_family_rounds"
    }
}

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}

fn day(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).date().not_null().take()
}

fn to(table: &'static str, column: &'static str, parent: &'static str) -> ForeignKeyCreateStatement {
    let key = if parent == "family" { "family_id" } else { "id" };
    ForeignKey::create().name(format!("fk_{table}_{column}")).from(table, column).to(parent, key).to_owned()
}

/// A table whose rows never change: its key, and when and by whom a row was written.
fn written(name: &'static str, key: &'static str) -> TableCreateStatement {
    Table::create()
        .table(name)
        .col(id(key).primary_key())
        .col(ColumnDef::new("recorded_at").timestamp_with_time_zone().not_null())
        .col(id("recorded_by"))
        .col(text("recorded_by_name"))
        .take()
}

fn round() -> TableCreateStatement {
    let table = "family_round";
    written(table, "id")
        .col(text("name"))
        .col(id("policy_id"))
        .col(id("version_id"))
        .col(id("fund_id"))
        .col(text("agreed_by"))
        .col(day("agreed_on"))
        .col(text("basis"))
        .col(text("notice"))
        .col(text("exceptions"))
        .foreign_key(&mut to(table, "policy_id", "budget_policy"))
        .foreign_key(&mut to(table, "version_id", "budget_policy_version"))
        .foreign_key(&mut to(table, "fund_id", "fund"))
        .take()
}

fn nomination() -> TableCreateStatement {
    let table = "family_nomination";
    written(table, "id")
        .col(id("round_id"))
        .col(number("number"))
        .col(id("family_id"))
        .col(id("child_id"))
        .col(id("worker_id"))
        .col(id("envelope_id"))
        .col(text("reason"))
        .col(text("imminence"))
        .col(number("youngest_age"))
        .col(text("band"))
        .col(text("consent"))
        .col(text("consent_note"))
        .foreign_key(&mut to(table, "round_id", "family_round"))
        .foreign_key(&mut to(table, "family_id", "family"))
        .foreign_key(&mut to(table, "child_id", "person"))
        .foreign_key(&mut to(table, "envelope_id", "envelope"))
        .take()
}

fn end() -> TableCreateStatement {
    let table = "family_nomination_end";
    written(table, "nomination_id")
        .col(text("reason"))
        .foreign_key(&mut to(table, "nomination_id", "family_nomination"))
        .take()
}

fn notice() -> TableCreateStatement {
    let table = "family_notice";
    written(table, "id")
        .col(id("nomination_id"))
        .col(day("told_on"))
        .col(text("told_by"))
        .col(text("words"))
        .foreign_key(&mut to(table, "nomination_id", "family_nomination"))
        .take()
}

fn round_draw() -> TableCreateStatement {
    let table = "family_round_draw";
    written(table, "round_id")
        .col(id("draw_id").unique_key())
        .foreign_key(&mut to(table, "round_id", "family_round"))
        .foreign_key(&mut to(table, "draw_id", "sealed_draw"))
        .take()
}

fn pot() -> TableCreateStatement {
    let table = "family_pot";
    written(table, "nomination_id")
        .col(id("envelope_id").unique_key())
        .foreign_key(&mut to(table, "nomination_id", "family_nomination"))
        .foreign_key(&mut to(table, "envelope_id", "envelope"))
        .take()
}

#[async_trait::async_trait]
impl MigrationTrait for CreateFamilies {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [round(), nomination(), end(), notice(), round_draw(), pot()] {
            manager.create_table(table).await?;
        }
        for (table, columns, unique) in [
            ("family_nomination", &["round_id", "number"][..], true),
            ("family_nomination", &["family_id"], false),
            ("family_notice", &["nomination_id"], false),
        ] {
            let mut index = Index::create();
            index.name(format!("idx_{table}_{}", columns.join("_"))).table(table);
            for column in columns {
                index.col(*column);
            }
            if unique {
                index.unique();
            }
            manager.create_index(index.take()).await?;
        }
        for table in [
            "family_round",
            "family_nomination",
            "family_nomination_end",
            "family_notice",
            "family_round_draw",
            "family_pot",
        ] {
            freeze(manager, table).await?;
        }
        Ok(())
    }
}
