//! The work of a school-based team: what its workers do at schools, counted in minutes.
//!
//! A session is activity. It is never a contact or a referral: nothing here writes to the record of a child, and no
//! session names one. What becomes a contact is recorded where contacts are.

pub(crate) mod due;
pub mod entity;
mod file;
pub(crate) mod migration;
pub mod model;
pub(crate) mod pages;
pub mod service;
mod store;

pub use file::write_csv;
