//! The tables of the team's work.

pub mod activity_session;
