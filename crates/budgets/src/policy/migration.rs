//! The tables of policies.

use record::migration::frozen::freeze;
use sea_orm_migration::prelude::*;

/// Creates them.
pub(crate) struct CreatePolicies;

impl MigrationName for CreatePolicies {
    fn name(&self) -> &'static str {
        "20261122_000180_create_budget_policies"
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

fn to(table: &'static str, column: &'static str, parent: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("fk_{table}_{column}")).from(table, column).to(parent, "id").to_owned()
}

/// A table whose rows never change: an identifier, and when and by whom a row was written.
fn written(name: &'static str) -> TableCreateStatement {
    Table::create()
        .table(name)
        .col(id("id").primary_key())
        .col(ColumnDef::new("recorded_at").timestamp_with_time_zone().not_null())
        .col(id("recorded_by"))
        .col(text("recorded_by_name"))
        .take()
}

fn policy() -> TableCreateStatement {
    written("budget_policy").col(text("name")).take()
}

fn version() -> TableCreateStatement {
    written("budget_policy_version")
        .col(id("policy_id"))
        .col(number("number"))
        .col(text("text"))
        .col(text("hash"))
        .col(text("reason"))
        .foreign_key(&mut to("budget_policy_version", "policy_id", "budget_policy"))
        .take()
}

fn preview() -> TableCreateStatement {
    written("budget_policy_preview")
        .col(id("policy_id"))
        .col(id("version_id"))
        .col(ColumnDef::new("against_id").uuid())
        .col(text("content"))
        .col(text("hash"))
        .foreign_key(&mut to("budget_policy_preview", "policy_id", "budget_policy"))
        .foreign_key(&mut to("budget_policy_preview", "version_id", "budget_policy_version"))
        .foreign_key(&mut to("budget_policy_preview", "against_id", "budget_policy_version"))
        .take()
}

fn live() -> TableCreateStatement {
    written("budget_policy_live")
        .col(id("policy_id"))
        .col(number("seq"))
        .col(id("version_id"))
        .col(ColumnDef::new("from_day").date().not_null())
        .col(id("preview_id"))
        .col(text("preview_hash"))
        .foreign_key(&mut to("budget_policy_live", "policy_id", "budget_policy"))
        .foreign_key(&mut to("budget_policy_live", "version_id", "budget_policy_version"))
        .foreign_key(&mut to("budget_policy_live", "preview_id", "budget_policy_preview"))
        .take()
}

fn unique(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create()
        .name(format!("idx_{table}_policy_id_{column}"))
        .table(table)
        .col("policy_id")
        .col(column)
        .unique()
        .take()
}

#[async_trait::async_trait]
impl MigrationTrait for CreatePolicies {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [policy(), version(), preview(), live()] {
            manager.create_table(table).await?;
        }
        // Two people who write at once get two numbers, or one of them an error.
        manager.create_index(unique("budget_policy_version", "number")).await?;
        manager.create_index(unique("budget_policy_live", "seq")).await?;
        for table in ["budget_policy", "budget_policy_version", "budget_policy_preview", "budget_policy_live"]
        {
            freeze(manager, table).await?;
        }
        Ok(())
    }
}
