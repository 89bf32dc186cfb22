//! Long work with progress, stop and resume. The queue is a table; a job that was cut off is taken up again.
//!
//! At most one job runs at a time in an organisation, whoever runs it (the server or the command line): the
//! running job occupies the table's one slot, which a unique index guards, and holds it by a lease that it
//! renews. When a process dies its lease runs out, and the job goes back into the queue with its last
//! checkpoint.
//!
//! Ordering, stopping, resuming and finishing are changes with an audit event. Taking a job, progress,
//! checkpoints and the lease are not: they say nothing about anybody, change several times a second, and
//! would bury the chain's real entries. They are the only writes in Nearhand outside a
//! [`Change`](crate::audit::Change), and stay inside this module.

mod board;
mod capability;
mod daily;
mod execute;
mod kind;
pub mod migration;
pub mod model;
mod pages;
mod pulse;
mod runner;
mod service;
pub mod store;

pub use board::Board;
pub use capability::Jobs;
pub use execute::{resume_now, run_now};
pub use kind::{Ended, Go, JobKind, JobRun, Progress, Reporter};
pub use model::State;
pub use pages::panel;
pub use runner::{Kinds, Runner};
pub use service::{find, order, resume, stop};
