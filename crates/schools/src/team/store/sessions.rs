//! Rows of sessions.

use chrono::NaiveDate;
use platform::{Error, Result};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, Query},
};
use uuid::Uuid;

use crate::team::entity::activity_session::{Column, Entity, Model};

/// Versions that no other replaces.
fn current() -> Condition {
    let replaced = Query::select()
        .column(Column::Replaces)
        .from(Entity)
        .and_where(Expr::col(Column::Replaces).is_not_null())
        .take();
    Condition::all().add(Column::Id.not_in_subquery(replaced)).add(Column::Withdrawn.eq(false))
}

/// Writes a version. Of two that replace the same one the second is refused with [`Error::Conflict`].
pub(crate) async fn insert(transaction: &DatabaseTransaction, row: Model) -> Result<()> {
    let done = Entity::insert(row.into_active_model()).exec_without_returning(transaction).await;
    match done {
        Ok(_) => Ok(()),
        Err(error) => match error.sql_err() {
            Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => Err(Error::Conflict),
            _ => Err(error.into()),
        },
    }
}

/// One version.
pub(crate) async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// Every version of a series, the latest first.
pub(crate) async fn versions(db: &impl ConnectionTrait, series: Uuid) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::SeriesId.eq(series)).order_by_desc(Column::Version).all(db).await?)
}

/// The current version of the session that was written with something else.
pub(crate) async fn of_source(db: &impl ConnectionTrait, source: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::SourceId.eq(source)).filter(current()).one(db).await?)
}

/// The minutes of a worker's sessions of a day, but those of one series.
pub(crate) async fn minutes_of_day(
    db: &impl ConnectionTrait,
    worker: Uuid,
    day: NaiveDate,
    but: Option<Uuid>,
) -> Result<u32> {
    let mut query = Entity::find()
        .select_only()
        .column(Column::Minutes)
        .filter(Column::WorkerId.eq(worker))
        .filter(Column::HappenedOn.eq(day))
        .filter(current());
    if let Some(series) = but {
        query = query.filter(Column::SeriesId.ne(series));
    }
    let all: Vec<i32> = query.into_tuple().all(db).await?;
    Ok(all.into_iter().filter_map(|minutes| u32::try_from(minutes).ok()).sum())
}
