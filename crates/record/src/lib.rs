//! The child's record in the sector's own vocabulary: import, chronology, statutory clocks.
//!
//! - [`entity`]: the tables, and what makes a row live; [`known`]: what was known when.
//! - [`import`]: files received, checked against the record, and made part of it.
//! - [`draw`]: sealed draws, made once by somebody else than the one who sealed them.
//! - [`migration::frozen`]: tables whose rows are written once.
//! - [`facts`] and [`model`]: what the returns say, and one child's history from several years of them.
//! - [`roll`]: which pupil was on which school's roll when, and which child is which pupil.
//! - [`access`]: the only way to a child's data: the policy is asked and the look stored before anything is shown.
//! - [`people`], [`chronology`], [`clocks`], [`family`], [`allocation`], [`restriction`], [`duplicates`], [`today`]:
//!   what people do with the record.

#[macro_use]
mod choices;

pub mod access;
pub mod allocation;
mod capability;
pub mod caseload;
pub mod chronology;
pub mod clocks;
pub mod draw;
pub mod duplicates;
pub mod entity;
pub mod facts;
pub mod family;
pub mod history;
pub mod import;
pub mod known;
pub mod migration;
pub mod model;
pub mod people;
pub mod restriction;
pub mod roll;
pub mod schooling;
mod staff;
pub mod today;
pub mod ui;

pub use capability::Record;
