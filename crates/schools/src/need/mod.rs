//! Need, honestly: how sure one can be that a school needs a social worker more than another of its kind.
//!
//! - [`model`]: rates with intervals, ranks, trends, the index and its stability. Pure.
//! - [`service`]: the same for somebody who asks, and the list for Schools Forum, which anybody may read.
//! - [`sheet`] and [`text()`]: the figures as files and for a terminal.

pub mod model;
pub(crate) mod pages;
pub mod service;
pub mod sheet;
mod text;

pub use text::text;
