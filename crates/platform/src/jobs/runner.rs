//! The server's runner: one task per organisation that takes jobs from the queue, one at a time.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::{sync::watch, task::JoinHandle, time::sleep};
use uuid::Uuid;

use super::{
    JobKind,
    board::Live,
    daily::Daily,
    execute::{Run, Slot, ctx_of, look_at_slot},
    store,
};
use crate::{Result, capability::Capability, organisation::Org};

/// How often the queue is looked at.
const POLL: Duration = Duration::from_millis(500);
/// How long to wait after the database could not be read.
const AFTER_ERROR: Duration = Duration::from_secs(5);

/// The kinds of job that this program can run.
#[derive(Clone, Default)]
pub struct Kinds(BTreeMap<&'static str, Arc<dyn JobKind>>);

impl Kinds {
    /// The kinds that the capabilities offer.
    pub fn of(capabilities: &[Arc<dyn Capability>]) -> Self {
        Self::from_iter(capabilities.iter().flat_map(|capability| capability.jobs()))
    }

    /// The kind of that stored name.
    pub fn find(&self, name: &str) -> Option<&Arc<dyn JobKind>> {
        self.0.get(name)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &dyn JobKind> {
        self.0.values().map(AsRef::as_ref)
    }

    fn names(&self) -> Vec<&'static str> {
        self.0.keys().copied().collect()
    }
}

impl FromIterator<Box<dyn JobKind>> for Kinds {
    fn from_iter<I: IntoIterator<Item = Box<dyn JobKind>>>(kinds: I) -> Self {
        Self(kinds.into_iter().map(|kind| (kind.name(), Arc::from(kind))).collect())
    }
}

/// The runner of one organisation.
pub struct Runner {
    shutdown: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Runner {
    /// Starts it. Needs a Tokio runtime.
    pub fn start(org: Arc<Org>, kinds: Kinds) -> Self {
        let (shutdown, hears) = watch::channel(false);
        Self { shutdown, task: tokio::spawn(work(org, kinds, hears)) }
    }

    /// Asks the running job to stop at its next report of progress, waits for it, and ends. The job goes back
    /// into the queue and on from its checkpoint at the next start.
    pub async fn shut_down(self) {
        // Fails only when the task has ended already, which is what is wanted.
        let _ = self.shutdown.send(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the runner of jobs did not end well");
        }
    }
}

async fn work(org: Arc<Org>, kinds: Kinds, mut shutdown: watch::Receiver<bool>) {
    let names = kinds.names();
    let mut daily = Daily::default();
    while !*shutdown.borrow_and_update() {
        daily.order(&org, &kinds).await;
        let pause = match turn(&org, &kinds, &names, &shutdown).await {
            Ok(true) => continue,
            Ok(false) => POLL,
            Err(error) => {
                tracing::error!(organisation = org.slug(), error = error.chain(), "the queue of jobs failed");
                AFTER_ERROR
            }
        };
        tokio::select! {
            () = sleep(pause) => {}
            changed = shutdown.changed() => if changed.is_err() { return },
        }
    }
}

/// Takes and runs one job; `false` when there was none to run.
async fn turn(
    org: &Arc<Org>,
    kinds: &Kinds,
    names: &[&str],
    shutdown: &watch::Receiver<bool>,
) -> Result<bool> {
    if matches!(look_at_slot(org).await?, Slot::Held) {
        return Ok(false);
    }
    let Some(job) = store::next_queued(org.database.read(), names).await? else {
        return Ok(false);
    };
    let Some(kind) = kinds.find(&job.kind) else {
        return Ok(false);
    };
    let holder = org.random.id(org.clock.now());
    if !take(org, &job, holder).await? {
        return Ok(false);
    }
    let live: Arc<Live> = Arc::default();
    let ctx = ctx_of(org, &job);
    let run = Run { ctx, job, holder, live: Arc::clone(&live), outer: None };
    let mut shutdown = shutdown.clone();
    let stop_with_server = async {
        // An error means that the runner itself was dropped, which is a shutdown too.
        let _ = shutdown.wait_for(|down| *down).await;
        live.ask_to_stop();
        std::future::pending::<()>().await;
    };
    tokio::select! {
        // How it ended is in the table and in the log; the runner goes on either way.
        _ = run.execute(kind.as_ref()) => {}
        () = stop_with_server => {}
    }
    Ok(true)
}

async fn take(org: &Org, job: &store::Job, holder: Uuid) -> Result<bool> {
    let transaction = org.database.begin().await?;
    let taken = store::take(&transaction, job, holder, org.clock.now()).await?;
    if taken {
        transaction.commit().await?;
    } else {
        transaction.rollback().await?;
    }
    Ok(taken)
}
