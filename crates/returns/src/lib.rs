//! Statutory files of English children's services: read, check, report.
//!
//! Files come in as streams: no reader here holds more than one record and fixed buffers, so memory does not
//! grow with the file. Each problem is a [`Problem`] with its place, its field, what was found and what to do;
//! good records are still taken. Nothing panics on bad input, and everything has a limit ([`Limits`]).
//!
//! - [`detect`]: what is this file?
//! - [`cin`]: the children in need census, 2017-18 to 2026-27.
//! - [`gias`]: Get Information about Schools, establishments and links.
//! - [`school_census`]: pupils on roll, no longer on roll, free-school-meal periods.
//! - [`codes`], [`year`], [`la`], [`upn`]: the sector's code sets, census years, authorities, pupil numbers.
//!
//! The readers check types, codes by year, plausible dates and structure. They do not judge a return by DfE's
//! validation rules: those need whole records, which these readers give.

pub mod catalogue;
pub mod cin;
pub mod codes;
mod date;
mod decode;
pub mod detect;
mod duplicates;
mod error;
pub mod gias;
pub mod la;
mod limits;
mod problem;
pub mod school_census;
mod table;
pub mod upn;
mod xml;
pub mod year;

pub use duplicates::DuplicateIds;
pub use error::FileError;
pub use limits::Limits;
pub use problem::{Place, Problem, Read, Severity};
pub use table::TableReader;
pub use year::CollectionYear;
