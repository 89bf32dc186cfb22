//! The school's own door: concerns that school staff raise, what becomes of them, early help and the referral to the
//! council's front door.
//!
//! - [`model`]: the states of a concern, its clock, the referral document, and which return's episode it is. Pure.
//! - [`entity`]: the tables. Decision 0013 says why they stand here and not in the record.
//! - [`service`]: permission, looks, and every change.

pub mod entity;
pub(crate) mod migration;
pub mod model;
pub(crate) mod pages;
pub mod service;
pub(crate) mod store;
