//! The tables of funds, envelopes and the ledger.

use record::migration::frozen::freeze;
use sea_orm_migration::prelude::*;

pub(crate) mod rules;

/// Creates them.
pub(crate) struct CreateLedger;

impl MigrationName for CreateLedger {
    fn name(&self) -> &'static str {
        "20261122_000170_create_budget_ledger"
    }
}

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

fn key() -> ColumnDef {
    id("id").primary_key().take()
}

fn day(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).date().not_null().take()
}

fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

fn to(table: &'static str, column: &'static str, parent: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("fk_{table}_{column}")).from(table, column).to(parent, "id").to_owned()
}

/// When and by whom a row was written, on a table whose rows never change.
fn written(table: &mut TableCreateStatement) -> TableCreateStatement {
    table
        .col(ColumnDef::new("recorded_at").timestamp_with_time_zone().not_null())
        .col(id("recorded_by"))
        .col(text("recorded_by_name"))
        .take()
}

fn fund() -> TableCreateStatement {
    written(
        Table::create()
            .table("fund")
            .col(key())
            .col(text("name"))
            .col(text("funder"))
            .col(text("reference"))
            .col(day("first_day"))
            .col(day("end_date")),
    )
}

fn fund_extension() -> TableCreateStatement {
    written(
        Table::create()
            .table("fund_extension")
            .col(key())
            .col(id("fund_id"))
            .col(day("end_date"))
            .col(text("agreed_by"))
            .col(text("reason"))
            .foreign_key(&mut to("fund_extension", "fund_id", "fund")),
    )
}

fn period_close() -> TableCreateStatement {
    written(
        Table::create()
            .table("period_close")
            .col(key())
            .col(id("fund_id"))
            .col(day("last_day"))
            .col(text("note"))
            .foreign_key(&mut to("period_close", "fund_id", "fund")),
    )
}

fn envelope() -> TableCreateStatement {
    written(
        Table::create()
            .table("envelope")
            .col(key())
            .col(id("fund_id"))
            .col(ColumnDef::new("parent_id").uuid())
            .col(text("level").check(Expr::cust("level IN ('grant', 'council', 'team', 'pot')")))
            .col(text("name"))
            .col(text("owner_kind"))
            .col(ColumnDef::new("owner_id").uuid())
            .col(ColumnDef::new("policy_id").uuid())
            .col(ColumnDef::new("cap_pence").big_integer().check(Expr::cust("cap_pence > 0")))
            .foreign_key(&mut to("envelope", "fund_id", "fund"))
            .foreign_key(&mut to("envelope", "parent_id", "envelope")),
    )
}

fn envelope_closure() -> TableCreateStatement {
    written(
        Table::create()
            .table("envelope_closure")
            .col(id("envelope_id").primary_key().take())
            .col(day("closed_on"))
            .col(text("reason"))
            .foreign_key(&mut to("envelope_closure", "envelope_id", "envelope")),
    )
}

fn account() -> TableCreateStatement {
    Table::create()
        .table("ledger_account")
        .col(key())
        .col(id("envelope_id"))
        .col(text("bucket"))
        .foreign_key(&mut to("ledger_account", "envelope_id", "envelope"))
        .take()
}

/// The other half of the circle between a journal and its entries is checked when the transaction ends: without both
/// entries the journal cannot be committed.
fn entry_of(name: &'static str) -> ColumnDef {
    id(name).extra("REFERENCES ledger_entry (id) DEFERRABLE INITIALLY DEFERRED").unique_key().take()
}

fn journal() -> TableCreateStatement {
    written(
        Table::create()
            .table("journal")
            .col(number("number").primary_key().take())
            .col(id("id").unique_key().take())
            .col(text("kind"))
            .col(id("fund_id"))
            .col(id("debit_account_id"))
            .col(entry_of("debit_entry_id"))
            .col(id("credit_account_id"))
            .col(entry_of("credit_entry_id"))
            .col(number("pence").check(Expr::cust("pence > 0 AND pence <= 100000000000")))
            .col(ColumnDef::new("of_id").uuid())
            .col(ColumnDef::new("request_id").uuid())
            .col(text("idempotency_key").unique_key().take())
            .col(day("booked_on"))
            .col(text("reason"))
            .foreign_key(&mut to("journal", "fund_id", "fund"))
            .foreign_key(&mut to("journal", "debit_account_id", "ledger_account"))
            .foreign_key(&mut to("journal", "credit_account_id", "ledger_account"))
            .foreign_key(&mut to("journal", "of_id", "journal")),
    )
}

fn entry() -> TableCreateStatement {
    Table::create()
        .table("ledger_entry")
        .col(id("account_id"))
        .col(number("seq"))
        .col(id("id").unique_key().take())
        .col(id("journal_id"))
        .col(text("side").check(Expr::cust("side IN ('debit', 'credit')")))
        .col(number("pence"))
        .col(number("balance"))
        .primary_key(Index::create().col("account_id").col("seq"))
        .foreign_key(&mut to("ledger_entry", "account_id", "ledger_account"))
        .take()
}

fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("idx_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}

#[async_trait::async_trait]
impl MigrationTrait for CreateLedger {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [fund(), fund_extension(), period_close(), envelope(), envelope_closure(), account()] {
            manager.create_table(table).await?;
        }
        // Entries come first, because a journal's columns name them; a journal's place is held by the trigger.
        manager.create_table(entry()).await?;
        manager.create_table(journal()).await?;
        for (table, columns) in [
            ("fund_extension", &["fund_id"][..]),
            ("period_close", &["fund_id", "last_day"]),
            ("envelope", &["fund_id"]),
            ("envelope", &["parent_id"]),
            ("envelope", &["owner_id"]),
            ("journal", &["of_id"]),
            ("journal", &["request_id"]),
            ("journal", &["debit_account_id", "kind"]),
            ("journal", &["credit_account_id", "kind"]),
            ("journal", &["fund_id", "booked_on"]),
            ("ledger_entry", &["journal_id"]),
        ] {
            manager.create_index(index(table, columns).take()).await?;
        }
        manager.create_index(index("ledger_account", &["envelope_id", "bucket"]).unique().take()).await?;
        for table in [
            "fund",
            "fund_extension",
            "period_close",
            "envelope",
            "envelope_closure",
            "ledger_account",
            "ledger_entry",
            "journal",
        ] {
            freeze(manager, table).await?;
        }
        rules::install(manager).await
    }
}
