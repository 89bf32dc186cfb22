//! Rows of sessions.

use chrono::NaiveDate;
use platform::{Error, Result};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait as _, FromQueryResult,
    IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, Query},
};
use uuid::Uuid;

use crate::team::{
    entity::activity_session::{Column, Entity, Model},
    model::Kind,
};

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

/// Which sessions are wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// At these schools only; `None`: at all.
    pub(crate) urns: Option<Vec<u32>>,
    /// Of this worker only.
    pub(crate) worker: Option<Uuid>,
    /// Of this kind only.
    pub(crate) kind: Option<Kind>,
    /// From this day.
    pub(crate) from: Option<NaiveDate>,
    /// To this day.
    pub(crate) to: Option<NaiveDate>,
}

impl Wanted {
    fn condition(&self) -> Condition {
        let urns = self
            .urns
            .as_ref()
            .map(|urns| Column::Urn.is_in(urns.iter().filter_map(|urn| i32::try_from(*urn).ok())));
        current()
            .add_option(urns)
            .add_option(self.worker.map(|worker| Column::WorkerId.eq(worker)))
            .add_option(self.kind.map(|kind| Column::Kind.eq(kind.slug())))
            .add_option(self.from.map(|from| Column::HappenedOn.gte(from)))
            .add_option(self.to.map(|to| Column::HappenedOn.lte(to)))
    }
}

/// One page of sessions as they stand, the latest first, and how many there are.
pub(crate) async fn page(
    db: &impl ConnectionTrait,
    wanted: &Wanted,
    page: u64,
    per_page: u64,
) -> Result<(Vec<Model>, u64)> {
    let query = Entity::find()
        .filter(wanted.condition())
        .order_by_desc(Column::HappenedOn)
        .order_by_desc(Column::RecordedAt)
        .order_by_desc(Column::Id);
    let total = query.clone().count(db).await?;
    let rows = query.offset(page.saturating_mul(per_page)).limit(per_page).all(db).await?;
    Ok((rows, total))
}

/// The worker's session that was written down last, of one kind or of any that is written down by itself.
pub(crate) async fn last_of(
    db: &impl ConnectionTrait,
    worker: Uuid,
    kind: Option<Kind>,
) -> Result<Option<Model>> {
    let kind = match kind {
        Some(kind) => Column::Kind.eq(kind.slug()),
        None => Column::Kind.ne(Kind::Consultation.slug()),
    };
    Ok(Entity::find()
        .filter(Column::WorkerId.eq(worker))
        .filter(kind)
        .filter(current())
        .order_by_desc(Column::RecordedAt)
        .order_by_desc(Column::Id)
        .limit(1)
        .one(db)
        .await?)
}

/// What the measures of dose need of a session.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Counted {
    pub(crate) urn: i32,
    pub(crate) worker_id: Uuid,
    pub(crate) happened_on: NaiveDate,
    pub(crate) kind: String,
    pub(crate) setting: String,
    pub(crate) minutes: i32,
    pub(crate) staff: Option<i32>,
    pub(crate) pupils: Option<i32>,
}

/// What is read for the measures of dose at most: many times what a team does in ten years.
const COUNTED_MAX: u64 = 1_000_000;

/// Every session as it stands of a span of days, for counting.
pub(crate) async fn counted(
    db: &impl ConnectionTrait,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Counted>> {
    Ok(Entity::find()
        .select_only()
        .columns([Column::Urn, Column::WorkerId, Column::HappenedOn, Column::Kind, Column::Setting])
        .columns([Column::Minutes, Column::Staff, Column::Pupils])
        .filter(current())
        .filter(Column::HappenedOn.between(from, to))
        .limit(COUNTED_MAX)
        .into_model::<Counted>()
        .all(db)
        .await?)
}
