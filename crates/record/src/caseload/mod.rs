//! The children of a worker, or of a manager's teams.

pub(crate) mod pages;
pub mod service;
