//! Requests to spend: asked for in under a minute, agreed at once or by somebody else, paid, and followed up.
//!
//! A request is one row that never changes and a course of events that only grows; [`model::Course`] says what may follow
//! what. Each step that moves money writes the ledger's journal in the same transaction.
//!
//! - [`model`]: states, steps, receipts, terms and days, without any database;
//! - [`store`]: rows in and out, for this part and for those that count and compare;
//! - [`service`]: what people do, permission first.

pub mod entity;
pub(crate) mod migration;
pub mod model;
pub(crate) mod pages;
pub mod service;
pub mod store;
