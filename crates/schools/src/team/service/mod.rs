//! What can be done with the team's work: permission, rules, and the change.

mod facts;
pub mod sessions;

pub use sessions::{correct_session, record_session, session_of};
