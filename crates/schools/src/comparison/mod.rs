//! Comparison before outcomes: schools that resemble the chosen ones, found by optimal matching on what was known
//! before the programme began, and frozen as a record that cannot be drawn again.
//!
//! [`model`] holds the rules, [`service`] asks for permission, keeps the looks and freezes; a frozen comparison is a row that
//! the database itself refuses to change.

pub mod entity;
mod file;
mod migration;
pub mod model;
pub(crate) mod pages;
pub mod service;
mod store;
mod text;

pub use file::write_csv;
pub(crate) use migration::migrations;
pub use text::text;
