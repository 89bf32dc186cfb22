//! The school census: tables that an authority's education system extracts each term.
//!
//! Dates stand as `2020-Apr-25 00:00:00`; ISO and day-first dates are read as well. The term comes from the
//! file's name ([`Term::from_file_name`]) or from whoever sends the file; dates are judged by its census day.

mod model;
mod rows;
mod term;

use std::io::Read;

use crate::error::FileError;
use crate::limits::Limits;
use crate::table::TableReader;

pub use model::{FreeSchoolMealPeriod, NoLongerOnRoll, OnRoll, Pupil, SchoolKey, Sessions};
pub use term::{Season, Term};

/// Opens a table of pupils on roll (`..._pupilonroll.csv`).
///
/// # Errors
/// [`FileError::MissingColumns`] naming every needed column that is missing, or any other [`FileError`] of the
/// headings.
pub fn on_roll<R: Read>(source: R, term: Term, limits: Limits) -> Result<TableReader<R, OnRoll>, FileError> {
    TableReader::open(source, limits, Some(term.reference_day()))
}

/// Opens a table of pupils no longer on roll (`..._pupilnolongeronroll.csv`).
///
/// # Errors
/// As [`on_roll`].
pub fn no_longer_on_roll<R: Read>(
    source: R,
    term: Term,
    limits: Limits,
) -> Result<TableReader<R, NoLongerOnRoll>, FileError> {
    TableReader::open(source, limits, Some(term.reference_day()))
}

/// Opens a table of free-school-meal periods (`..._fsmperiod.csv`).
///
/// # Errors
/// As [`on_roll`].
pub fn fsm_periods<R: Read>(
    source: R,
    term: Term,
    limits: Limits,
) -> Result<TableReader<R, FreeSchoolMealPeriod>, FileError> {
    TableReader::open(source, limits, Some(term.reference_day()))
}
