//! The tables of the two chains and of their heads.

use sea_orm_migration::prelude::*;

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
        .col(ColumnDef::new("seq").big_integer().not_null().primary_key())
        .col(ColumnDef::new("at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("actor_id").uuid().not_null())
        .col(ColumnDef::new("actor_name").text().not_null())
        .col(ColumnDef::new("action").text().not_null())
        .col(ColumnDef::new("channel").text().not_null())
        .col(ColumnDef::new("request").uuid().not_null())
        .col(ColumnDef::new("subject_kind").text().not_null())
        .col(ColumnDef::new("subject_id").text())
        .col(ColumnDef::new("reason").text())
        .col(ColumnDef::new("detail").text().not_null())
        .col(ColumnDef::new("previous").text().not_null())
        .col(ColumnDef::new("hash").text().not_null())
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
            .col(ColumnDef::new("chain").text().not_null().primary_key())
            .col(ColumnDef::new("seq").big_integer().not_null())
            .col(ColumnDef::new("hash").text().not_null())
            .col(ColumnDef::new("seal").text().not_null())
            .to_owned();
        manager.create_table(head).await
    }
}
