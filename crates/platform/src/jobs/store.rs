//! Jobs in and out of the table.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DatabaseTransaction, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, SqlErr, sea_query::Expr,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    Progress,
    model::{JSON_BYTES_MAX, State, cut, lease_until},
};
use crate::{Error, Result};

/// Jobs, past and present.
pub mod job {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A job as it stands.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "job")]
    pub struct Model {
        /// The job.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Stored name of its kind.
        pub kind: String,
        /// What was ordered, as JSON.
        pub params: String,
        /// Stored name of its [`State`](super::State).
        pub state: String,
        /// 1 while it is under way, else nothing; unique.
        pub slot: Option<i32>,
        /// The run that holds it.
        pub lease_holder: Option<Uuid>,
        /// Until when that run need not say that it lives.
        pub lease_until: Option<DateTimeUtc>,
        /// How often it was started since it was ordered or resumed.
        pub attempts: i32,
        /// Units done.
        pub progress_done: i64,
        /// Units in all, where it is known.
        pub progress_total: Option<i64>,
        /// What is being done, in words.
        pub step: String,
        /// Where to take up again, as JSON.
        pub checkpoint: Option<String>,
        /// The result in brief, as JSON.
        pub result: Option<String>,
        /// Why it failed, in words.
        pub error: Option<String>,
        /// Who ordered it.
        pub created_by: Uuid,
        /// Who ordered it, by name as it was then.
        pub created_by_name: String,
        /// When it was ordered.
        pub created_at: DateTimeUtc,
        /// Since when it has waited, after being ordered or resumed.
        pub queued_at: DateTimeUtc,
        /// When it first began.
        pub started_at: Option<DateTimeUtc>,
        /// When it ended.
        pub finished_at: Option<DateTimeUtc>,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use job::Model as Job;

impl Job {
    /// Where it stands.
    pub fn state(&self) -> Result<State> {
        State::from_slug(&self.state)
    }

    /// How far it had come when that was last written.
    pub fn progress(&self) -> Progress {
        Progress {
            done: u64::try_from(self.progress_done).unwrap_or(0),
            total: self.progress_total.and_then(|total| u64::try_from(total).ok()),
            step: self.step.clone(),
        }
    }

    /// What was ordered.
    pub fn params(&self) -> Result<Value> {
        parse("job parameters", &self.params)
    }

    /// Where an earlier run left off.
    pub fn checkpoint(&self) -> Result<Option<Value>> {
        self.checkpoint.as_deref().map(|text| parse("job checkpoint", text)).transpose()
    }

    /// The result in brief.
    pub fn result(&self) -> Result<Option<Value>> {
        self.result.as_deref().map(|text| parse("job result", text)).transpose()
    }
}

fn parse(what: &'static str, text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|error| Error::Corrupt { what, why: error.to_string() })
}

/// JSON for the table, of limited length.
pub(super) fn json(what: &str, value: &Value) -> Result<String> {
    let text = value.to_string();
    if text.len() > JSON_BYTES_MAX {
        return Err(Error::invalid(what, format!("it is longer than {JSON_BYTES_MAX} bytes")));
    }
    Ok(text)
}

/// A new job, queued.
pub(super) struct NewJob<'a> {
    pub(super) id: Uuid,
    pub(super) kind: &'a str,
    pub(super) params: &'a Value,
    pub(super) by: (Uuid, &'a str),
    pub(super) at: DateTime<Utc>,
}

/// Stores a new job; with a holder it is under way from the start, and `false` says that another one is.
pub(super) async fn insert(
    transaction: &DatabaseTransaction,
    new: NewJob<'_>,
    holder: Option<Uuid>,
) -> Result<bool> {
    let row = job::ActiveModel {
        id: Set(new.id),
        kind: Set(new.kind.to_owned()),
        params: Set(json("job parameters", new.params)?),
        state: Set(if holder.is_some() { State::Running } else { State::Queued }.slug().to_owned()),
        slot: Set(holder.map(|_| 1)),
        lease_holder: Set(holder),
        lease_until: Set(holder.map(|_| lease_until(new.at))),
        attempts: Set(i32::from(holder.is_some())),
        progress_done: Set(0),
        progress_total: Set(None),
        step: Set(String::new()),
        checkpoint: Set(None),
        result: Set(None),
        error: Set(None),
        created_by: Set(new.by.0),
        created_by_name: Set(new.by.1.to_owned()),
        created_at: Set(new.at),
        queued_at: Set(new.at),
        started_at: Set(holder.map(|_| new.at)),
        finished_at: Set(None),
    };
    unless_taken(job::Entity::insert(row).exec_without_returning(transaction).await.map(|_| true))
}

/// The database's own answer to two at once: a unique violation means that another job holds the slot.
fn unless_taken(outcome: Result<bool, sea_orm::DbErr>) -> Result<bool> {
    match outcome {
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Ok(false),
        other => Ok(other?),
    }
}

/// A job.
pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Job>> {
    Ok(job::Entity::find_by_id(id).one(connection).await?)
}

/// The newest job of one of these kinds with exactly these parameters.
pub async fn latest(
    connection: &impl ConnectionTrait,
    kinds: &[&str],
    params: &Value,
) -> Result<Option<Job>> {
    Ok(job::Entity::find()
        .filter(job::Column::Kind.is_in(kinds.iter().copied()))
        .filter(job::Column::Params.eq(json("job parameters", params)?))
        .order_by_desc(job::Column::CreatedAt)
        .order_by_desc(job::Column::Id)
        .one(connection)
        .await?)
}

/// The job that is under way.
pub async fn under_way(connection: &impl ConnectionTrait) -> Result<Option<Job>> {
    Ok(job::Entity::find().filter(job::Column::Slot.eq(1)).one(connection).await?)
}

/// The job of these kinds that has waited longest.
pub(super) async fn next_queued(connection: &impl ConnectionTrait, kinds: &[&str]) -> Result<Option<Job>> {
    Ok(job::Entity::find()
        .filter(job::Column::State.eq(State::Queued.slug()))
        .filter(job::Column::Kind.is_in(kinds.iter().copied()))
        .order_by_asc(job::Column::QueuedAt)
        .order_by_asc(job::Column::Id)
        .one(connection)
        .await?)
}

/// Whether a job of this kind waits or runs.
pub(super) async fn is_waiting(connection: &impl ConnectionTrait, kind: &str) -> Result<bool> {
    let unended = [State::Queued, State::Running, State::Stopping].map(State::slug);
    let found = job::Entity::find()
        .filter(job::Column::Kind.eq(kind))
        .filter(job::Column::State.is_in(unended))
        .count(connection)
        .await?;
    Ok(found > 0)
}

/// A page of the list, newest first, and how many jobs there are in all.
pub async fn list(connection: &impl ConnectionTrait, offset: u64, limit: u64) -> Result<(Vec<Job>, u64)> {
    let count = job::Entity::find().count(connection).await?;
    let jobs = job::Entity::find()
        .order_by_desc(job::Column::CreatedAt)
        .order_by_desc(job::Column::Id)
        .offset(offset)
        .limit(limit)
        .all(connection)
        .await?;
    Ok((jobs, count))
}

/// How many jobs are in each state.
pub async fn count_by_state(connection: &impl ConnectionTrait) -> Result<Vec<(State, u64)>> {
    let rows: Vec<(String, i64)> = job::Entity::find()
        .select_only()
        .column(job::Column::State)
        .column_as(job::Column::Id.count(), "jobs")
        .group_by(job::Column::State)
        .into_tuple()
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|(state, count)| Ok((State::from_slug(&state)?, u64::try_from(count).unwrap_or(0))))
        .collect()
}

/// Takes a queued job into the slot; `false` when somebody else took it, or another job, first.
pub(super) async fn take(
    transaction: &DatabaseTransaction,
    job: &Job,
    holder: Uuid,
    now: DateTime<Utc>,
) -> Result<bool> {
    let outcome = job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(State::Running.slug()))
        .col_expr(job::Column::Slot, Expr::value(1))
        .col_expr(job::Column::LeaseHolder, Expr::value(holder))
        .col_expr(job::Column::LeaseUntil, Expr::value(lease_until(now)))
        .col_expr(job::Column::Attempts, Expr::value(job.attempts.saturating_add(1)))
        .col_expr(job::Column::StartedAt, Expr::value(job.started_at.unwrap_or(now)))
        .col_expr(job::Column::Error, Expr::value(None::<String>))
        .col_expr(job::Column::FinishedAt, Expr::value(None::<DateTime<Utc>>))
        .filter(job::Column::Id.eq(job.id))
        .filter(job::Column::State.eq(State::Queued.slug()))
        .exec(transaction)
        .await;
    unless_taken(outcome.map(|done| done.rows_affected == 1))
}

/// Renews a lease, with the progress if there is news; `false` when the lease was lost.
pub(super) async fn renew(
    transaction: &DatabaseTransaction,
    id: Uuid,
    holder: Uuid,
    now: DateTime<Utc>,
    progress: Option<&Progress>,
) -> Result<bool> {
    let mut update = job::Entity::update_many()
        .col_expr(job::Column::LeaseUntil, Expr::value(lease_until(now)))
        .filter(job::Column::Id.eq(id))
        .filter(job::Column::LeaseHolder.eq(holder));
    if let Some(progress) = progress {
        let total = progress.total.map(|total| i64::try_from(total).unwrap_or(i64::MAX));
        update = update
            .col_expr(
                job::Column::ProgressDone,
                Expr::value(i64::try_from(progress.done).unwrap_or(i64::MAX)),
            )
            .col_expr(job::Column::ProgressTotal, Expr::value(total))
            .col_expr(job::Column::Step, Expr::value(cut(&progress.step)));
    }
    Ok(update.exec(transaction).await?.rows_affected == 1)
}

/// Saves where to take up again; `false` when the lease was lost.
pub(super) async fn checkpoint(
    transaction: &DatabaseTransaction,
    id: Uuid,
    holder: Uuid,
    state: &Value,
) -> Result<bool> {
    let done = job::Entity::update_many()
        .col_expr(job::Column::Checkpoint, Expr::value(json("job checkpoint", state)?))
        .filter(job::Column::Id.eq(id))
        .filter(job::Column::LeaseHolder.eq(holder))
        .exec(transaction)
        .await?;
    Ok(done.rows_affected == 1)
}

/// How a run leaves its job.
pub(super) struct Leaving {
    pub(super) state: State,
    pub(super) result: Option<String>,
    pub(super) error: Option<String>,
    /// How many attempts are to its account.
    pub(super) attempts: i32,
}

/// Lets go of the slot; `false` when the lease was lost.
pub(super) async fn leave(
    transaction: &DatabaseTransaction,
    id: Uuid,
    holder: Uuid,
    leaving: Leaving,
    progress: &Progress,
    now: DateTime<Utc>,
) -> Result<bool> {
    let total = progress.total.map(|total| i64::try_from(total).unwrap_or(i64::MAX));
    let ended = leaving.state.has_ended().then_some(now);
    let mut update = job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(leaving.state.slug()))
        .col_expr(job::Column::Slot, Expr::value(None::<i32>))
        .col_expr(job::Column::LeaseHolder, Expr::value(None::<Uuid>))
        .col_expr(job::Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(job::Column::Attempts, Expr::value(leaving.attempts))
        .col_expr(job::Column::ProgressDone, Expr::value(i64::try_from(progress.done).unwrap_or(i64::MAX)))
        .col_expr(job::Column::ProgressTotal, Expr::value(total))
        .col_expr(job::Column::Step, Expr::value(cut(&progress.step)))
        .col_expr(job::Column::Error, Expr::value(leaving.error))
        .col_expr(job::Column::FinishedAt, Expr::value(ended))
        .filter(job::Column::Id.eq(id))
        .filter(job::Column::LeaseHolder.eq(holder));
    if let Some(result) = leaving.result {
        update = update.col_expr(job::Column::Result, Expr::value(result));
    }
    Ok(update.exec(transaction).await?.rows_affected == 1)
}

/// Moves a job to another state on somebody's request; `false` when it moved in the meantime.
pub(super) async fn set_state(
    transaction: &DatabaseTransaction,
    job: &Job,
    state: State,
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut update = job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(state.slug()))
        .col_expr(job::Column::FinishedAt, Expr::value(state.has_ended().then_some(now)))
        .filter(job::Column::Id.eq(job.id))
        .filter(job::Column::State.eq(&job.state));
    if state == State::Queued {
        update = update
            .col_expr(job::Column::Attempts, Expr::value(0))
            .col_expr(job::Column::QueuedAt, Expr::value(now));
    }
    Ok(update.exec(transaction).await?.rows_affected == 1)
}
