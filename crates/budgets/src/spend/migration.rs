//! The tables of requests to spend.

use record::migration::{frozen::freeze, index, refers, written};
use sea_orm_migration::{prelude::*, schema::*};

/// Creates them.
pub(crate) struct CreateSpend;

impl MigrationName for CreateSpend {
    fn name(&self) -> &'static str {
        "20261122_000190_create_spend"
    }
}

fn request() -> TableCreateStatement {
    written(
        Table::create()
            .table("spend_request")
            .col(pk_uuid("id"))
            .col(big_integer("number").unique_key().take())
            .col(text("form_key").unique_key().take())
            .col(uuid("pot_id"))
            .col(uuid("fund_id"))
            .col(uuid("version_id"))
            .col(big_integer("pence").check(Expr::cust("pence > 0")))
            .col(big_integer("together_pence").check(Expr::cust("together_pence >= pence")))
            .col(small_integer("people").check(Expr::cust("people BETWEEN 0 AND 2")))
            .col(date("asked_on"))
            .col(date("spend_on"))
            .col(text("what_for"))
            .col(uuid_null("person_id"))
            .col(uuid_null("family_id"))
            .col(text("goal"))
            .col(text("category"))
            .col(text("suggested_by"))
            .col(text("duty"))
            .col(text("alternatives"))
            .col(text("alternatives_words"))
            .col(text("told"))
            .col(date_null("told_on"))
            .col(text("told_why"))
            .col(text("payment_kind"))
            .col(text("payee"))
            .col(text("conditions"))
            .col(text("conditions_words"))
            .col(text("benefits"))
            .col(text("doubt"))
            .foreign_key(&mut refers("spend_request", "pot_id", "envelope"))
            .foreign_key(&mut refers("spend_request", "fund_id", "fund")),
    )
}

fn event() -> TableCreateStatement {
    written(
        Table::create()
            .table("spend_event")
            .col(uuid("request_id"))
            .col(integer("seq").check(Expr::cust("seq > 0")))
            .col(text("kind"))
            .col(text("state"))
            .col(date("happened_on"))
            .col(big_integer_null("pence").check(Expr::cust("pence > 0")))
            .col(uuid_null("journal_id"))
            .col(timestamp_with_time_zone_null("confirm_by"))
            .col(text_null("told"))
            .col(text("words"))
            .col(text("family_words"))
            .primary_key(Index::create().col("request_id").col("seq"))
            .foreign_key(&mut refers("spend_event", "request_id", "spend_request")),
    )
}

fn paper() -> TableCreateStatement {
    written(
        Table::create()
            .table("spend_paper")
            .col(pk_uuid("id"))
            .col(uuid("request_id"))
            .col(integer("seq"))
            .col(boolean("is_receipt"))
            .col(text("name"))
            .col(text("media_type"))
            .col(big_integer("bytes").check(Expr::cust("bytes > 0")))
            .col(text("sha256"))
            .foreign_key(&mut refers("spend_paper", "request_id", "spend_request")),
    )
}

fn piece() -> TableCreateStatement {
    Table::create()
        .table("spend_paper_piece")
        .col(uuid("paper_id"))
        .col(integer("seq"))
        .col(ColumnDef::new("content").blob().not_null())
        .primary_key(Index::create().col("paper_id").col("seq"))
        .foreign_key(&mut refers("spend_paper_piece", "paper_id", "spend_paper"))
        .take()
}

fn outcome() -> TableCreateStatement {
    written(
        Table::create()
            .table("spend_outcome")
            .col(uuid("request_id"))
            .col(small_integer("days").check(Expr::cust("days IN (30, 90)")))
            .col(text("outcome"))
            .col(text("words"))
            .col(date("said_on"))
            .primary_key(Index::create().col("request_id").col("days"))
            .foreign_key(&mut refers("spend_outcome", "request_id", "spend_request")),
    )
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
