//! The tables of the two chains and of their heads.

use sea_orm_migration::{prelude::*, schema::*};

/// Creates `audit_event`, `access_event` and `chain_head`.
pub struct CreateChains;

impl MigrationName for CreateChains {
    fn name(&self) -> &'static str {
        "20261122_000001_create_chains"
    }
}

fn chain_table(name: &'static str) -> TableCreateStatement {
    Table::create()
        .table(name)
        .col(big_integer("seq").primary_key())
        .col(timestamp_with_time_zone("at"))
        .col(uuid("actor_id"))
        .col(text("actor_name"))
        .col(text("action"))
        .col(text("channel"))
        .col(uuid("request"))
        .col(text("subject_kind"))
        .col(text_null("subject_id"))
        .col(text_null("reason"))
        .col(text("detail"))
        .col(text("previous"))
        .col(text("hash"))
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for CreateChains {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["audit_event", "access_event"] {
            manager.create_table(chain_table(name)).await?;
            for column in ["subject_id", "actor_id"] {
                let index = Index::create()
                    .name(format!("idx_{name}_{column}"))
                    .table(name)
                    .col(column)
                    .col("seq")
                    .to_owned();
                manager.create_index(index).await?;
            }
        }
        let head = Table::create()
            .table("chain_head")
            .col(text("chain").primary_key())
            .col(big_integer("seq"))
            .col(text("hash"))
            .col(text("seal"))
            .to_owned();
        manager.create_table(head).await
    }
}
