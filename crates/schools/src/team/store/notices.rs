//! Rows of what people are told of bookings.

use chrono::{DateTime, Utc};
use platform::{Error, Result};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::team::entity::booking_notice::{ActiveModel, Column, Entity, Model};

/// So many are read at most.
const NOTICES_MAX: u64 = 500;

/// Writes one.
pub(crate) async fn insert(transaction: &DatabaseTransaction, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// What a user has not seen yet, the earliest first.
pub(crate) async fn open_of(db: &impl ConnectionTrait, user: Uuid) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::UserId.eq(user))
        .filter(Column::SeenAt.is_null())
        .filter(Column::SettledAt.is_null())
        .order_by_asc(Column::RecordedAt)
        .order_by_asc(Column::Id)
        .limit(NOTICES_MAX)
        .all(db)
        .await?)
}

/// What follows from an absence or a holiday and was not overtaken.
pub(crate) async fn of_cause(db: &impl ConnectionTrait, cause: Uuid) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::AbsenceId.eq(cause))
        .filter(Column::SettledAt.is_null())
        .order_by_asc(Column::Id)
        .limit(NOTICES_MAX)
        .all(db)
        .await?)
}

/// Says that something else came: whatever a user was to be told of a time, they need not see any more.
pub(crate) async fn settle(
    transaction: &DatabaseTransaction,
    slot: Uuid,
    user: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    Entity::update_many()
        .set(ActiveModel { settled_at: Set(Some(at)), ..Default::default() })
        .filter(Column::SlotId.eq(slot))
        .filter(Column::UserId.eq(user))
        .filter(Column::SettledAt.is_null())
        .exec(transaction)
        .await?;
    Ok(())
}

/// One absence takes the place of another.
pub(crate) async fn follow(transaction: &DatabaseTransaction, before: Uuid, after: Uuid) -> Result<()> {
    Entity::update_many()
        .set(ActiveModel { absence_id: Set(Some(after)), ..Default::default() })
        .filter(Column::AbsenceId.eq(before))
        .exec(transaction)
        .await?;
    Ok(())
}

/// A user has seen what they were told.
///
/// # Errors
/// [`Error::NotFound`] where there is nothing of theirs by this identifier that waits.
pub(crate) async fn see(
    transaction: &DatabaseTransaction,
    id: Uuid,
    user: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    let done = Entity::update_many()
        .set(ActiveModel { seen_at: Set(Some(at)), ..Default::default() })
        .filter(Column::Id.eq(id))
        .filter(Column::UserId.eq(user))
        .filter(Column::SeenAt.is_null())
        .filter(Column::SettledAt.is_null())
        .exec(transaction)
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::NotFound) }
}
