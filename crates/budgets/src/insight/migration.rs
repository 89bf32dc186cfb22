//! The table of reasons why pots are not used.

use record::migration::{frozen::freeze, refers, written};
use sea_orm_migration::{prelude::*, schema::*};

/// Creates it.
pub(crate) struct CreateUnusedReasons;

impl MigrationName for CreateUnusedReasons {
    fn name(&self) -> &'static str {
        "20261122_000210_create_unused_reasons"
    }
}

const TABLE: &str = "unused_reason";

#[async_trait::async_trait]
impl MigrationTrait for CreateUnusedReasons {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = written(
            Table::create()
                .table(TABLE)
                .col(uuid("pot_id"))
                .col(integer("seq").check(Expr::cust("seq > 0")))
                .col(text("reason"))
                .col(text("words"))
                .col(date("said_on")),
        )
        .primary_key(Index::create().col("pot_id").col("seq"))
        .foreign_key(&mut refers(TABLE, "pot_id", "envelope"))
        .take();
        manager.create_table(table).await?;
        freeze(manager, TABLE).await
    }
}
