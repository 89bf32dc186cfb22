//! What can be done with the team's work: permission, rules, and the change.

pub mod activity;
pub mod dose;
mod facts;
pub mod notices;
pub mod places;
pub mod plan;
pub mod sessions;
pub mod slots;

pub use sessions::{correct_session, record_session, session_of, withdraw_session};
