//! Rows in and out, a fixed number of queries however many pots and requests there are.

use std::collections::HashMap;

use chrono::NaiveDate;
use platform::audit::Change;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, FromQueryResult, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::{entity::unused_reason, model::unused::DaySum};
use crate::{
    Result,
    ledger::{
        entity::{journal, ledger_account, ledger_entry},
        model::{Bucket, Kind},
        store::corrupt,
    },
    money::Pence,
    pots::{entity::envelope, model::Level, store::insert},
    spend::store::{Which, asked},
};

/// Reasons that are read at most, the latest first.
const REASONS_MAX: u64 = 50_000;

/// Adds what was said of a pot. The ledger's lock keeps others from taking its place.
pub(super) async fn insert_reason(change: &Change<'_>, mut row: unused_reason::Model) -> Result<()> {
    crate::ledger::store::lock(change.tx()).await?;
    let last: Option<i32> = unused_reason::Entity::find()
        .select_only()
        .column(unused_reason::Column::Seq)
        .filter(unused_reason::Column::PotId.eq(row.pot_id))
        .order_by_desc(unused_reason::Column::Seq)
        .limit(1)
        .into_tuple()
        .one(change.tx())
        .await?;
    row.seq = last.unwrap_or(0) + 1;
    Ok(insert(change, row.into_active_model()).await?)
}

/// The latest reason of each pot, of these pots or of all.
pub(super) async fn reasons(
    db: &impl ConnectionTrait,
    pots: Option<&[Uuid]>,
) -> Result<HashMap<Uuid, unused_reason::Model>> {
    let mut query = unused_reason::Entity::find()
        .order_by_desc(unused_reason::Column::RecordedAt)
        .order_by_desc(unused_reason::Column::Seq)
        .limit(REASONS_MAX);
    if let Some(pots) = pots {
        query = query.filter(unused_reason::Column::PotId.is_in(pots.iter().copied()));
    }
    let mut latest = HashMap::new();
    for row in query.all(db).await? {
        latest.entry(row.pot_id).or_insert(row);
    }
    Ok(latest)
}

/// The day on which each pot of a fund, or of all, was last paid from; payments that were undone do not count.
pub(super) async fn last_paid(
    db: &impl ConnectionTrait,
    fund: Option<Uuid>,
) -> Result<HashMap<Uuid, NaiveDate>> {
    let rows = |kind: Kind| {
        let query = journal::Entity::find()
            .select_only()
            .columns([journal::Column::Id, journal::Column::OfId, journal::Column::BookedOn])
            .column(journal::Column::CreditAccountId)
            .filter(journal::Column::Kind.eq(kind.slug()));
        match fund {
            Some(fund) => query.filter(journal::Column::FundId.eq(fund)),
            None => query,
        }
    };
    type Row = (Uuid, Option<Uuid>, NaiveDate, Uuid);
    let undone: Vec<Row> = rows(Kind::Reverse).into_tuple().all(db).await?;
    let undone: std::collections::HashSet<Uuid> = undone.into_iter().filter_map(|(_, of, _, _)| of).collect();
    let paid: Vec<Row> = rows(Kind::Post).into_tuple().all(db).await?;
    let accounts: Vec<(Uuid, Uuid)> = ledger_account::Entity::find()
        .select_only()
        .columns([ledger_account::Column::Id, ledger_account::Column::EnvelopeId])
        .filter(ledger_account::Column::Bucket.eq(Bucket::Committed.slug()))
        .into_tuple()
        .all(db)
        .await?;
    let pots: HashMap<Uuid, Uuid> = accounts.into_iter().collect();
    let mut last: HashMap<Uuid, NaiveDate> = HashMap::new();
    for (id, _, on, account) in paid {
        if let Some(pot) = pots.get(&account).filter(|_| !undone.contains(&id)) {
            let day = last.entry(*pot).or_insert(on);
            *day = (*day).max(on);
        }
    }
    Ok(last)
}

/// When each of these few pots was opened, and last paid from.
pub(super) async fn quiet(
    db: &impl ConnectionTrait,
    pots: &[Uuid],
) -> Result<(HashMap<Uuid, NaiveDate>, HashMap<Uuid, NaiveDate>)> {
    let (mut opened, mut paid) = (HashMap::new(), HashMap::new());
    for some in pots.chunks(500) {
        let rows: Vec<(Uuid, NaiveDate)> = envelope::Entity::find()
            .select_only()
            .columns([envelope::Column::Id, envelope::Column::OpenedOn])
            .filter(envelope::Column::Id.is_in(some.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        opened.extend(rows);
        for one in asked(db, &Which::of_pots(some.iter().copied())).await? {
            if let Some(on) = one.paid_on().filter(|_| one.course.state.is_paid()) {
                let day = paid.entry(one.row.pot_id).or_insert(on);
                *day = (*day).max(on);
            }
        }
    }
    Ok((opened, paid))
}

/// The day on which each pot of a fund was opened.
pub(super) async fn opened(
    db: &impl ConnectionTrait,
    fund: Option<Uuid>,
) -> Result<HashMap<Uuid, NaiveDate>> {
    let mut query = envelope::Entity::find()
        .select_only()
        .columns([envelope::Column::Id, envelope::Column::OpenedOn])
        .filter(envelope::Column::Level.eq(Level::Pot.slug()));
    if let Some(fund) = fund {
        query = query.filter(envelope::Column::FundId.eq(fund));
    }
    let rows: Vec<(Uuid, NaiveDate)> = query.into_tuple().all(db).await?;
    Ok(rows.into_iter().collect())
}

#[derive(Debug, FromQueryResult)]
struct Summed {
    booked_on: NaiveDate,
    kind: String,
    bucket: String,
    side: String,
    sum: i64,
}

/// What moved in a fund on each day, by kind of journal and of account.
pub(super) async fn by_day(db: &impl ConnectionTrait, fund: Uuid) -> Result<Vec<DaySum>> {
    use sea_orm::sea_query::{Expr, ExprTrait as _};
    let sum = Expr::col((ledger_entry::Entity, ledger_entry::Column::Pence)).sum().cast_as("bigint");
    let rows = ledger_entry::Entity::find()
        .select_only()
        .column_as(journal::Column::BookedOn, "booked_on")
        .column_as(journal::Column::Kind, "kind")
        .column_as(ledger_account::Column::Bucket, "bucket")
        .column_as(ledger_entry::Column::Side, "side")
        .expr_as(sum, "sum")
        .join(
            sea_orm::JoinType::InnerJoin,
            ledger_entry::Entity::belongs_to(ledger_account::Entity)
                .from(ledger_entry::Column::AccountId)
                .to(ledger_account::Column::Id)
                .into(),
        )
        .join(
            sea_orm::JoinType::InnerJoin,
            ledger_entry::Entity::belongs_to(journal::Entity)
                .from(ledger_entry::Column::JournalId)
                .to(journal::Column::Id)
                .into(),
        )
        .filter(journal::Column::FundId.eq(fund))
        .group_by(journal::Column::BookedOn)
        .group_by(journal::Column::Kind)
        .group_by(ledger_account::Column::Bucket)
        .group_by(ledger_entry::Column::Side)
        .into_model::<Summed>()
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(DaySum {
                day: row.booked_on,
                kind: Kind::from_slug(&row.kind).ok_or_else(|| corrupt("kind"))?,
                bucket: Bucket::from_slug(&row.bucket).ok_or_else(|| corrupt("account"))?,
                came_in: row.side == "debit",
                pence: Pence::new(row.sum),
            })
        })
        .collect()
}
