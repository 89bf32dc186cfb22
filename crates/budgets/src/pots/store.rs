//! Rows of funds and envelopes in and out.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use platform::{Error, Result, audit::Change};
use sea_orm::{
    ActiveModelTrait, ColumnTrait as _, ConnectionTrait, EntityTrait, IntoActiveModel as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::{
    entity::{envelope, envelope_closure, fund, fund_extension, period_close},
    model::{ENVELOPES_MAX, Envelope, Fund, Level, Owner, OwnerKind},
};
use crate::money::Pence;

fn corrupt(what: &'static str) -> Error {
    Error::Corrupt { what, why: "this version does not know it".to_owned() }
}

/// Writes a row that never changes.
pub(crate) async fn insert<A>(change: &Change<'_>, row: A) -> Result<()>
where
    A: ActiveModelTrait + Send,
{
    <A::Entity as EntityTrait>::insert(row).exec_without_returning(change.tx()).await?;
    Ok(())
}

pub(super) async fn insert_fund(change: &Change<'_>, row: fund::Model) -> Result<()> {
    insert(change, row.into_active_model()).await
}

pub(super) async fn insert_extension(change: &Change<'_>, row: fund_extension::Model) -> Result<()> {
    insert(change, row.into_active_model()).await
}

pub(super) async fn insert_envelope(change: &Change<'_>, row: envelope::Model) -> Result<()> {
    insert(change, row.into_active_model()).await
}

pub(super) async fn insert_closure(change: &Change<'_>, row: envelope_closure::Model) -> Result<()> {
    insert(change, row.into_active_model()).await
}

/// Every fund, with its end as it is now, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn funds(db: &impl ConnectionTrait) -> Result<Vec<Fund>> {
    let rows = fund::Entity::find().order_by_asc(fund::Column::Name).all(db).await?;
    let mut ends: HashMap<Uuid, NaiveDate> = HashMap::new();
    for row in fund_extension::Entity::find().all(db).await? {
        let end = ends.entry(row.fund_id).or_insert(row.end_date);
        *end = (*end).max(row.end_date);
    }
    let fund = |row: fund::Model| Fund {
        end_date: ends.get(&row.id).copied().unwrap_or(row.end_date),
        extended: ends.contains_key(&row.id),
        id: row.id,
        name: row.name,
        funder: row.funder,
        reference: row.reference,
        first_day: row.first_day,
    };
    Ok(rows.into_iter().map(fund).collect())
}

/// One fund.
///
/// # Errors
/// Not found, or the database.
pub async fn fund(db: &impl ConnectionTrait, id: Uuid) -> Result<Fund> {
    funds(db).await?.into_iter().find(|fund| fund.id == id).ok_or(Error::NotFound)
}

/// The extensions of a fund, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn extensions(db: &impl ConnectionTrait, fund: Uuid) -> Result<Vec<fund_extension::Model>> {
    Ok(fund_extension::Entity::find()
        .filter(fund_extension::Column::FundId.eq(fund))
        .order_by_asc(fund_extension::Column::RecordedAt)
        .all(db)
        .await?)
}

/// The last day of a fund whose period is closed.
///
/// # Errors
/// When the database cannot be read.
pub async fn closed_until(db: &impl ConnectionTrait, fund: Uuid) -> Result<Option<NaiveDate>> {
    Ok(period_close::Entity::find()
        .filter(period_close::Column::FundId.eq(fund))
        .order_by_desc(period_close::Column::LastDay)
        .one(db)
        .await?
        .map(|row| row.last_day))
}

fn read(row: envelope::Model, closed: Option<NaiveDate>) -> Result<Envelope> {
    let level = Level::from_slug(&row.level).ok_or_else(|| corrupt("level"))?;
    let owner = OwnerKind::from_slug(&row.owner_kind)
        .and_then(|kind| Owner::of(kind, row.owner_id))
        .ok_or_else(|| corrupt("owner"))?;
    Ok(Envelope {
        id: row.id,
        fund: row.fund_id,
        parent: row.parent_id,
        level,
        name: row.name,
        owner,
        policy: row.policy_id,
        cap: row.cap_pence.map(Pence::new),
        closed_on: closed,
    })
}

async fn with_closures(db: &impl ConnectionTrait, rows: Vec<envelope::Model>) -> Result<Vec<Envelope>> {
    let mut closed: BTreeMap<Uuid, NaiveDate> = BTreeMap::new();
    for some in rows.chunks(500) {
        let ids = some.iter().map(|row| row.id);
        let found = envelope_closure::Entity::find()
            .filter(envelope_closure::Column::EnvelopeId.is_in(ids))
            .all(db)
            .await?;
        closed.extend(found.into_iter().map(|row| (row.envelope_id, row.closed_on)));
    }
    rows.into_iter()
        .map(|row| {
            let day = closed.get(&row.id).copied();
            read(row, day)
        })
        .collect()
}

/// One envelope.
///
/// # Errors
/// Not found, or the database.
pub async fn envelope(db: &impl ConnectionTrait, id: Uuid) -> Result<Envelope> {
    let row = envelope::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    with_closures(db, vec![row]).await?.pop().ok_or(Error::NotFound)
}

/// The envelopes of a fund, level by level from the grant down, in each in the order in which they were made.
///
/// # Errors
/// When the database cannot be read.
pub async fn envelopes(db: &impl ConnectionTrait, fund: Uuid) -> Result<Vec<Envelope>> {
    let rows = envelope::Entity::find()
        .filter(envelope::Column::FundId.eq(fund))
        .order_by_asc(envelope::Column::Id)
        .limit(ENVELOPES_MAX)
        .all(db)
        .await?;
    let mut all = with_closures(db, rows).await?;
    all.sort_by_key(|envelope| Level::ALL.iter().position(|level| *level == envelope.level));
    Ok(all)
}

/// The pots of all funds.
///
/// # Errors
/// When the database cannot be read.
pub async fn pots(db: &impl ConnectionTrait) -> Result<Vec<Envelope>> {
    let rows = envelope::Entity::find()
        .filter(envelope::Column::Level.eq(Level::Pot.slug()))
        .order_by_asc(envelope::Column::Id)
        .limit(ENVELOPES_MAX)
        .all(db)
        .await?;
    with_closures(db, rows).await
}

/// The pots that belong to one of these, of all funds.
///
/// # Errors
/// When the database cannot be read.
pub async fn pots_of(db: &impl ConnectionTrait, owners: &[Uuid]) -> Result<Vec<Envelope>> {
    let mut found = Vec::new();
    for some in owners.chunks(500) {
        let rows = envelope::Entity::find()
            .filter(envelope::Column::Level.eq(Level::Pot.slug()))
            .filter(envelope::Column::OwnerId.is_in(some.iter().copied()))
            .order_by_asc(envelope::Column::Id)
            .all(db)
            .await?;
        found.extend(rows);
    }
    with_closures(db, found).await
}

/// How many envelopes a fund has, and how many pots there are in all.
pub(super) async fn how_many(db: &impl ConnectionTrait, fund: Uuid) -> Result<(u64, u64)> {
    let of_fund = envelope::Entity::find().filter(envelope::Column::FundId.eq(fund)).count(db).await?;
    let pots =
        envelope::Entity::find().filter(envelope::Column::Level.eq(Level::Pot.slug())).count(db).await?;
    Ok((of_fund, pots))
}
