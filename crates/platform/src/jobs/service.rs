//! Ordering, stopping and resuming jobs.

use serde_json::Value;
use uuid::Uuid;

use super::{
    model::State,
    store::{self, Job, NewJob},
};
use crate::{
    Ctx, Error, Result,
    audit::{Change, Subject},
    policy::{Action, Object},
};

/// The kind of subject under which jobs stand in the chains.
pub(super) const SUBJECT: &str = "job";

/// Orders a job as part of a change; it starts when the change is committed and its turn comes. `params` must
/// hold identifiers, not personal data.
pub async fn order(change: &mut Change<'_>, kind: &str, params: &Value) -> Result<Uuid> {
    let ctx = change.ctx();
    let id = ctx.id();
    let new = NewJob { id, kind, params, by: (ctx.actor.id, &ctx.actor.name), at: ctx.now() };
    store::insert(change.tx(), new, None).await?;
    change.note("job", id.to_string()).note("job_kind", kind);
    Ok(id)
}

/// A job, for those who may see jobs and for the person who ordered it. To others there is no such job.
pub async fn find(ctx: &Ctx, id: Uuid) -> Result<Job> {
    let job = store::find(ctx.db(), id).await?.ok_or(Error::NotFound)?;
    let own = job.created_by == ctx.actor.id && !ctx.actor.id.is_nil();
    if !own {
        ctx.require(Action::ViewHealth, Object::None).map_err(|_| Error::NotFound)?;
    }
    Ok(job)
}

/// Asks a job to stop. One that waits stops at once; one that runs stops when it next reports progress.
pub async fn stop(ctx: &Ctx, id: Uuid) -> Result<State> {
    move_to(ctx, id, State::stop).await
}

/// Puts a stopped or failed job back into the queue; it goes on from its last checkpoint.
pub async fn resume(ctx: &Ctx, id: Uuid) -> Result<State> {
    move_to(ctx, id, State::resume).await
}

async fn move_to(ctx: &Ctx, id: Uuid, step: fn(State) -> Result<State>) -> Result<State> {
    ctx.require(Action::ManageJobs, Object::None)?;
    let job = find(ctx, id).await?;
    let from = job.state()?;
    let to = step(from)?;
    if from == to {
        return Ok(to);
    }
    let mut change = ctx.change(Action::ManageJobs, Subject::of(SUBJECT, id)).await?;
    if !store::set_state(change.tx(), &job, to, ctx.now()).await? {
        change.abandon().await?;
        return Err(Error::Conflict);
    }
    change.note("from", from.slug()).note("to", to.slug());
    change.commit().await?;
    if to == State::Stopping
        && let Some(live) = ctx.org.jobs.find(id)
    {
        live.ask_to_stop();
    }
    Ok(to)
}
