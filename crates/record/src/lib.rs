//! The child's record in the sector's own vocabulary: import, chronology, statutory clocks.
//!
//! - [`entity`]: the tables, and what makes a row live; [`known`]: what was known when.
//! - [`import`]: files received, checked against the record, and made part of it.
//! - [`facts`] and [`model`]: what the returns say, and one child's history from several years of them.
//! - [`roll`]: which pupil was on which school's roll when, and which child is which pupil.

mod capability;
pub mod clocks;
pub mod duplicates;
pub mod entity;
pub mod facts;
pub mod import;
pub mod known;
pub mod migration;
pub mod model;
pub mod people;
pub mod roll;

pub use capability::Record;
