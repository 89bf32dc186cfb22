//! The child's record in the sector's own vocabulary: import, chronology, statutory clocks.
//!
//! - [`entity`]: the tables, and what makes a row live.
//! - [`import`]: files received, checked against the record, and made part of it.
//! - [`model`]: one child's events from the returns of several years. Pure.
//! - [`roll`]: which pupil was on which school's roll when, and which child is which pupil.

mod capability;
pub mod entity;
pub mod import;
pub mod migration;
pub mod model;
pub mod roll;

pub use capability::Record;
