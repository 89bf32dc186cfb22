//! Rows of times to book.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Error, Result};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::places::{stored, whole};
use crate::team::{
    entity::school_slot::{ActiveModel, Column, Entity, Model},
    model::{Booking, Hours, Slot, Topic},
};

/// So many times are read at most.
const SLOTS_MAX: u64 = 2_000;

/// Whose or where times are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Of {
    /// Those that a worker offers.
    Worker(Uuid),
    /// Those at a school.
    School(u32),
    /// Those of everybody that are booked.
    Booked,
}

fn slot(row: Model) -> Result<Slot> {
    let booked = match (row.booked_by, row.booked_by_name, row.booked_topic) {
        (Some(by), Some(name), Some(topic)) => {
            let topic = Topic::from_slug(&topic).ok_or_else(|| Error::Corrupt {
                what: "booking",
                why: "its topic is not known".to_owned(),
            })?;
            Some(Booking { by, name, topic })
        }
        _ => None,
    };
    Ok(Slot {
        id: row.id,
        worker: row.worker_id,
        urn: whole(row.urn)?,
        on: row.on_date,
        hours: Hours { from: whole(row.from_minute)?, to: whole(row.to_minute)? },
        booked,
    })
}

/// The times from one day to another that were not taken back, by time.
pub(crate) async fn slots(
    db: &impl ConnectionTrait,
    of: Of,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Slot>> {
    let whose = match of {
        Of::Worker(worker) => Column::WorkerId.eq(worker),
        Of::School(urn) => Column::Urn.eq(stored(urn)?),
        Of::Booked => Column::BookedBy.is_not_null(),
    };
    let rows = Entity::find()
        .filter(whose)
        .filter(Column::OnDate.between(from, to))
        .filter(Column::WithdrawnAt.is_null())
        .order_by_asc(Column::OnDate)
        .order_by_asc(Column::FromMinute)
        .order_by_asc(Column::Id)
        .limit(SLOTS_MAX)
        .all(db)
        .await?;
    rows.into_iter().map(slot).collect()
}

/// Times by their identifiers, those that were taken back too.
pub(crate) async fn of_ids(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<Slot>> {
    let rows = Entity::find().filter(Column::Id.is_in(ids.iter().copied())).limit(SLOTS_MAX).all(db).await?;
    rows.into_iter().map(slot).collect()
}

/// One time that was not taken back.
pub(crate) async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Slot>> {
    let row = Entity::find_by_id(id).filter(Column::WithdrawnAt.is_null()).one(db).await?;
    row.map(slot).transpose()
}

/// Offers a time.
pub(crate) async fn insert(
    transaction: &DatabaseTransaction,
    slot: &Slot,
    (at, by): (DateTime<Utc>, Uuid),
) -> Result<()> {
    let row = Model {
        id: slot.id,
        worker_id: slot.worker,
        urn: stored(slot.urn)?,
        on_date: slot.on,
        from_minute: stored(slot.hours.from)?,
        to_minute: stored(slot.hours.to)?,
        booked_by: None,
        booked_by_name: None,
        booked_topic: None,
        booked_at: None,
        withdrawn_at: None,
        recorded_at: at,
        recorded_by: by,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// Books a free time; whether it was free.
pub(crate) async fn book(
    transaction: &DatabaseTransaction,
    id: Uuid,
    booking: &Booking,
    at: DateTime<Utc>,
) -> Result<bool> {
    let done = Entity::update_many()
        .set(ActiveModel {
            booked_by: Set(Some(booking.by)),
            booked_by_name: Set(Some(booking.name.clone())),
            booked_topic: Set(Some(booking.topic.slug().to_owned())),
            booked_at: Set(Some(at)),
            ..Default::default()
        })
        .filter(Column::Id.eq(id))
        .filter(Column::BookedBy.is_null())
        .filter(Column::WithdrawnAt.is_null())
        .exec(transaction)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Makes a booked time free again; whether it was booked by them.
pub(crate) async fn cancel(transaction: &DatabaseTransaction, id: Uuid, by: Uuid) -> Result<bool> {
    let done = Entity::update_many()
        .set(ActiveModel {
            booked_by: Set(None),
            booked_by_name: Set(None),
            booked_topic: Set(None),
            booked_at: Set(None),
            ..Default::default()
        })
        .filter(Column::Id.eq(id))
        .filter(Column::BookedBy.eq(by))
        .exec(transaction)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Takes a time back; whether there was one.
pub(crate) async fn withdraw(transaction: &DatabaseTransaction, id: Uuid, at: DateTime<Utc>) -> Result<bool> {
    let done = Entity::update_many()
        .set(ActiveModel { withdrawn_at: Set(Some(at)), ..Default::default() })
        .filter(Column::Id.eq(id))
        .filter(Column::WithdrawnAt.is_null())
        .exec(transaction)
        .await?;
    Ok(done.rows_affected == 1)
}
