//! Rows of places, absences, holidays and the duty line.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Error, Result};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::team::{
    entity::{duty_line, school_holiday, school_place, worker_absence},
    model::{Absence, Holiday, Hours, Place, Weekdays},
};

/// So many rows of one kind are read at most.
const ROWS_MAX: u64 = 20_000;

fn corrupt(why: &str) -> Error {
    Error::Corrupt { what: "place", why: why.to_owned() }
}

/// A stored whole number that cannot be below zero.
pub(super) fn whole(number: i32) -> Result<u32> {
    u32::try_from(number).map_err(|_| corrupt("a number is below zero"))
}

/// A whole number as it is stored.
pub(super) fn stored(number: u32) -> Result<i32> {
    i32::try_from(number).map_err(|_| Error::invalid("number", "it is too large"))
}

fn place(row: &school_place::Model) -> Result<Place> {
    Ok(Place {
        id: row.id,
        worker: row.worker_id,
        urn: whole(row.urn)?,
        first_day: row.first_day,
        last_day: row.last_day,
        days: Weekdays::of(row.weekdays.split(',')),
        hours: Hours { from: whole(row.from_minute)?, to: whole(row.to_minute)? },
    })
}

fn absence(row: &worker_absence::Model) -> Result<Absence> {
    Ok(Absence {
        id: row.id,
        worker: row.worker_id,
        urn: row.urn.map(whole).transpose()?,
        first_day: row.first_day,
        last_day: row.last_day,
        cover: row.cover_id,
    })
}

/// The places that have a day from `from` to `to`, of all workers and schools or of one school.
pub(crate) async fn places(
    db: &impl ConnectionTrait,
    from: NaiveDate,
    to: NaiveDate,
    urn: Option<u32>,
) -> Result<Vec<Place>> {
    let mut query = school_place::Entity::find()
        .filter(school_place::Column::WithdrawnAt.is_null())
        .filter(school_place::Column::FirstDay.lte(to))
        .filter(
            Condition::any()
                .add(school_place::Column::LastDay.is_null())
                .add(school_place::Column::LastDay.gte(from)),
        );
    if let Some(urn) = urn {
        query = query.filter(school_place::Column::Urn.eq(stored(urn)?));
    }
    let rows = query.order_by_asc(school_place::Column::Id).limit(ROWS_MAX).all(db).await?;
    rows.iter().map(place).collect()
}

/// One place that was not taken back.
pub(crate) async fn place_by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Place>> {
    let row = school_place::Entity::find_by_id(id)
        .filter(school_place::Column::WithdrawnAt.is_null())
        .one(db)
        .await?;
    row.as_ref().map(place).transpose()
}

/// Writes a place.
pub(crate) async fn insert_place(
    transaction: &DatabaseTransaction,
    place: &Place,
    (at, by): (DateTime<Utc>, Uuid),
) -> Result<()> {
    let row = school_place::Model {
        id: place.id,
        worker_id: place.worker,
        urn: stored(place.urn)?,
        first_day: place.first_day,
        last_day: place.last_day,
        weekdays: place.days.slug(),
        from_minute: stored(place.hours.from)?,
        to_minute: stored(place.hours.to)?,
        withdrawn_at: None,
        recorded_at: at,
        recorded_by: by,
    };
    school_place::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// Sets the last day of a place.
pub(crate) async fn end_place(
    transaction: &DatabaseTransaction,
    id: Uuid,
    last_day: NaiveDate,
) -> Result<()> {
    school_place::Entity::update_many()
        .set(school_place::ActiveModel { last_day: Set(Some(last_day)), ..Default::default() })
        .filter(school_place::Column::Id.eq(id))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Takes a place back as never right.
pub(crate) async fn withdraw_place(
    transaction: &DatabaseTransaction,
    id: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    school_place::Entity::update_many()
        .set(school_place::ActiveModel { withdrawn_at: Set(Some(at)), ..Default::default() })
        .filter(school_place::Column::Id.eq(id))
        .exec(transaction)
        .await?;
    Ok(())
}

/// The absences that have a day from `from` to `to`.
pub(crate) async fn absences(
    db: &impl ConnectionTrait,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Absence>> {
    let rows = worker_absence::Entity::find()
        .filter(worker_absence::Column::WithdrawnAt.is_null())
        .filter(worker_absence::Column::FirstDay.lte(to))
        .filter(worker_absence::Column::LastDay.gte(from))
        .order_by_asc(worker_absence::Column::Id)
        .limit(ROWS_MAX)
        .all(db)
        .await?;
    rows.iter().map(absence).collect()
}

/// One absence that was not taken back.
pub(crate) async fn absence_by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Absence>> {
    let row = worker_absence::Entity::find_by_id(id)
        .filter(worker_absence::Column::WithdrawnAt.is_null())
        .one(db)
        .await?;
    row.as_ref().map(absence).transpose()
}

/// Writes an absence.
pub(crate) async fn insert_absence(
    transaction: &DatabaseTransaction,
    absence: &Absence,
    (at, by): (DateTime<Utc>, Uuid),
) -> Result<()> {
    let row = worker_absence::Model {
        id: absence.id,
        worker_id: absence.worker,
        urn: absence.urn.map(stored).transpose()?,
        first_day: absence.first_day,
        last_day: absence.last_day,
        cover_id: absence.cover,
        withdrawn_at: None,
        recorded_at: at,
        recorded_by: by,
    };
    worker_absence::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// Sets who stands in.
pub(crate) async fn set_cover(
    transaction: &DatabaseTransaction,
    id: Uuid,
    cover: Option<Uuid>,
) -> Result<()> {
    worker_absence::Entity::update_many()
        .set(worker_absence::ActiveModel { cover_id: Set(cover), ..Default::default() })
        .filter(worker_absence::Column::Id.eq(id))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Takes an absence back, or ends it before its last day.
pub(crate) async fn end_absence(
    transaction: &DatabaseTransaction,
    id: Uuid,
    last_day: Option<NaiveDate>,
    at: DateTime<Utc>,
) -> Result<()> {
    let change = match last_day {
        Some(day) => worker_absence::ActiveModel { last_day: Set(day), ..Default::default() },
        None => worker_absence::ActiveModel { withdrawn_at: Set(Some(at)), ..Default::default() },
    };
    worker_absence::Entity::update_many()
        .set(change)
        .filter(worker_absence::Column::Id.eq(id))
        .exec(transaction)
        .await?;
    Ok(())
}

/// The school holidays that have a day from `from` to `to`, with their identifiers, by first day.
pub(crate) async fn holidays(
    db: &impl ConnectionTrait,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<(Uuid, Holiday)>> {
    let rows = school_holiday::Entity::find()
        .filter(school_holiday::Column::WithdrawnAt.is_null())
        .filter(school_holiday::Column::FirstDay.lte(to))
        .filter(school_holiday::Column::LastDay.gte(from))
        .order_by_asc(school_holiday::Column::FirstDay)
        .order_by_asc(school_holiday::Column::Id)
        .limit(ROWS_MAX)
        .all(db)
        .await?;
    let holiday = |row: school_holiday::Model| {
        (row.id, Holiday { name: row.name, first_day: row.first_day, last_day: row.last_day })
    };
    Ok(rows.into_iter().map(holiday).collect())
}

/// Writes a school holiday.
pub(crate) async fn insert_holiday(
    transaction: &DatabaseTransaction,
    id: Uuid,
    holiday: &Holiday,
    (at, by): (DateTime<Utc>, Uuid),
) -> Result<()> {
    let row = school_holiday::Model {
        id,
        name: holiday.name.trim().to_owned(),
        first_day: holiday.first_day,
        last_day: holiday.last_day,
        withdrawn_at: None,
        recorded_at: at,
        recorded_by: by,
    };
    school_holiday::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// Takes a school holiday back; whether there was one.
pub(crate) async fn withdraw_holiday(
    transaction: &DatabaseTransaction,
    id: Uuid,
    at: DateTime<Utc>,
) -> Result<bool> {
    let done = school_holiday::Entity::update_many()
        .set(school_holiday::ActiveModel { withdrawn_at: Set(Some(at)), ..Default::default() })
        .filter(school_holiday::Column::Id.eq(id))
        .filter(school_holiday::Column::WithdrawnAt.is_null())
        .exec(transaction)
        .await?;
    Ok(done.rows_affected == 1)
}

/// The duty line that holds.
pub(crate) async fn duty_line(db: &impl ConnectionTrait) -> Result<Option<duty_line::Model>> {
    Ok(duty_line::Entity::find().order_by_desc(duty_line::Column::Version).one(db).await?)
}

/// Writes a version of the duty line.
pub(crate) async fn insert_duty_line(transaction: &DatabaseTransaction, row: duty_line::Model) -> Result<()> {
    duty_line::Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}
