//! The tables of rounds and nominations.

use record::migration::{frozen::freeze, refers, written};
use sea_orm_migration::{prelude::*, schema::*};

/// Creates them.
pub(crate) struct CreateFamilies;

impl MigrationName for CreateFamilies {
    fn name(&self) -> &'static str {
        "20261122_000181_create_family_rounds"
    }
}

/// A column that names a family, whose key is called `family_id`.
fn of_family(table: &'static str, column: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from(table, column)
        .to("family", "family_id")
        .to_owned()
}

/// A table whose rows never change: its key, and when and by whom a row was written.
fn rows(name: &'static str, key: &'static str) -> TableCreateStatement {
    written(Table::create().table(name).col(pk_uuid(key)))
}

fn round() -> TableCreateStatement {
    let table = "family_round";
    rows(table, "id")
        .col(text("name"))
        .col(uuid("policy_id"))
        .col(uuid("version_id"))
        .col(uuid("fund_id"))
        .col(text("agreed_by"))
        .col(date("agreed_on"))
        .col(text("basis"))
        .col(text("notice"))
        .col(text("exceptions"))
        .foreign_key(&mut refers(table, "policy_id", "budget_policy"))
        .foreign_key(&mut refers(table, "version_id", "budget_policy_version"))
        .foreign_key(&mut refers(table, "fund_id", "fund"))
        .take()
}

fn nomination() -> TableCreateStatement {
    let table = "family_nomination";
    rows(table, "id")
        .col(uuid("round_id"))
        .col(integer("number"))
        .col(uuid("family_id"))
        .col(uuid("child_id"))
        .col(uuid("worker_id"))
        .col(uuid("envelope_id"))
        .col(text("reason"))
        .col(text("imminence"))
        .col(integer("youngest_age"))
        .col(text("band"))
        .col(text("consent"))
        .col(text("consent_note"))
        .foreign_key(&mut refers(table, "round_id", "family_round"))
        .foreign_key(&mut of_family(table, "family_id"))
        .foreign_key(&mut refers(table, "child_id", "person"))
        .foreign_key(&mut refers(table, "envelope_id", "envelope"))
        .take()
}

fn end() -> TableCreateStatement {
    let table = "family_nomination_end";
    rows(table, "nomination_id")
        .col(text("reason"))
        .foreign_key(&mut refers(table, "nomination_id", "family_nomination"))
        .take()
}

fn notice() -> TableCreateStatement {
    let table = "family_notice";
    rows(table, "id")
        .col(uuid("nomination_id"))
        .col(date("told_on"))
        .col(text("told_by"))
        .col(text("words"))
        .foreign_key(&mut refers(table, "nomination_id", "family_nomination"))
        .take()
}

fn round_draw() -> TableCreateStatement {
    let table = "family_round_draw";
    rows(table, "round_id")
        .col(uuid("draw_id").unique_key())
        .foreign_key(&mut refers(table, "round_id", "family_round"))
        .foreign_key(&mut refers(table, "draw_id", "sealed_draw"))
        .take()
}

fn pot() -> TableCreateStatement {
    let table = "family_pot";
    rows(table, "nomination_id")
        .col(uuid("envelope_id").unique_key())
        .foreign_key(&mut refers(table, "nomination_id", "family_nomination"))
        .foreign_key(&mut refers(table, "envelope_id", "envelope"))
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
