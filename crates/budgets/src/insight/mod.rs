//! What the money did, and what it did not do: who got how much, what lies unused and why, whose duty was paid for, what
//! was decided before, and the numbers that an evaluation needs.
//!
//! Nothing here is a target, and nothing here compares workers with one another by rank: it is made for talking about.
//!
//! - [`model`]: figures with their intervals, small groups hidden, names taken out of words, without any database;
//! - [`service`]: permission, the reading of the record and the ledger in a fixed number of queries, the looks.

pub mod entity;
mod file;
pub(crate) mod ground;
pub(crate) mod migration;
pub mod model;
pub(crate) mod pages;
pub mod service;
pub(crate) mod store;

pub use file::write_dose;
