//! Rows of rounds and nominations in and out.

use std::collections::HashMap;

use platform::{Error, Result};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::{
    entity::{
        family_nomination, family_nomination_end, family_notice, family_pot, family_round, family_round_draw,
    },
    model::{Consent, End, Nomination, Notice, Round},
};

/// Rounds that are listed at most.
const ROUNDS_MAX: u64 = 200;

fn round_of(row: family_round::Model, draw_id: Option<Uuid>) -> Round {
    Round {
        id: row.id,
        name: row.name,
        policy_id: row.policy_id,
        version_id: row.version_id,
        fund_id: row.fund_id,
        agreed_by: row.agreed_by,
        agreed_on: row.agreed_on,
        basis: row.basis,
        notice: row.notice,
        exceptions: row.exceptions,
        at: row.recorded_at,
        by: row.recorded_by_name,
        draw_id,
    }
}

/// The rounds, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn rounds(db: &impl ConnectionTrait) -> Result<Vec<Round>> {
    let draws: HashMap<Uuid, Uuid> = family_round_draw::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.round_id, row.draw_id))
        .collect();
    let rows = family_round::Entity::find()
        .order_by_desc(family_round::Column::RecordedAt)
        .limit(ROUNDS_MAX)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let draw = draws.get(&row.id).copied();
            round_of(row, draw)
        })
        .collect())
}

/// One round.
///
/// # Errors
/// Not found, or the database.
pub async fn round(db: &impl ConnectionTrait, id: Uuid) -> Result<Round> {
    let row = family_round::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    let draw = family_round_draw::Entity::find_by_id(id).one(db).await?;
    Ok(round_of(row, draw.map(|row| row.draw_id)))
}

/// One round, kept from other writers of the same round until the transaction ends, so that nobody nominates while a list
/// is sealed.
pub(super) async fn locked(tx: &DatabaseTransaction, id: Uuid) -> Result<Round> {
    let mut query = family_round::Entity::find_by_id(id);
    if tx.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    query.one(tx).await?.ok_or(Error::NotFound)?;
    round(tx, id).await
}

/// The nominations of a round with all that happened to them, by number.
///
/// # Errors
/// When the database cannot be read.
pub async fn nominations(db: &impl ConnectionTrait, round: Uuid) -> Result<Vec<Nomination>> {
    let rows = family_nomination::Entity::find()
        .filter(family_nomination::Column::RoundId.eq(round))
        .order_by_asc(family_nomination::Column::Number)
        .all(db)
        .await?;
    with_all(db, rows).await
}

/// One nomination.
///
/// # Errors
/// Not found, or the database.
pub async fn nomination(db: &impl ConnectionTrait, id: Uuid) -> Result<Nomination> {
    let row = family_nomination::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    with_all(db, vec![row]).await?.pop().ok_or(Error::NotFound)
}

/// The nominations of these families in any round, the newest last.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_families(db: &impl ConnectionTrait, families: &[Uuid]) -> Result<Vec<Nomination>> {
    let mut rows = Vec::new();
    for some in families.chunks(500) {
        rows.extend(
            family_nomination::Entity::find()
                .filter(family_nomination::Column::FamilyId.is_in(some.iter().copied()))
                .order_by_asc(family_nomination::Column::RecordedAt)
                .all(db)
                .await?,
        );
    }
    with_all(db, rows).await
}

async fn with_all(db: &impl ConnectionTrait, rows: Vec<family_nomination::Model>) -> Result<Vec<Nomination>> {
    let mut ends: HashMap<Uuid, End> = HashMap::new();
    let mut notices: HashMap<Uuid, Vec<Notice>> = HashMap::new();
    let mut pots: HashMap<Uuid, Uuid> = HashMap::new();
    for some in rows.chunks(500) {
        let ids: Vec<Uuid> = some.iter().map(|row| row.id).collect();
        for row in family_nomination_end::Entity::find()
            .filter(family_nomination_end::Column::NominationId.is_in(ids.iter().copied()))
            .all(db)
            .await?
        {
            let end = End { reason: row.reason, at: row.recorded_at, by: row.recorded_by_name };
            ends.insert(row.nomination_id, end);
        }
        for row in family_notice::Entity::find()
            .filter(family_notice::Column::NominationId.is_in(ids.iter().copied()))
            .order_by_asc(family_notice::Column::RecordedAt)
            .all(db)
            .await?
        {
            let notice = Notice { told_on: row.told_on, told_by: row.told_by, words: row.words };
            notices.entry(row.nomination_id).or_default().push(notice);
        }
        for row in family_pot::Entity::find()
            .filter(family_pot::Column::NominationId.is_in(ids.iter().copied()))
            .all(db)
            .await?
        {
            pots.insert(row.nomination_id, row.envelope_id);
        }
    }
    rows.into_iter()
        .map(|row| {
            let consent = Consent::from_slug(&row.consent)
                .ok_or(Error::Corrupt { what: "consent of a nomination", why: row.consent })?;
            Ok(Nomination {
                round_id: row.round_id,
                number: row.number,
                family_id: row.family_id,
                child_id: row.child_id,
                worker_id: row.worker_id,
                envelope_id: row.envelope_id,
                reason: row.reason,
                imminence: row.imminence,
                youngest_age: row.youngest_age,
                band: row.band,
                consent,
                consent_note: row.consent_note,
                at: row.recorded_at,
                by: row.recorded_by_name,
                notices: notices.remove(&row.id).unwrap_or_default(),
                end: ends.remove(&row.id),
                pot: pots.get(&row.id).copied(),
                id: row.id,
            })
        })
        .collect()
}
