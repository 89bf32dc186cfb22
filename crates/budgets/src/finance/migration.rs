//! The tables of the finance officer's work.

use record::migration::{frozen::freeze, refers, written};
use sea_orm_migration::{prelude::*, schema::*};

/// Creates them.
pub(crate) struct CreateFinance;

impl MigrationName for CreateFinance {
    fn name(&self) -> &'static str {
        "20261122_000200_create_budget_finance"
    }
}

fn tables() -> [TableCreateStatement; 4] {
    let statement = written(
        Table::create()
            .table("card_statement")
            .col(pk_uuid("id"))
            .col(text("file_name"))
            .col(text("sha256").unique_key().take())
            .col(integer("lines"))
            .col(date("first_day"))
            .col(date("last_day")),
    );
    let line = Table::create()
        .table("statement_line")
        .col(uuid("statement_id"))
        .col(integer("number"))
        .col(uuid("id").unique_key().take())
        .col(date("on"))
        .col(big_integer("pence"))
        .col(text("merchant"))
        .col(text("reference"))
        .col(integer_null("repeats"))
        .col(uuid_null("earlier_line_id"))
        .primary_key(Index::create().col("statement_id").col("number"))
        .foreign_key(&mut refers("statement_line", "statement_id", "card_statement"))
        .take();
    let decided = written(
        Table::create()
            .table("statement_match")
            .col(pk_uuid("line_id"))
            .col(text("decision"))
            .col(uuid_null("journal_id").unique_key())
            .col(text("words"))
            .foreign_key(&mut refers("statement_match", "line_id", "statement_line"))
            .foreign_key(&mut refers("statement_match", "journal_id", "journal")),
    );
    let file = written(
        Table::create()
            .table("journal_file")
            .col(pk_uuid("id"))
            .col(uuid("fund_id"))
            .col(integer("number"))
            .col(big_integer("after_number"))
            .col(big_integer("last_number"))
            .col(integer("items"))
            .col(big_integer("paid_pence"))
            .col(big_integer("back_pence"))
            .col(text("cost_centre"))
            .col(text("balancing_code"))
            .col(text("sha256"))
            .foreign_key(&mut refers("journal_file", "fund_id", "fund")),
    );
    [statement, line, decided, file]
}

#[async_trait::async_trait]
impl MigrationTrait for CreateFinance {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        let days = Index::create().name("idx_statement_line_on").table("statement_line").col("on").take();
        manager.create_index(days).await?;
        // Each payment is handed over once: a file begins where the one before ended.
        for column in ["number", "after_number"] {
            let mut index = Index::create();
            index.name(format!("idx_journal_file_fund_id_{column}")).table("journal_file");
            manager.create_index(index.col("fund_id").col(column).unique().take()).await?;
        }
        for table in ["card_statement", "statement_line", "statement_match", "journal_file"] {
            freeze(manager, table).await?;
        }
        Ok(())
    }
}
