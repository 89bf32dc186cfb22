//! Rows of the finance officer's work in and out.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use platform::{Error, Result};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::entity::{card_statement, journal_file, statement_line, statement_match};
use crate::ledger::{entity::journal, model::Kind};

/// Statements that are listed.
const LISTED: u64 = 200;
/// Journals that are looked at in one question.
const JOURNALS_MAX: u64 = 100_000;

/// The statements, the latest first.
pub(super) async fn statements(db: &impl ConnectionTrait) -> Result<Vec<card_statement::Model>> {
    let query = card_statement::Entity::find().order_by_desc(card_statement::Column::Id).limit(LISTED);
    Ok(query.all(db).await?)
}

/// One statement with its lines and what was decided about each.
pub(super) async fn statement(
    db: &impl ConnectionTrait,
    id: Uuid,
) -> Result<(card_statement::Model, Vec<statement_line::Model>, HashMap<Uuid, statement_match::Model>)> {
    let row = card_statement::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    let lines = statement_line::Entity::find()
        .filter(statement_line::Column::StatementId.eq(id))
        .order_by_asc(statement_line::Column::Number)
        .all(db)
        .await?;
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
    let mut decided = HashMap::new();
    for some in ids.chunks(500) {
        let of = statement_match::Column::LineId.is_in(some.iter().copied());
        let rows = statement_match::Entity::find().filter(of).all(db).await?;
        decided.extend(rows.into_iter().map(|row| (row.line_id, row)));
    }
    Ok((row, lines, decided))
}

/// The statement of a file that was sent before.
pub(super) async fn by_hash(
    db: &impl ConnectionTrait,
    sha256: &str,
) -> Result<Option<card_statement::Model>> {
    Ok(card_statement::Entity::find().filter(card_statement::Column::Sha256.eq(sha256)).one(db).await?)
}

/// The lines of all statements in these days: for finding what an earlier statement said already.
pub(super) async fn lines_between(
    db: &impl ConnectionTrait,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<statement_line::Model>> {
    let query = statement_line::Entity::find()
        .filter(statement_line::Column::On.gte(from))
        .filter(statement_line::Column::On.lte(to))
        .limit(JOURNALS_MAX);
    Ok(query.all(db).await?)
}

/// The journals that a statement has confirmed.
pub(super) async fn matched(db: &impl ConnectionTrait) -> Result<HashSet<Uuid>> {
    let ids: Vec<Option<Uuid>> = statement_match::Entity::find()
        .select_only()
        .column(statement_match::Column::JournalId)
        .filter(statement_match::Column::JournalId.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().flatten().collect())
}

/// Payments, refunds and reversals in these days, the oldest first.
pub(super) async fn payments(
    db: &impl ConnectionTrait,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<journal::Model>> {
    let kinds = [Kind::Post, Kind::Refund, Kind::Reverse].map(Kind::slug);
    let query = journal::Entity::find()
        .filter(journal::Column::Kind.is_in(kinds))
        .filter(journal::Column::BookedOn.gte(from))
        .filter(journal::Column::BookedOn.lte(to))
        .order_by_asc(journal::Column::Number)
        .limit(JOURNALS_MAX);
    Ok(query.all(db).await?)
}

/// Payments, refunds and reversals of a fund after one number of the ledger up to another, the oldest first.
pub(super) async fn to_hand_over(
    db: &impl ConnectionTrait,
    fund: Uuid,
    after: i64,
    to: Option<i64>,
) -> Result<Vec<journal::Model>> {
    let kinds = [Kind::Post, Kind::Refund, Kind::Reverse].map(Kind::slug);
    let mut query = journal::Entity::find()
        .filter(journal::Column::FundId.eq(fund))
        .filter(journal::Column::Kind.is_in(kinds))
        .filter(journal::Column::Number.gt(after))
        .order_by_asc(journal::Column::Number)
        .limit(JOURNALS_MAX);
    if let Some(to) = to {
        query = query.filter(journal::Column::Number.lte(to));
    }
    Ok(query.all(db).await?)
}

/// The files of a fund, the latest first.
pub(super) async fn files(db: &impl ConnectionTrait, fund: Uuid) -> Result<Vec<journal_file::Model>> {
    let query = journal_file::Entity::find()
        .filter(journal_file::Column::FundId.eq(fund))
        .order_by_desc(journal_file::Column::Number);
    Ok(query.all(db).await?)
}

/// One file.
pub(super) async fn file(db: &impl ConnectionTrait, id: Uuid) -> Result<journal_file::Model> {
    journal_file::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)
}
