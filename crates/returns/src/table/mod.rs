//! Tables of comma-separated values, read by heading, one bounded row at a time.

mod columns;
mod input;
mod reader;
mod row;

pub(crate) use columns::{Column, normalise};
pub use reader::TableReader;
pub(crate) use row::{Row, TableRow};
