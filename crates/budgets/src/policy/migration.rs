//! The tables of policies.

use record::migration::{frozen::freeze, refers, written};
use sea_orm_migration::{prelude::*, schema::*};

/// Creates them.
pub(crate) struct CreatePolicies;

impl MigrationName for CreatePolicies {
    fn name(&self) -> &'static str {
        "20261122_000180_create_budget_policies"
    }
}

/// A table whose rows never change: an identifier, and when and by whom a row was written.
fn rows(name: &'static str) -> TableCreateStatement {
    written(Table::create().table(name).col(pk_uuid("id")))
}

fn policy() -> TableCreateStatement {
    rows("budget_policy").col(text("name")).take()
}

fn version() -> TableCreateStatement {
    rows("budget_policy_version")
        .col(uuid("policy_id"))
        .col(integer("number"))
        .col(text("text"))
        .col(text("hash"))
        .col(text("reason"))
        .foreign_key(&mut refers("budget_policy_version", "policy_id", "budget_policy"))
        .take()
}

fn preview() -> TableCreateStatement {
    rows("budget_policy_preview")
        .col(uuid("policy_id"))
        .col(uuid("version_id"))
        .col(uuid_null("against_id"))
        .col(text("content"))
        .col(text("hash"))
        .foreign_key(&mut refers("budget_policy_preview", "policy_id", "budget_policy"))
        .foreign_key(&mut refers("budget_policy_preview", "version_id", "budget_policy_version"))
        .foreign_key(&mut refers("budget_policy_preview", "against_id", "budget_policy_version"))
        .take()
}

fn live() -> TableCreateStatement {
    rows("budget_policy_live")
        .col(uuid("policy_id"))
        .col(integer("seq"))
        .col(uuid("version_id"))
        .col(date("from_day"))
        .col(uuid("preview_id"))
        .col(text("preview_hash"))
        .foreign_key(&mut refers("budget_policy_live", "policy_id", "budget_policy"))
        .foreign_key(&mut refers("budget_policy_live", "version_id", "budget_policy_version"))
        .foreign_key(&mut refers("budget_policy_live", "preview_id", "budget_policy_preview"))
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
