//! Concerns, their drafts, and what their senders were told.

use chrono::NaiveDate;
use platform::Result;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::{key, one};
use crate::door::{
    entity::{concern, concern_draft, concern_told},
    model::state::State,
};

/// So many concerns are read for one list.
pub(crate) const LIST_MAX: u64 = 500;

/// A concern.
pub(crate) async fn get(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<concern::Model>> {
    Ok(concern::Entity::find_by_id(id).one(db).await?)
}

/// A concern under way; the change fails where the row has another state by then.
pub(crate) async fn keep(
    transaction: &DatabaseTransaction,
    before: &concern::Model,
    change: concern::ActiveModel,
) -> Result<()> {
    let done = concern::Entity::update_many()
        .set(change)
        .filter(concern::Column::Id.eq(before.id))
        .filter(concern::Column::State.eq(before.state.as_str()))
        .exec(transaction)
        .await?;
    one(done.rows_affected)
}

/// The columns of a state.
pub(crate) fn state(state: State) -> concern::ActiveModel {
    concern::ActiveModel {
        state: Set(state.slug().to_owned()),
        outcome: Set(state.outcome().map(|outcome| outcome.slug().to_owned())),
        ..Default::default()
    }
}

/// The concerns of schools, newest first; `None` for every school.
pub(crate) async fn of_schools(
    db: &impl ConnectionTrait,
    urns: Option<&[u32]>,
    waiting: bool,
) -> Result<Vec<concern::Model>> {
    let mut which = Condition::all();
    if let Some(urns) = urns {
        which = which.add(concern::Column::Urn.is_in(urns.iter().map(|urn| key(*urn))));
    }
    let query = concern::Entity::find().filter(which);
    let query = if waiting {
        query.filter(concern::Column::State.ne("sender-told")).order_by_asc(concern::Column::TellBy)
    } else {
        query.order_by_desc(concern::Column::RecordedOn)
    };
    Ok(query.order_by_desc(concern::Column::Id).limit(LIST_MAX).all(db).await?)
}

/// The concerns about these pupils, earliest first.
pub(crate) async fn of_pupils(db: &impl ConnectionTrait, pupils: &[Uuid]) -> Result<Vec<concern::Model>> {
    Ok(concern::Entity::find()
        .filter(concern::Column::PupilId.is_in(pupils.iter().copied()))
        .order_by_asc(concern::Column::RecordedOn)
        .order_by_asc(concern::Column::Id)
        .limit(LIST_MAX)
        .all(db)
        .await?)
}

/// What the senders of these concerns were told, earliest first.
pub(crate) async fn told(db: &impl ConnectionTrait, concerns: &[Uuid]) -> Result<Vec<concern_told::Model>> {
    Ok(concern_told::Entity::find()
        .filter(concern_told::Column::ConcernId.is_in(concerns.iter().copied()))
        .order_by_asc(concern_told::Column::RecordedAt)
        .order_by_asc(concern_told::Column::Id)
        .all(db)
        .await?)
}

/// Concerns of schools of which something was told since a day.
pub(crate) async fn told_since(
    db: &impl ConnectionTrait,
    urns: &[u32],
    since: NaiveDate,
) -> Result<Vec<concern::Model>> {
    let ids: Vec<Uuid> = concern_told::Entity::find()
        .select_only()
        .column(concern_told::Column::ConcernId)
        .distinct()
        .filter(concern_told::Column::ToldOn.gte(since))
        .limit(LIST_MAX)
        .into_tuple()
        .all(db)
        .await?;
    Ok(concern::Entity::find()
        .filter(concern::Column::Id.is_in(ids))
        .filter(concern::Column::Urn.is_in(urns.iter().map(|urn| key(*urn))))
        .order_by_desc(concern::Column::ToldOn)
        .all(db)
        .await?)
}

/// A draft.
pub(crate) async fn draft(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<concern_draft::Model>> {
    Ok(concern_draft::Entity::find_by_id(id).one(db).await?)
}

/// The drafts of somebody, latest first.
pub(crate) async fn drafts(db: &impl ConnectionTrait, user: Uuid) -> Result<Vec<concern_draft::Model>> {
    Ok(concern_draft::Entity::find()
        .filter(concern_draft::Column::UserId.eq(user))
        .order_by_desc(concern_draft::Column::UpdatedAt)
        .all(db)
        .await?)
}

/// Keeps the answers of a draft.
pub(crate) async fn keep_draft(
    transaction: &DatabaseTransaction,
    id: Uuid,
    answers: String,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<()> {
    let set = concern_draft::ActiveModel { answers: Set(answers), updated_at: Set(at), ..Default::default() };
    let done = concern_draft::Entity::update_many()
        .set(set)
        .filter(concern_draft::Column::Id.eq(id))
        .exec(transaction)
        .await?;
    one(done.rows_affected)
}

/// Throws drafts away.
pub(crate) async fn drop_drafts(transaction: &DatabaseTransaction, ids: &[Uuid]) -> Result<u64> {
    let done = concern_draft::Entity::delete_many()
        .filter(concern_draft::Column::Id.is_in(ids.iter().copied()))
        .exec(transaction)
        .await?;
    Ok(done.rows_affected)
}
