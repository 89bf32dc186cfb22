//! Rows of requests in and out.

mod events;
mod papers;
pub(crate) mod reach;
mod requests;

pub use events::{courses, events, outcomes};
pub(crate) use events::{insert_event, insert_outcome};
pub(crate) use papers::insert_paper;
pub use papers::{content, paper, papers};
pub use requests::{Asked, Which, asked, by_key, of_day, one, reference};
pub(crate) use requests::{insert_request, next_number};

use crate::ledger::store::corrupt;

/// Identifiers that go into one query.
const AT_ONCE: usize = 500;
