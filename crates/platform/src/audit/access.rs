//! Looks, written down before anything is shown, many at a time.
//!
//! Each look must be durable before its page is sent, and a durable commit costs a disk flush. So that many
//! readers do not wait for one flush each, looks that arrive while a commit is under way share the next one
//! (group commit). Every reader still waits for the commit that holds its own look: if it fails, the page is
//! not sent.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::{
    change::entry,
    entry::{Chain, Entry, Look},
    store,
};
use crate::{Error, Result, clock::Clock, context::Ctx, db::Database, secrets::Keys};

/// How many looks share a commit at most.
const LOOKS_PER_COMMIT: usize = 512;
/// How many readers may wait; beyond this a page is refused rather than queued without end.
const WAITING_MAX: usize = 4_096;

/// One reader's looks, and where the outcome goes.
type Batch = (Vec<Entry>, oneshot::Sender<bool>);

/// The door to the access chain of one organisation.
#[derive(Clone)]
pub struct AccessLog {
    sender: mpsc::Sender<Batch>,
}

impl AccessLog {
    /// Starts the writer; it ends when the last door is closed. Needs a Tokio runtime.
    pub fn start(database: Database, keys: Arc<Keys>, _clock: Arc<dyn Clock>) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        tokio::spawn(write_batches(database, keys, receiver));
        Self { sender }
    }

    /// Whether the writer is at work.
    pub fn is_alive(&self) -> bool {
        !self.sender.is_closed()
    }

    /// How many readers wait for their looks to be durable.
    pub fn waiting(&self) -> usize {
        self.sender.max_capacity().saturating_sub(self.sender.capacity())
    }

    /// Writes looks and waits until they are durable.
    pub async fn record(&self, ctx: &Ctx, looks: Vec<Look>) -> Result<()> {
        if looks.is_empty() {
            return Ok(());
        }
        let entries = looks
            .into_iter()
            .map(|look| entry(ctx, look.action, &look.subject, look.reason, &look.detail))
            .collect();
        let (outcome, stored) = oneshot::channel();
        self.sender.try_send((entries, outcome)).map_err(|_| Error::AccessLogDown)?;
        match stored.await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Error::AccessLogDown),
        }
    }
}

async fn write_batches(database: Database, keys: Arc<Keys>, mut receiver: mpsc::Receiver<Batch>) {
    let mut waiting: Vec<Batch> = Vec::new();
    while receiver.recv_many(&mut waiting, LOOKS_PER_COMMIT).await > 0 {
        let mut entries = Vec::new();
        let mut outcomes = Vec::new();
        for (batch, outcome) in waiting.drain(..) {
            entries.extend(batch);
            outcomes.push(outcome);
        }
        let count = entries.len();
        let written = write(&database, &keys, entries).await;
        if let Err(error) = &written {
            tracing::error!(looks = count, error = error.chain(), "looks could not be stored");
        }
        for outcome in outcomes {
            // A reader that went away does not matter: its look is stored all the same.
            let _ = outcome.send(written.is_ok());
        }
    }
}

async fn write(database: &Database, keys: &Keys, entries: Vec<Entry>) -> Result<()> {
    let transaction = database.begin().await?;
    store::append(&transaction, keys, Chain::Access, entries).await?;
    Ok(transaction.commit().await?)
}
