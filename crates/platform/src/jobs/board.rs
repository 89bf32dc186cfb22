//! How far the jobs of this process have come, in memory: a page can show it while the job itself holds the
//! database's one writer.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use uuid::Uuid;

use super::{Go, Progress};

/// A job under way in this process.
#[derive(Debug, Default)]
pub(super) struct Live {
    progress: Mutex<Progress>,
    changed: AtomicBool,
    stop: AtomicBool,
}

impl Live {
    /// Where it stands.
    pub(super) fn progress(&self) -> Progress {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes progress and says whether to go on.
    pub(super) fn report(&self, progress: Progress) -> Go {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = progress;
        self.changed.store(true, Ordering::Release);
        if self.stop.load(Ordering::Acquire) { Go::Stop } else { Go::On }
    }

    /// The progress, if there is news since it was last taken.
    pub(super) fn take_news(&self) -> Option<Progress> {
        self.changed.swap(false, Ordering::AcqRel).then(|| self.progress())
    }

    /// Asks the job to stop.
    pub(super) fn ask_to_stop(&self) {
        self.stop.store(true, Ordering::Release);
    }
}

/// The jobs under way in this process, of one organisation.
#[derive(Debug, Clone, Default)]
pub struct Board(Arc<Mutex<HashMap<Uuid, Arc<Live>>>>);

impl Board {
    /// How far a job has come, if this process runs it.
    pub fn progress(&self, id: Uuid) -> Option<Progress> {
        self.find(id).map(|live| live.progress())
    }

    pub(super) fn find(&self, id: Uuid) -> Option<Arc<Live>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// Puts a job up until the guard is dropped.
    pub(super) fn put(&self, id: Uuid, live: Arc<Live>) -> Entry {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, live);
        Entry { board: self.clone(), id }
    }
}

/// Takes its job off the board when it is dropped.
pub(super) struct Entry {
    board: Board,
    id: Uuid,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.board.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}
