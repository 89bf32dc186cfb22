//! Rows of the ledger in and out. Posting is the only way in.

use std::collections::HashMap;

use platform::audit::Change;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait as _,
    FromQueryResult, IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::{
    entity::{journal, ledger_account, ledger_entry},
    migration::rules,
    model::{Bucket, Kind, Movement, Refused, Standing, TOGETHER_MAX},
};
use crate::{Error, Result, money::Pence};

/// What became of a movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posted {
    /// The journal.
    pub journal: Uuid,
    /// Whether it had been booked before under the same key, so that nothing was booked now.
    pub before: bool,
}

/// Posts movements in order, all or none: whoever drops the change undoes them.
///
/// A movement whose key was booked before books nothing and gives the earlier journal, as long as it says the
/// same. One writer at a time posts on both engines: SQLite has one by nature, on PostgreSQL the table is locked against
/// other writers (not readers) until the change ends.
///
/// # Errors
/// [`Refused`] with the balance where there is not enough; the database's own rules otherwise.
pub async fn post(change: &Change<'_>, movements: &[Movement]) -> Result<Vec<Posted>> {
    if movements.len() > TOGETHER_MAX {
        return Err(Error::choice(format!("at most {TOGETHER_MAX} movements are posted together")));
    }
    let transaction = change.tx();
    lock(transaction).await?;
    let mut posted = Vec::with_capacity(movements.len());
    for movement in movements {
        posted.push(post_one(change, transaction, movement).await?);
    }
    Ok(posted)
}

/// Keeps other writers off the ledger until the transaction ends, so that what is read now is still true when it is
/// written. For rules that look at several rows before they post.
///
/// # Errors
/// When the database refuses.
pub async fn lock(transaction: &DatabaseTransaction) -> Result<()> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared("LOCK TABLE journal IN EXCLUSIVE MODE").await?;
    }
    Ok(())
}

async fn post_one(
    change: &Change<'_>,
    transaction: &DatabaseTransaction,
    movement: &Movement,
) -> Result<Posted> {
    movement.check()?;
    if let Some(earlier) = by_key(transaction, &movement.key).await? {
        return before(transaction, movement, &earlier).await;
    }
    let credit = account(transaction, movement.from).await?;
    let debit = account(transaction, movement.to).await?;
    let fund_id = fund_of(transaction, movement.to.0).await?;
    let out = last(transaction, credit.id).await?;
    let into = last(transaction, debit.id).await?;
    let asked = movement.pence;
    if out.balance < asked.get() && movement.from.1 != Bucket::Source {
        return Err(Refused::NotEnough { holds: Pence::new(out.balance), asked }.into());
    }
    let ctx = change.ctx();
    let (id, debit_entry_id, credit_entry_id) = (ctx.id(), ctx.id(), ctx.id());
    let row = journal::Model {
        number: last_number(transaction).await? + 1,
        id,
        kind: movement.kind.slug().to_owned(),
        fund_id,
        debit_account_id: debit.id,
        debit_entry_id,
        credit_account_id: credit.id,
        credit_entry_id,
        pence: asked.get(),
        of_id: movement.of,
        request_id: movement.request,
        idempotency_key: movement.key.clone(),
        booked_on: movement.booked_on,
        reason: movement.reason.clone(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    let refused = |error: DbErr| match rules::refused(&error, asked) {
        Some(refused) => Error::Ledger(refused),
        None => error.into(),
    };
    let query = journal::Entity::insert(row.into_active_model());
    query.exec_without_returning(transaction).await.map_err(refused)?;
    let sides = [
        ("credit", credit_entry_id, credit.id, out, asked.get().saturating_neg()),
        ("debit", debit_entry_id, debit.id, into, asked.get()),
    ];
    for (side, entry, account_id, last, signed) in sides {
        let row = ledger_entry::Model {
            account_id,
            seq: last.seq + 1,
            id: entry,
            journal_id: id,
            side: side.to_owned(),
            pence: asked.get(),
            balance: last.balance.checked_add(signed).ok_or(Refused::Amount)?,
        };
        let query = ledger_entry::Entity::insert(row.into_active_model());
        query.exec_without_returning(transaction).await.map_err(refused)?;
    }
    Ok(Posted { journal: id, before: false })
}

/// The same key again: the earlier journal, if it says the same.
async fn before(
    transaction: &DatabaseTransaction,
    movement: &Movement,
    earlier: &journal::Model,
) -> Result<Posted> {
    let credit = account(transaction, movement.from).await?;
    let debit = account(transaction, movement.to).await?;
    let same = earlier.kind == movement.kind.slug()
        && earlier.pence == movement.pence.get()
        && earlier.credit_account_id == credit.id
        && earlier.debit_account_id == debit.id
        && earlier.of_id == movement.of
        && earlier.request_id == movement.request;
    if same { Ok(Posted { journal: earlier.id, before: true }) } else { Err(Refused::OtherContents.into()) }
}

async fn by_key(db: &impl ConnectionTrait, key: &str) -> Result<Option<journal::Model>> {
    Ok(journal::Entity::find().filter(journal::Column::IdempotencyKey.eq(key)).one(db).await?)
}

async fn last_number(db: &impl ConnectionTrait) -> Result<i64> {
    let last: Option<i64> = journal::Entity::find()
        .select_only()
        .column(journal::Column::Number)
        .order_by_desc(journal::Column::Number)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.unwrap_or(0))
}

async fn fund_of(db: &impl ConnectionTrait, envelope: Uuid) -> Result<Uuid> {
    use crate::pots::entity::envelope as rows;
    let fund: Option<Uuid> = rows::Entity::find_by_id(envelope)
        .select_only()
        .column(rows::Column::FundId)
        .into_tuple()
        .one(db)
        .await?;
    fund.ok_or_else(|| Refused::NoAccount.into())
}

async fn account(
    db: &impl ConnectionTrait,
    (envelope, bucket): (Uuid, Bucket),
) -> Result<ledger_account::Model> {
    ledger_account::Entity::find()
        .filter(ledger_account::Column::EnvelopeId.eq(envelope))
        .filter(ledger_account::Column::Bucket.eq(bucket.slug()))
        .one(db)
        .await?
        .ok_or_else(|| Refused::NoAccount.into())
}

#[derive(Debug, Clone, Copy, Default)]
struct Last {
    seq: i64,
    balance: i64,
}

async fn last(db: &impl ConnectionTrait, account: Uuid) -> Result<Last> {
    let last: Option<(i64, i64)> = ledger_entry::Entity::find()
        .select_only()
        .column(ledger_entry::Column::Seq)
        .column(ledger_entry::Column::Balance)
        .filter(ledger_entry::Column::AccountId.eq(account))
        .order_by_desc(ledger_entry::Column::Seq)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.map_or_else(Last::default, |(seq, balance)| Last { seq, balance }))
}

/// Makes the accounts of a new envelope; a grant has a source too.
pub(crate) async fn open_accounts(change: &Change<'_>, envelope: Uuid, is_grant: bool) -> Result<()> {
    let buckets = Bucket::ALL.iter().filter(|bucket| is_grant || **bucket != Bucket::Source);
    let rows = buckets.map(|bucket| {
        ledger_account::Model {
            id: change.ctx().id(),
            envelope_id: envelope,
            bucket: bucket.slug().to_owned(),
        }
        .into_active_model()
    });
    ledger_account::Entity::insert_many(rows).exec_without_returning(change.tx()).await?;
    Ok(())
}

/// What an account holds now.
///
/// # Errors
/// [`Refused::NoAccount`], or the database.
pub async fn balance(db: &impl ConnectionTrait, of: (Uuid, Bucket)) -> Result<Pence> {
    let account = account(db, of).await?;
    Ok(Pence::new(last(db, account.id).await?.balance))
}

#[derive(Debug, FromQueryResult)]
struct Summed {
    envelope_id: Uuid,
    bucket: String,
    kind: String,
    side: String,
    sum: i64,
}

/// What stands in the accounts of envelopes: all of a fund, or these only. Envelopes without a movement are left out.
///
/// # Errors
/// When the database cannot be read.
pub async fn standings(
    db: &impl ConnectionTrait,
    fund: Option<Uuid>,
    envelopes: Option<&[Uuid]>,
) -> Result<HashMap<Uuid, Standing>> {
    use sea_orm::sea_query::{Expr, ExprTrait as _};
    let sum = Expr::col((ledger_entry::Entity, ledger_entry::Column::Pence)).sum().cast_as("bigint");
    let mut query = ledger_entry::Entity::find()
        .select_only()
        .column_as(ledger_account::Column::EnvelopeId, "envelope_id")
        .column_as(ledger_account::Column::Bucket, "bucket")
        .column_as(journal::Column::Kind, "kind")
        .column_as(ledger_entry::Column::Side, "side")
        .expr_as(sum, "sum")
        .join(sea_orm::JoinType::InnerJoin, entry_to_account())
        .join(sea_orm::JoinType::InnerJoin, entry_to_journal())
        .group_by(ledger_account::Column::EnvelopeId)
        .group_by(ledger_account::Column::Bucket)
        .group_by(journal::Column::Kind)
        .group_by(ledger_entry::Column::Side);
    if let Some(fund) = fund {
        query = query.filter(journal::Column::FundId.eq(fund));
    }
    if let Some(envelopes) = envelopes {
        query = query.filter(ledger_account::Column::EnvelopeId.is_in(envelopes.iter().copied()));
    }
    let mut standings: HashMap<Uuid, Standing> = HashMap::new();
    for row in query.into_model::<Summed>().all(db).await? {
        let kind = Kind::from_slug(&row.kind).ok_or_else(|| corrupt("kind"))?;
        let bucket = Bucket::from_slug(&row.bucket).ok_or_else(|| corrupt("account"))?;
        let standing = standings.entry(row.envelope_id).or_default();
        standing.add(kind, bucket, row.side == "debit", Pence::new(row.sum));
    }
    Ok(standings)
}

fn entry_to_account() -> sea_orm::RelationDef {
    ledger_entry::Entity::belongs_to(ledger_account::Entity)
        .from(ledger_entry::Column::AccountId)
        .to(ledger_account::Column::Id)
        .into()
}

fn entry_to_journal() -> sea_orm::RelationDef {
    ledger_entry::Entity::belongs_to(journal::Entity)
        .from(ledger_entry::Column::JournalId)
        .to(journal::Column::Id)
        .into()
}

pub(crate) fn corrupt(what: &'static str) -> Error {
    platform::Error::Corrupt { what, why: "this version does not know it".to_owned() }.into()
}

/// The journals of a request, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_request(db: &impl ConnectionTrait, request: Uuid) -> Result<Vec<journal::Model>> {
    Ok(journal::Entity::find()
        .filter(journal::Column::RequestId.eq(request))
        .order_by_asc(journal::Column::Number)
        .all(db)
        .await?)
}

/// One journal.
///
/// # Errors
/// Not found, or the database.
pub async fn journal(db: &impl ConnectionTrait, id: Uuid) -> Result<journal::Model> {
    Ok(journal::Entity::find()
        .filter(journal::Column::Id.eq(id))
        .one(db)
        .await?
        .ok_or(platform::Error::NotFound)?)
}

/// Journals of a fund from a number on, so many at most: the ledger page by page.
///
/// # Errors
/// When the database cannot be read.
pub async fn page(
    db: &impl ConnectionTrait,
    fund: Uuid,
    before: Option<i64>,
    most: u64,
) -> Result<Vec<journal::Model>> {
    let mut query = journal::Entity::find()
        .filter(journal::Column::FundId.eq(fund))
        .order_by_desc(journal::Column::Number)
        .limit(most);
    if let Some(before) = before {
        query = query.filter(journal::Column::Number.lt(before));
    }
    Ok(query.all(db).await?)
}

/// The last journals of an envelope, the newest first, each with the envelopes that the money left and went to.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_envelope(
    db: &impl ConnectionTrait,
    envelope: Uuid,
    most: u64,
) -> Result<Vec<(journal::Model, Uuid, Uuid)>> {
    let own = ledger_account::Entity::find()
        .filter(ledger_account::Column::EnvelopeId.eq(envelope))
        .all(db)
        .await?;
    let ids: Vec<Uuid> = own.iter().map(|account| account.id).collect();
    let rows = journal::Entity::find()
        .filter(
            sea_orm::Condition::any()
                .add(journal::Column::DebitAccountId.is_in(ids.clone()))
                .add(journal::Column::CreditAccountId.is_in(ids)),
        )
        .order_by_desc(journal::Column::Number)
        .limit(most)
        .all(db)
        .await?;
    let accounts = rows.iter().flat_map(|row| [row.credit_account_id, row.debit_account_id]);
    let envelopes: HashMap<Uuid, Uuid> = ledger_account::Entity::find()
        .filter(ledger_account::Column::Id.is_in(accounts))
        .all(db)
        .await?
        .into_iter()
        .map(|account| (account.id, account.envelope_id))
        .collect();
    let whose = |account: Uuid| envelopes.get(&account).copied().unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|row| {
            let (from, to) = (whose(row.credit_account_id), whose(row.debit_account_id));
            (row, from, to)
        })
        .collect())
}

/// The accounts of a fund by name, for people to read: `P-00001: committed`.
///
/// # Errors
/// When the database cannot be read.
pub async fn account_names(db: &impl ConnectionTrait, fund: Uuid) -> Result<HashMap<Uuid, String>> {
    use crate::pots::entity::envelope as rows;
    let named: Vec<(Uuid, String, String)> = ledger_account::Entity::find()
        .select_only()
        .column(ledger_account::Column::Id)
        .column(rows::Column::Name)
        .column(ledger_account::Column::Bucket)
        .join(
            sea_orm::JoinType::InnerJoin,
            ledger_account::Entity::belongs_to(rows::Entity)
                .from(ledger_account::Column::EnvelopeId)
                .to(rows::Column::Id)
                .into(),
        )
        .filter(rows::Column::FundId.eq(fund))
        .into_tuple()
        .all(db)
        .await?;
    Ok(named
        .into_iter()
        .map(|(id, name, bucket)| {
            let bucket = Bucket::from_slug(&bucket).map_or("", Bucket::title).to_lowercase();
            (id, format!("{name}: {bucket}"))
        })
        .collect())
}
