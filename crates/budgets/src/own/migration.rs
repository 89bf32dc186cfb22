//! The tables of what families see and ask for.

use record::migration::frozen::freeze;
use sea_orm_migration::prelude::*;

/// Creates them.
pub(crate) struct CreateOwnMoney;

impl MigrationName for CreateOwnMoney {
    fn name(&self) -> &'static str {
        "20261122_000220_create_own_money"
    }
}

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

fn written(table: &mut TableCreateStatement) -> TableCreateStatement {
    table
        .col(ColumnDef::new("recorded_at").timestamp_with_time_zone().not_null())
        .col(id("recorded_by"))
        .col(text("recorded_by_name"))
        .take()
}

fn to(table: &'static str, column: &'static str, parent: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("fk_{table}_{column}")).from(table, column).to(parent, "id").to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for CreateOwnMoney {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let share = written(
            Table::create()
                .table("money_share")
                .col(id("id").primary_key().take())
                .col(id("user_id"))
                .col(id("person_id"))
                .col(text("part")),
        );
        let end = written(
            Table::create()
                .table("money_share_end")
                .col(id("share_id").primary_key().take())
                .col(text("reason"))
                .foreign_key(&mut to("money_share_end", "share_id", "money_share")),
        );
        let ask = written(
            Table::create()
                .table("money_ask")
                .col(id("id").primary_key().take())
                .col(id("share_id"))
                .col(text("form_key").unique_key().take())
                .col(id("person_id"))
                .col(text("what"))
                .col(text("why"))
                .col(ColumnDef::new("pence").big_integer())
                .col(ColumnDef::new("asked_on").date().not_null())
                .foreign_key(&mut to("money_ask", "share_id", "money_share")),
        );
        let answer = written(
            Table::create()
                .table("money_answer")
                .col(id("ask_id").primary_key().take())
                .col(text("answer"))
                .col(text("words"))
                .col(ColumnDef::new("answered_on").date().not_null())
                .foreign_key(&mut to("money_answer", "ask_id", "money_ask")),
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
