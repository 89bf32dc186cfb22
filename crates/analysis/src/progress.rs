use std::sync::atomic::{AtomicBool, Ordering};

/// Tells how far a long piece of work is, and whether somebody wants it to stop.
pub trait Progress: Sync {
    /// `done` of `total` steps of this stage are finished.
    fn step(&self, stage: &str, done: u64, total: u64);

    /// Whether the work should stop as soon as it can.
    fn stopped(&self) -> bool;
}

/// Nobody listens; the work runs to its end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn step(&self, _: &str, _: u64, _: u64) {}

    fn stopped(&self) -> bool {
        false
    }
}

/// Stops when it is told to, from another thread.
#[derive(Debug, Default)]
pub struct Stop(AtomicBool);

impl Stop {
    /// Asks the work to stop.
    pub fn now(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Progress for Stop {
    fn step(&self, _: &str, _: u64, _: u64) {}

    fn stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
