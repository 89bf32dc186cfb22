//! The finance officer's work: card statements, the hand-over to the finance system, periods and the end of the year.
//!
//! Nobody keys a payment twice: a statement is matched with the ledger and reviewed, and the council's finance system gets
//! a file. Each payment is handed over once; each line and each payment are matched once.

pub mod entity;
pub(crate) mod migration;
pub mod model;
pub(crate) mod pages;
pub mod service;
pub mod store;
