//! The tables of what families see and ask for.

use record::migration::{frozen::freeze, refers, written};
use sea_orm_migration::{prelude::*, schema::*};

/// Creates them.
pub(crate) struct CreateOwnMoney;

impl MigrationName for CreateOwnMoney {
    fn name(&self) -> &'static str {
        "20261122_000220_create_own_money"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateOwnMoney {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let share = written(
            Table::create()
                .table("money_share")
                .col(pk_uuid("id"))
                .col(uuid("user_id"))
                .col(uuid("person_id"))
                .col(text("part")),
        );
        let end = written(
            Table::create()
                .table("money_share_end")
                .col(pk_uuid("share_id"))
                .col(text("reason"))
                .foreign_key(&mut refers("money_share_end", "share_id", "money_share")),
        );
        let ask = written(
            Table::create()
                .table("money_ask")
                .col(pk_uuid("id"))
                .col(uuid("share_id"))
                .col(text("form_key").unique_key().take())
                .col(uuid("person_id"))
                .col(text("what"))
                .col(text("why"))
                .col(big_integer_null("pence"))
                .col(date("asked_on"))
                .foreign_key(&mut refers("money_ask", "share_id", "money_share")),
        );
        let answer = written(
            Table::create()
                .table("money_answer")
                .col(pk_uuid("ask_id"))
                .col(text("answer"))
                .col(text("words"))
                .col(date("answered_on"))
                .foreign_key(&mut refers("money_answer", "ask_id", "money_ask")),
        );
        for table in [share, end, ask, answer] {
            manager.create_table(table).await?;
        }
        for (table, column) in [
            ("money_share", "user_id"),
            ("money_share", "person_id"),
            ("money_ask", "person_id"),
            ("money_ask", "share_id"),
        ] {
            let mut index = Index::create();
            index.name(format!("idx_{table}_{column}")).table(table).col(column);
            manager.create_index(index).await?;
        }
        for table in ["money_share", "money_share_end", "money_ask", "money_answer"] {
            freeze(manager, table).await?;
        }
        Ok(())
    }
}
