//! Rows of consultations.

use platform::Result;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity, Model};
use crate::door::store::{concerns::LIST_MAX, key, one};

/// A consultation.
pub(crate) async fn get(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// The consultations of schools, newest first; `None` for every school.
pub(crate) async fn of_schools(db: &impl ConnectionTrait, urns: Option<&[u32]>) -> Result<Vec<Model>> {
    let mut which = Condition::all();
    if let Some(urns) = urns {
        which = which.add(Column::Urn.is_in(urns.iter().map(|urn| key(*urn))));
    }
    Ok(Entity::find()
        .filter(which)
        .order_by_desc(Column::HeldOn)
        .order_by_desc(Column::Id)
        .limit(LIST_MAX)
        .all(db)
        .await?)
}

/// The consultations about these pupils, earliest first.
pub(crate) async fn of_pupils(db: &impl ConnectionTrait, pupils: &[Uuid]) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::PupilId.is_in(pupils.iter().copied()))
        .order_by_asc(Column::HeldOn)
        .order_by_asc(Column::Id)
        .limit(LIST_MAX)
        .all(db)
        .await?)
}

/// Changes a consultation; the change fails where somebody else changed its child or outcome by then.
pub(crate) async fn keep(
    transaction: &DatabaseTransaction,
    before: &Model,
    change: ActiveModel,
) -> Result<()> {
    let mut as_before =
        Condition::all().add(Column::Id.eq(before.id)).add(Column::Outcome.eq(before.outcome.as_str()));
    as_before = match before.pupil_id {
        Some(pupil) => as_before.add(Column::PupilId.eq(pupil)),
        None => as_before.add(Column::PupilId.is_null()),
    };
    let done = Entity::update_many().set(change).filter(as_before).exec(transaction).await?;
    one(done.rows_affected)
}
