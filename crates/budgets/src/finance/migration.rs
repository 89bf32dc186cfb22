//! The tables of the finance officer's work.

use record::migration::frozen::freeze;
use sea_orm_migration::prelude::*;

/// Creates them.
pub(crate) struct CreateFinance;

impl MigrationName for CreateFinance {
    fn name(&self) -> &'static str {
        "20261122_000200_create_budget_finance"
    }
}

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

fn day(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).date().not_null().take()
}

fn count(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}

fn long(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
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

fn tables() -> [TableCreateStatement; 4] {
    let statement = written(
        Table::create()
            .table("card_statement")
            .col(id("id").primary_key().take())
            .col(text("file_name"))
            .col(text("sha256").unique_key().take())
            .col(count("lines"))
            .col(day("first_day"))
            .col(day("last_day")),
    );
    let line = Table::create()
        .table("statement_line")
        .col(id("statement_id"))
        .col(count("number"))
        .col(id("id").unique_key().take())
        .col(day("on"))
        .col(long("pence"))
        .col(text("merchant"))
        .col(text("reference"))
        .col(ColumnDef::new("repeats").integer())
        .col(ColumnDef::new("earlier_line_id").uuid())
        .primary_key(Index::create().col("statement_id").col("number"))
        .foreign_key(&mut to("statement_line", "statement_id", "card_statement"))
        .take();
    let decided = written(
        Table::create()
            .table("statement_match")
            .col(id("line_id").primary_key().take())
            .col(text("decision"))
            .col(ColumnDef::new("journal_id").uuid().unique_key())
            .col(text("words"))
            .foreign_key(&mut to("statement_match", "line_id", "statement_line"))
            .foreign_key(&mut to("statement_match", "journal_id", "journal")),
    );
    let file = written(
        Table::create()
            .table("journal_file")
            .col(id("id").primary_key().take())
            .col(id("fund_id"))
            .col(count("number"))
            .col(long("after_number"))
            .col(long("last_number"))
            .col(count("items"))
            .col(long("paid_pence"))
            .col(long("back_pence"))
            .col(text("cost_centre"))
            .col(text("balancing_code"))
            .col(text("sha256"))
            .foreign_key(&mut to("journal_file", "fund_id", "fund")),
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
