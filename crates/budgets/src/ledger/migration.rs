//! The tables of funds, envelopes and the ledger.

use record::migration::{frozen::freeze, index, refers, written};
use sea_orm_migration::{prelude::*, schema::*};

pub(crate) mod rules;

/// Creates them.
pub(crate) struct CreateLedger;

impl MigrationName for CreateLedger {
    fn name(&self) -> &'static str {
        "20261122_000170_create_budget_ledger"
    }
}

fn fund() -> TableCreateStatement {
    written(
        Table::create()
            .table("fund")
            .col(pk_uuid("id"))
            .col(text("name"))
            .col(text("funder"))
            .col(text("reference"))
            .col(date("first_day"))
            .col(date("end_date")),
    )
}

fn fund_extension() -> TableCreateStatement {
    written(
        Table::create()
            .table("fund_extension")
            .col(pk_uuid("id"))
            .col(uuid("fund_id"))
            .col(date("end_date"))
            .col(text("agreed_by"))
            .col(text("reason"))
            .foreign_key(&mut refers("fund_extension", "fund_id", "fund")),
    )
}

fn period_close() -> TableCreateStatement {
    written(
        Table::create()
            .table("period_close")
            .col(pk_uuid("id"))
            .col(uuid("fund_id"))
            .col(date("last_day"))
            .col(text("note"))
            .foreign_key(&mut refers("period_close", "fund_id", "fund")),
    )
}

fn envelope() -> TableCreateStatement {
    written(
        Table::create()
            .table("envelope")
            .col(pk_uuid("id"))
            .col(uuid("fund_id"))
            .col(uuid_null("parent_id"))
            .col(text("level").check(Expr::cust("level IN ('grant', 'council', 'team', 'pot')")))
            .col(text("name"))
            .col(text("owner_kind"))
            .col(uuid_null("owner_id"))
            .col(uuid_null("policy_id"))
            .col(big_integer_null("cap_pence").check(Expr::cust("cap_pence > 0")))
            .col(date("opened_on"))
            .foreign_key(&mut refers("envelope", "fund_id", "fund"))
            .foreign_key(&mut refers("envelope", "parent_id", "envelope")),
    )
}

fn envelope_closure() -> TableCreateStatement {
    written(
        Table::create()
            .table("envelope_closure")
            .col(pk_uuid("envelope_id"))
            .col(date("closed_on"))
            .col(text("reason"))
            .foreign_key(&mut refers("envelope_closure", "envelope_id", "envelope")),
    )
}

fn account() -> TableCreateStatement {
    Table::create()
        .table("ledger_account")
        .col(pk_uuid("id"))
        .col(uuid("envelope_id"))
        .col(text("bucket"))
        .foreign_key(&mut refers("ledger_account", "envelope_id", "envelope"))
        .take()
}

/// The other half of the circle between a journal and its entries is checked when the transaction ends: without both
/// entries the journal cannot be committed.
fn entry_of(name: &'static str) -> ColumnDef {
    uuid(name).extra("REFERENCES ledger_entry (id) DEFERRABLE INITIALLY DEFERRED").unique_key().take()
}

fn journal() -> TableCreateStatement {
    written(
        Table::create()
            .table("journal")
            .col(big_integer("number").primary_key().take())
            .col(uuid("id").unique_key().take())
            .col(text("kind"))
            .col(uuid("fund_id"))
            .col(uuid("debit_account_id"))
            .col(entry_of("debit_entry_id"))
            .col(uuid("credit_account_id"))
            .col(entry_of("credit_entry_id"))
            .col(big_integer("pence").check(Expr::cust("pence > 0 AND pence <= 100000000000")))
            .col(uuid_null("of_id"))
            .col(uuid_null("request_id"))
            .col(text("idempotency_key").unique_key().take())
            .col(date("booked_on"))
            .col(text("reason"))
            .foreign_key(&mut refers("journal", "fund_id", "fund"))
            .foreign_key(&mut refers("journal", "debit_account_id", "ledger_account"))
            .foreign_key(&mut refers("journal", "credit_account_id", "ledger_account"))
            .foreign_key(&mut refers("journal", "of_id", "journal")),
    )
}

fn entry() -> TableCreateStatement {
    Table::create()
        .table("ledger_entry")
        .col(uuid("account_id"))
        .col(big_integer("seq"))
        .col(uuid("id").unique_key().take())
        .col(uuid("journal_id"))
        .col(text("side").check(Expr::cust("side IN ('debit', 'credit')")))
        .col(big_integer("pence"))
        .col(big_integer("balance"))
        .primary_key(Index::create().col("account_id").col("seq"))
        .foreign_key(&mut refers("ledger_entry", "account_id", "ledger_account"))
        .take()
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
