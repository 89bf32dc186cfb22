//! Get Information about Schools: the daily establishments file and the links file.
//!
//! The files are Windows-1252 by custom, every field quoted, dates day-month-year. A file saved as UTF-8 or
//! UTF-16 is read as well. Columns with the names of head teachers and with telephone numbers are never read.

mod establishment;
mod link;
mod model;

use std::io::Read;

use crate::error::FileError;
use crate::limits::Limits;
use crate::table::TableReader;

pub use model::{Coded, Establishment, Link, LinkKind};

/// Opens a file of establishments (`edubasealldata...csv`).
///
/// # Errors
/// [`FileError::MissingColumns`] naming every needed column that is missing, or any other [`FileError`] of the
/// headings.
pub fn establishments<R: Read>(
    source: R,
    limits: Limits,
) -> Result<TableReader<R, Establishment>, FileError> {
    TableReader::open(source, limits, None)
}

/// Opens a file of links (`links_edubasealldata...csv`).
///
/// # Errors
/// As [`establishments`].
pub fn links<R: Read>(source: R, limits: Limits) -> Result<TableReader<R, Link>, FileError> {
    TableReader::open(source, limits, None)
}
