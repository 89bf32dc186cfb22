//! The server's runner: one task per organisation that takes jobs from the queue, one at a time.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, sleep},
};
use uuid::Uuid;

use super::{
    JobKind,
    board::Live,
    daily::Daily,
    execute::{Run, Slot, ctx_of, look_at_slot},
    store,
};
use crate::{Channel, Ctx, Result, capability::Capability, organisation::Org, policy::Actor};

/// How often the queue is looked at.
const POLL: Duration = Duration::from_millis(500);
/// How long to wait after the database could not be read.
const AFTER_ERROR: Duration = Duration::from_secs(5);
/// After how long capabilities are asked again to make ready what pages ask for: people change the record too, without a job.
const READY_FOR: Duration = Duration::from_mins(5);

/// The kinds of job that this program can run, and who makes ready what pages ask for after them.
#[derive(Clone, Default)]
pub struct Kinds {
    by_name: BTreeMap<&'static str, Arc<dyn JobKind>>,
    prepared: Vec<Arc<dyn Capability>>,
}

impl Kinds {
    /// The kinds that the capabilities offer.
    pub fn of(capabilities: &[Arc<dyn Capability>]) -> Self {
        let kinds = Self::from_iter(capabilities.iter().flat_map(|capability| capability.jobs()));
        Self { prepared: capabilities.to_vec(), ..kinds }
    }

    /// The kind of that stored name.
    pub fn find(&self, name: &str) -> Option<&Arc<dyn JobKind>> {
        self.by_name.get(name)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &dyn JobKind> {
        self.by_name.values().map(AsRef::as_ref)
    }

    fn names(&self) -> Vec<&'static str> {
        self.by_name.keys().copied().collect()
    }
}

impl FromIterator<Box<dyn JobKind>> for Kinds {
    fn from_iter<I: IntoIterator<Item = Box<dyn JobKind>>>(kinds: I) -> Self {
        let by_name = kinds.into_iter().map(|kind| (kind.name(), Arc::from(kind))).collect();
        Self { by_name, prepared: vec![] }
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

/// What became of one look at the queue.
enum Turn {
    /// A job was run.
    Ran,
    /// Another process, such as the command line, runs one.
    Elsewhere,
    /// There was none to run.
    Nothing,
}

async fn work(org: Arc<Org>, kinds: Kinds, mut shutdown: watch::Receiver<bool>) {
    let names = kinds.names();
    let mut daily = Daily::default();
    // At the start nothing is in memory.
    let mut stale = true;
    let mut ready = Instant::now();
    while !*shutdown.borrow_and_update() {
        daily.order(&org, &kinds).await;
        let pause = match turn(&org, &kinds, &names, &shutdown).await {
            Ok(Turn::Ran) => {
                stale = true;
                continue;
            }
            Ok(Turn::Elsewhere) => {
                stale = true;
                POLL
            }
            Ok(Turn::Nothing) => {
                if std::mem::take(&mut stale) || ready.elapsed() >= READY_FOR {
                    // A task of its own, so that a fault in it does not take the queue with it.
                    let mut made = tokio::spawn(prepare(Arc::clone(&org), kinds.clone()));
                    tokio::select! {
                        ended = &mut made => if let Err(error) = ended {
                            tracing::error!(organisation = org.slug(), %error, "nothing was made ready");
                        },
                        changed = shutdown.changed() => {
                            made.abort();
                            if changed.is_err() { return }
                            continue;
                        }
                    }
                    ready = Instant::now();
                }
                POLL
            }
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

/// Lets the capabilities make ready what pages will ask for. What fails here fails again for the one who asks, who is told.
async fn prepare(org: Arc<Org>, kinds: Kinds) {
    for capability in &kinds.prepared {
        let ctx = Ctx::new(Arc::clone(&org), Actor::nobody(), Channel::Job);
        if let Err(error) = capability.prepare(&ctx).await {
            let (capability, error) = (capability.name(), error.chain());
            tracing::warn!(organisation = org.slug(), capability, error, "nothing was made ready");
        }
    }
}

/// Takes and runs one job, if there is one to run.
async fn turn(
    org: &Arc<Org>,
    kinds: &Kinds,
    names: &[&str],
    shutdown: &watch::Receiver<bool>,
) -> Result<Turn> {
    if matches!(look_at_slot(org).await?, Slot::Held) {
        return Ok(Turn::Elsewhere);
    }
    let Some(job) = store::next_queued(org.database.read(), names).await? else {
        return Ok(Turn::Nothing);
    };
    let Some(kind) = kinds.find(&job.kind) else {
        return Ok(Turn::Nothing);
    };
    let holder = org.random.id(org.clock.now());
    if !take(org, &job, holder).await? {
        return Ok(Turn::Elsewhere);
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
    Ok(Turn::Ran)
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
