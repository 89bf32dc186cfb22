//! Running one job, wherever it was taken: catches panics, keeps the lease, writes down how it ended.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::{
    Ended, Go, JobKind, JobRun, Progress, Reporter, State,
    board::Live,
    model::cut,
    pulse::Pulse,
    service::SUBJECT,
    store::{self, Job, Leaving, NewJob},
};
use crate::{
    Channel, Ctx, Error, Result,
    audit::{Change, Subject},
    clock::in_words,
    organisation::Org,
    policy::{Action, Actor},
};

/// How long a run whose lease ran out is given to say that it lives after all.
const GRACE: Duration = Duration::from_secs(4);
/// A writer that waited longer than this had somebody writing before it: perhaps the very job.
const PROMPT: Duration = Duration::from_millis(250);
/// How often the end of a job is tried to be written before the lease is left to run out.
const END_TRIES: u32 = 5;

/// Runs a new job here and now (for the command line), in the same one slot as the server's jobs.
///
/// Fails with [`Error::Invalid`] and words for the person at the keyboard while another job is under way.
/// The job stands in the table like any other; stopped by `reporter` or killed, it can be taken up again with
/// [`resume_now`] or on its page.
pub async fn run_now(
    ctx: &Ctx,
    kind: &dyn JobKind,
    params: &Value,
    reporter: &dyn Reporter,
) -> Result<(Uuid, Ended)> {
    free_the_slot(&ctx.org).await?;
    let (id, holder) = (ctx.id(), ctx.id());
    let mut change = ctx.change(Action::RunJob, Subject::of(SUBJECT, id)).await?;
    let new = NewJob { id, kind: kind.name(), params, by: (ctx.actor.id, &ctx.actor.name), at: ctx.now() };
    if !store::insert(change.tx(), new, Some(holder)).await? {
        change.abandon().await?;
        return Err(taken(&ctx.org).await?);
    }
    change.note("job_kind", kind.name());
    change.commit().await?;
    let ended = run_taken(ctx, kind, id, holder, reporter).await?;
    Ok((id, ended))
}

/// Takes a stopped, failed or waiting job up again here and now (for the command line).
pub async fn resume_now(ctx: &Ctx, kind: &dyn JobKind, id: Uuid, reporter: &dyn Reporter) -> Result<Ended> {
    free_the_slot(&ctx.org).await?;
    let job = super::service::find(ctx, id).await?;
    if job.kind != kind.name() {
        return Err(Error::invalid("job", format!("it is a `{}`, not a `{}`", job.kind, kind.name())));
    }
    let state = job.state()?;
    if state.is_under_way() {
        return Err(taken(&ctx.org).await?);
    }
    let holder = ctx.id();
    let mut change = ctx.change(Action::ManageJobs, Subject::of(SUBJECT, id)).await?;
    let queued = Job { state: state.resume()?.slug().to_owned(), attempts: 0, ..job.clone() };
    if state != State::Queued {
        store::set_state(change.tx(), &job, State::Queued, ctx.now()).await?;
    }
    if !store::take(change.tx(), &queued, holder, ctx.now()).await? {
        change.abandon().await?;
        return Err(taken(&ctx.org).await?);
    }
    change.note("from", state.slug()).note("to", State::Running.slug());
    change.commit().await?;
    run_taken(ctx, kind, id, holder, reporter).await
}

async fn run_taken(
    ctx: &Ctx,
    kind: &dyn JobKind,
    id: Uuid,
    holder: Uuid,
    reporter: &dyn Reporter,
) -> Result<Ended> {
    let job = store::find(ctx.db(), id).await?.ok_or(Error::NotFound)?;
    let run = Run { ctx: ctx.clone(), job, holder, live: Arc::default(), outer: Some(reporter) };
    run.execute(kind).await
}

/// Words for somebody who must wait, with the name of what they wait for.
async fn taken(org: &Org) -> Result<Error> {
    let Some(job) = store::under_way(org.database.read()).await? else {
        return Ok(Error::Conflict);
    };
    let since = job.started_at.map(|at| format!(", begun on {}", in_words(at))).unwrap_or_default();
    Ok(Error::invalid(
        format!("another {} is running", job.kind),
        format!(
            "ordered by {}{since}; wait until it has ended, or stop it on its page (/jobs/{})",
            job.created_by_name, job.id
        ),
    ))
}

/// What the slot holds.
pub(super) enum Slot {
    /// Nothing.
    Free,
    /// A job that somebody is at work on.
    Held,
}

/// Looks at the slot, and frees it from a job whose run has died: its lease ran out, it stays silent for the
/// grace, and nobody was writing just now (a run that holds the one writer of SQLite cannot renew its lease).
pub(super) async fn look_at_slot(org: &Arc<Org>) -> Result<Slot> {
    let Some(job) = store::under_way(org.database.read()).await? else {
        return Ok(Slot::Free);
    };
    if job.lease_until.is_some_and(|until| until >= org.clock.now()) {
        return Ok(Slot::Held);
    }
    sleep(GRACE).await;
    let ctx = ctx_of(org, &job);
    let asked = Instant::now();
    let mut change = ctx.change(Action::RunJob, Subject::of(SUBJECT, job.id)).await?;
    let again = store::under_way(change.tx()).await?;
    let silent = again.as_ref().is_some_and(|again| {
        again.id == job.id && again.lease_holder == job.lease_holder && again.lease_until == job.lease_until
    });
    let (Some(holder), true, true) = (job.lease_holder, silent, asked.elapsed() <= PROMPT) else {
        change.abandon().await?;
        return Ok(if again.is_none() { Slot::Free } else { Slot::Held });
    };
    let state = job.state()?.lease_ran_out(job.attempts);
    let error = (state == State::Failed)
        .then(|| format!("it was cut off {} times, so it is not tried again by itself", job.attempts));
    let leaving = Leaving { state, result: None, error, attempts: job.attempts };
    store::leave(change.tx(), job.id, holder, leaving, &job.progress(), org.clock.now()).await?;
    change.note("cut_off", true).note("state", state.slug()).note("attempts", job.attempts);
    change.commit().await?;
    tracing::warn!(job = %job.id, kind = job.kind, state = state.slug(), "a job was cut off");
    Ok(Slot::Free)
}

async fn free_the_slot(org: &Arc<Org>) -> Result<()> {
    match look_at_slot(org).await? {
        Slot::Free => Ok(()),
        Slot::Held => Err(taken(org).await?),
    }
}

/// A job is the system's work on somebody's order: it carries their name into the chains and has the rights
/// of the command line, not those of a person, so that it neither gains by their roles nor ends with them.
pub(super) fn ctx_of(org: &Arc<Org>, job: &Job) -> Ctx {
    let actor = Actor { id: job.created_by, name: job.created_by_name.clone(), ..Actor::operator("job") };
    Ctx::new(Arc::clone(org), actor, Channel::Job)
}

/// One run of a job that holds the slot.
pub(super) struct Run<'a> {
    pub(super) ctx: Ctx,
    pub(super) job: Job,
    pub(super) holder: Uuid,
    pub(super) live: Arc<Live>,
    /// Whoever else wants to hear of progress; its wish to stop is a wish to stop the job for good.
    pub(super) outer: Option<&'a dyn Reporter>,
}

impl Run<'_> {
    /// Runs the job to its end and writes the end down. The error of a failed job is returned too.
    pub(super) async fn execute(self, kind: &dyn JobKind) -> Result<Ended> {
        let org = &self.ctx.org;
        let _entry = org.jobs.put(self.job.id, Arc::clone(&self.live));
        self.live.report(self.job.progress());
        let pulse = Pulse::start(Arc::clone(org), self.job.id, self.holder, Arc::clone(&self.live));
        let outcome = self.attempt(kind).await;
        pulse.end().await;
        self.write_end(&outcome).await;
        outcome
    }

    async fn attempt(&self, kind: &dyn JobKind) -> Result<Ended> {
        let run = JobRun {
            ctx: self.ctx.clone(),
            id: self.job.id,
            params: self.job.params()?,
            checkpoint: self.job.checkpoint()?,
            reporter: self,
        };
        match AssertUnwindSafe(async { kind.run(run).await }).catch_unwind().await {
            Ok(outcome) => outcome,
            // The panic's own words may hold anything, so they are not kept.
            Err(_) => Err(Error::invalid("job", "it ended with a fault of the program; the log says where")),
        }
    }

    async fn write_end(&self, outcome: &Result<Ended>) {
        for attempt in 1..=END_TRIES {
            match self.try_write_end(outcome).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::error!(job = %self.job.id, attempt, error = error.chain(), "a job's end could not be written");
                    sleep(Duration::from_secs(u64::from(attempt))).await;
                }
            }
        }
    }

    async fn try_write_end(&self, outcome: &Result<Ended>) -> Result<()> {
        let mut change = self.ctx.change(Action::RunJob, Subject::of(SUBJECT, self.job.id)).await?;
        let row = store::find(change.tx(), self.job.id).await?.ok_or(Error::NotFound)?;
        let asked_to_stop = row.state == State::Stopping.slug() || self.outer.is_some();
        let mut leaving = Leaving { state: State::Done, result: None, error: None, attempts: row.attempts };
        match outcome {
            Ok(Ended::Done(result)) => leaving.result = Some(store::json("job result", result)?),
            Ok(Ended::Stopped) if asked_to_stop => leaving.state = State::Stopped,
            Ok(Ended::Stopped) => {
                // The server shuts down: nobody meant the job, so it waits for the next start.
                leaving.state = State::Queued;
                leaving.attempts = row.attempts.saturating_sub(1);
            }
            Err(error) => {
                leaving.state = State::Failed;
                leaving.error = Some(cut(&error.chain()));
                tracing::error!(job = %self.job.id, kind = row.kind, error = error.chain(), "a job failed");
            }
        }
        let state = leaving.state;
        let progress = self.live.progress();
        let held =
            store::leave(change.tx(), self.job.id, self.holder, leaving, &progress, self.ctx.now()).await?;
        if !held {
            tracing::warn!(job = %self.job.id, "a job ended after its lease was lost; its end is not kept");
            return change.abandon().await;
        }
        change.note("job_kind", row.kind).note("state", state.slug());
        change.commit().await
    }

    fn lease_lost() -> Error {
        Error::invalid("job", "another run has taken it over, so this one ends")
    }
}

impl Reporter for Run<'_> {
    fn progress<'a>(&'a self, progress: Progress) -> BoxFuture<'a, Result<Go>> {
        Box::pin(async move {
            let own = self.live.report(progress.clone());
            match self.outer {
                Some(outer) => match outer.progress(progress).await? {
                    Go::Stop => Ok(Go::Stop),
                    Go::On => Ok(own),
                },
                None => Ok(own),
            }
        })
    }

    fn checkpoint<'a>(&'a self, state: Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let transaction = self.ctx.org.database.begin().await?;
            let held = store::checkpoint(&transaction, self.job.id, self.holder, &state).await?;
            transaction.commit().await?;
            if !held {
                return Err(Self::lease_lost());
            }
            match self.outer {
                Some(outer) => outer.checkpoint(state).await,
                None => Ok(()),
            }
        })
    }

    fn checkpoint_in<'a>(&'a self, change: &'a Change<'_>, state: Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if store::checkpoint(change.tx(), self.job.id, self.holder, &state).await? {
                Ok(())
            } else {
                Err(Self::lease_lost())
            }
        })
    }
}
