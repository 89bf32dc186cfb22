//! Files received, checked against the record, and made part of it.
//!
//! A file passes through [`receive()`] (a private copy, what it is), [`check()`] (every record read, a preview of
//! what would change; the record is not touched) and [`apply()`]. Applying writes new versions in short
//! transactions, each row without `known_from` and so invisible; the last transaction makes all of them visible
//! and ends what they replace. Killed at any moment, an import is taken up again by applying it once more, or
//! cleared away with [`abandon()`].
//!
//! What a file speaks for is its [`Slot`]: a census return for its year, a roll table for its term and the
//! schools that it contains, GIAS for the schools that it contains. A corrected file of a slot gives new versions
//! to what changed and ends what is gone; what is unchanged stays as it is. GIAS retires nothing by leaving it out.

mod abandon;
mod apply;
mod check;
pub(crate) mod checking;
mod claim;
mod diff;
mod digest;
mod entry;
mod files;
mod jobs;
mod live;
pub(crate) mod pages;
mod projection;
mod reading;
mod receive;
mod rows;
mod slot;
mod state;
mod summary;
mod told;

pub(crate) use entry::school_key;

pub use abandon::abandon;
pub use apply::{Applied, apply};
pub use check::check;
pub use files::{applied_in, by_id, changes, list, problems};
pub use jobs::{ApplyImport, CheckImport, params};
pub use receive::{Received, Request, receive};
pub use slot::{Kind, Slot};
pub use state::State;
pub use summary::{Fault, HeaderSummary, ProblemCount, SchoolKeys, Summary};
