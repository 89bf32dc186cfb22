//! The task beside a running job: renews its lease, writes its progress, hears that it should stop.
//!
//! It is a task of its own so that a job may hold the database's one writer for minutes (one import, one
//! transaction) without losing its lease: nobody else can write during that time either, and the pulse is
//! the first to write after it.

use std::{sync::Arc, time::Duration};

use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};
use uuid::Uuid;

use super::{Progress, State, board::Live, store};
use crate::{Result, organisation::Org};

/// How often the job's row is read for a wish to stop.
const LISTEN: Duration = Duration::from_millis(400);
/// How often news of progress is written at most.
const WRITE: Duration = Duration::from_millis(800);
/// How often the lease is renewed without news. Well below the grace that a silent run is given, so that a
/// machine that slept, and wakes with every lease run out, keeps its jobs.
const RENEW: Duration = Duration::from_secs(2);

/// A pulse; [`Pulse::end`] stops it and waits until it is off the database.
pub(super) struct Pulse(JoinHandle<()>);

impl Pulse {
    pub(super) fn start(org: Arc<Org>, id: Uuid, holder: Uuid, live: Arc<Live>) -> Self {
        Self(tokio::spawn(async move {
            tokio::join!(listen(&org, id, holder, &live), write(&org, id, holder, &live));
        }))
    }

    pub(super) async fn end(mut self) {
        self.0.abort();
        // Its only outcome is that it was aborted.
        let _ = (&mut self.0).await;
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn listen(org: &Org, id: Uuid, holder: Uuid, live: &Live) {
    loop {
        sleep(LISTEN).await;
        match store::find(org.database.read(), id).await {
            Ok(Some(job)) if job.lease_holder == Some(holder) && job.state == State::Running.slug() => {}
            // Asked to stop, or the lease was lost to another run: either way this run must not go on.
            Ok(_) => live.ask_to_stop(),
            Err(error) => tracing::warn!(error = error.chain(), "a job's row could not be read"),
        }
    }
}

async fn write(org: &Org, id: Uuid, holder: Uuid, live: &Live) {
    let mut renewed = Instant::now();
    loop {
        sleep(WRITE).await;
        let news = live.take_news();
        if news.is_none() && renewed.elapsed() < RENEW {
            continue;
        }
        match renew(org, id, holder, news.as_ref()).await {
            Ok(true) => renewed = Instant::now(),
            Ok(false) => {
                tracing::warn!(job = %id, "a job lost its lease and stops");
                live.ask_to_stop();
            }
            Err(error) => {
                tracing::warn!(error = error.chain(), "a job's progress could not be written");
            }
        }
    }
}

async fn renew(org: &Org, id: Uuid, holder: Uuid, news: Option<&Progress>) -> Result<bool> {
    let transaction = org.database.begin().await?;
    let held = store::renew(&transaction, id, holder, org.clock.now(), news).await?;
    transaction.commit().await?;
    Ok(held)
}
