//! The table of reasons why pots are not used.

use record::migration::frozen::freeze;
use sea_orm_migration::prelude::*;

/// Creates it.
pub(crate) struct CreateUnusedReasons;

impl MigrationName for CreateUnusedReasons {
    fn name(&self) -> &'static str {
        "20261122_000210_create_unused_reasons"
    }
}

const TABLE: &str = "unused_reason";

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

#[async_trait::async_trait]
impl MigrationTrait for CreateUnusedReasons {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let pot = ForeignKey::create()
            .name("fk_unused_reason_pot_id")
            .from(TABLE, "pot_id")
            .to("envelope", "id")
            .to_owned();
        let table = Table::create()
            .table(TABLE)
            .col(id("pot_id"))
            .col(ColumnDef::new("seq").integer().not_null().check(Expr::cust("seq > 0")))
            .col(text("reason"))
            .col(text("words"))
            .col(ColumnDef::new("said_on").date().not_null())
            .col(ColumnDef::new("recorded_at").timestamp_with_time_zone().not_null())
            .col(id("recorded_by"))
            .col(text("recorded_by_name"))
            .primary_key(Index::create().col("pot_id").col("seq"))
            .foreign_key(&mut pot.clone())
            .take();
        manager.create_table(table).await?;
        freeze(manager, TABLE).await
    }
}
