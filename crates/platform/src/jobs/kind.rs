//! What a kind of job is, and its line to the queue.

use futures::future::BoxFuture;
use serde_json::Value;
use uuid::Uuid;

use crate::{Ctx, Result, audit::Change};

/// How far a job has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// Units done.
    pub done: u64,
    /// Units in all, where it is known.
    pub total: Option<u64>,
    /// What is being done, in words, without personal data.
    pub step: String,
}

/// Whether a job should go on; asked at every report of progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    /// Go on.
    On,
    /// Somebody asked it to stop: save a checkpoint and return.
    Stop,
}

/// A job's line to the queue: report progress, save where to take up again.
pub trait Reporter: Send + Sync {
    /// Reports progress; the answer says whether to go on. The queue's own reporter writes nothing here (a
    /// task beside the job does, a few times a second), so a job may report as often as it likes, also in
    /// the middle of a [`Change`].
    fn progress<'a>(&'a self, progress: Progress) -> BoxFuture<'a, Result<Go>>;

    /// Saves where to take up again after a stop or a crash. Not while a [`Change`] is open: SQLite has one
    /// writer, and the checkpoint would wait for it. Use [`Reporter::checkpoint_in`] there.
    fn checkpoint<'a>(&'a self, state: Value) -> BoxFuture<'a, Result<()>>;

    /// Saves where to take up again in the same transaction as the work itself, so that neither is stored
    /// without the other.
    fn checkpoint_in<'a>(&'a self, _change: &'a Change<'_>, state: Value) -> BoxFuture<'a, Result<()>> {
        self.checkpoint(state)
    }
}

/// One run of a job.
pub struct JobRun<'a> {
    /// On whose behalf, with [`crate::Channel::Job`].
    pub ctx: Ctx,
    /// The job.
    pub id: Uuid,
    /// What was ordered.
    pub params: Value,
    /// Where an earlier run left off, if there was one.
    pub checkpoint: Option<Value>,
    /// The line to the queue.
    pub reporter: &'a dyn Reporter,
}

/// How a run ended, when it did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// All done; the value is the result in brief, without personal data.
    Done(Value),
    /// Stopped on request, to be resumed from the checkpoint.
    Stopped,
}

/// A kind of job that a capability can run.
pub trait JobKind: Send + Sync {
    /// The stored name.
    fn name(&self) -> &'static str;

    /// What it does, as people read it in the list of jobs: `Import a file`.
    fn title(&self) -> &'static str {
        self.name()
    }

    /// The page that shows what the job works on, below the organisation's own path.
    fn page(&self, _params: &Value) -> Option<String> {
        None
    }

    /// Whether there is something to do although nobody ordered it. The server asks once on each day, and after it has
    /// started, and orders one such job unless one waits or runs already. Its params are the day.
    fn wanted<'a>(&'a self, _ctx: &'a Ctx) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(false) })
    }

    /// Runs, or resumes.
    fn run<'a>(&'a self, run: JobRun<'a>) -> BoxFuture<'a, Result<Ended>>;
}
