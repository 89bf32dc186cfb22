//! Counts by school: what happens in which school.
//!
//! - [`model`]: windows, measures, where an event stands, the counter, and what is hidden. Pure.
//! - [`service`]: counting for somebody who asks.
//! - [`write_csv`] and [`text()`]: the figures as a file and for a terminal.

mod chart;
mod file;
pub(crate) mod gather;
pub mod model;
pub(crate) mod pages;
pub mod service;
pub(crate) mod store;
mod text;

pub(crate) use file::window as window_in_one_line;
pub use file::write_csv;
pub use store::Source;
pub use text::text;
