//! The tables of requests to spend.

use record::migration::frozen::freeze;
use sea_orm_migration::prelude::*;

/// Creates them.
pub(crate) struct CreateSpend;

impl MigrationName for CreateSpend {
    fn name(&self) -> &'static str {
        "20261122_000190_create_spend"
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

fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

fn whole(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}

fn small(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).small_integer().not_null().take()
}

fn to(table: &'static str, column: &'static str, parent: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("fk_{table}_{column}")).from(table, column).to(parent, "id").to_owned()
}

fn written(table: &mut TableCreateStatement) -> TableCreateStatement {
    table
        .col(ColumnDef::new("recorded_at").timestamp_with_time_zone().not_null())
        .col(id("recorded_by"))
        .col(text("recorded_by_name"))
        .take()
}

fn request() -> TableCreateStatement {
    written(
        Table::create()
            .table("spend_request")
            .col(id("id").primary_key().take())
            .col(number("number").unique_key().take())
            .col(text("form_key").unique_key().take())
            .col(id("pot_id"))
            .col(id("fund_id"))
            .col(id("version_id"))
            .col(number("pence").check(Expr::cust("pence > 0")))
            .col(number("together_pence").check(Expr::cust("together_pence >= pence")))
            .col(small("people").check(Expr::cust("people BETWEEN 0 AND 2")))
            .col(day("asked_on"))
            .col(day("spend_on"))
            .col(text("what_for"))
            .col(ColumnDef::new("person_id").uuid())
            .col(ColumnDef::new("family_id").uuid())
            .col(text("goal"))
            .col(text("category"))
            .col(text("suggested_by"))
            .col(text("duty"))
            .col(text("alternatives"))
            .col(text("alternatives_words"))
            .col(text("told"))
            .col(ColumnDef::new("told_on").date())
            .col(text("told_why"))
            .col(text("payment_kind"))
            .col(text("payee"))
            .col(text("conditions"))
            .col(text("conditions_words"))
            .col(text("benefits"))
            .col(text("doubt"))
            .foreign_key(&mut to("spend_request", "pot_id", "envelope"))
            .foreign_key(&mut to("spend_request", "fund_id", "fund")),
    )
}

fn event() -> TableCreateStatement {
    written(
        Table::create()
            .table("spend_event")
            .col(id("request_id"))
            .col(whole("seq").check(Expr::cust("seq > 0")))
            .col(text("kind"))
            .col(text("state"))
            .col(day("happened_on"))
            .col(ColumnDef::new("pence").big_integer().check(Expr::cust("pence > 0")))
            .col(ColumnDef::new("journal_id").uuid())
            .col(ColumnDef::new("confirm_by").timestamp_with_time_zone())
            .col(ColumnDef::new("told").text())
            .col(text("words"))
            .col(text("family_words"))
            .primary_key(Index::create().col("request_id").col("seq"))
            .foreign_key(&mut to("spend_event", "request_id", "spend_request")),
    )
}

fn paper() -> TableCreateStatement {
    written(
        Table::create()
            .table("spend_paper")
            .col(id("id").primary_key().take())
            .col(id("request_id"))
            .col(whole("seq"))
            .col(ColumnDef::new("is_receipt").boolean().not_null())
            .col(text("name"))
            .col(text("media_type"))
            .col(number("bytes").check(Expr::cust("bytes > 0")))
            .col(text("sha256"))
            .foreign_key(&mut to("spend_paper", "request_id", "spend_request")),
    )
}

fn piece() -> TableCreateStatement {
    Table::create()
        .table("spend_paper_piece")
        .col(id("paper_id"))
        .col(whole("seq"))
        .col(ColumnDef::new("content").blob().not_null())
        .primary_key(Index::create().col("paper_id").col("seq"))
        .foreign_key(&mut to("spend_paper_piece", "paper_id", "spend_paper"))
        .take()
}

fn outcome() -> TableCreateStatement {
    written(
        Table::create()
            .table("spend_outcome")
            .col(id("request_id"))
            .col(small("days").check(Expr::cust("days IN (30, 90)")))
            .col(text("outcome"))
            .col(text("words"))
            .col(day("said_on"))
            .primary_key(Index::create().col("request_id").col("days"))
            .foreign_key(&mut to("spend_outcome", "request_id", "spend_request")),
    )
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
impl MigrationTrait for CreateSpend {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [request(), event(), paper(), piece(), outcome()] {
            manager.create_table(table).await?;
        }
        for (table, columns) in [
            ("spend_request", &["pot_id", "asked_on"][..]),
            ("spend_request", &["person_id"]),
            ("spend_request", &["family_id"]),
            ("spend_request", &["recorded_by", "asked_on"]),
            ("spend_event", &["state"]),
            ("spend_paper", &["request_id"]),
        ] {
            manager.create_index(index(table, columns).take()).await?;
        }
        for table in ["spend_request", "spend_event", "spend_paper", "spend_paper_piece", "spend_outcome"] {
            freeze(manager, table).await?;
        }
        Ok(())
    }
}
