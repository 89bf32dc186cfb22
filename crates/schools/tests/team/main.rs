//! The work of a school-based team, on both databases, through the services and through the pages.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]
#![expect(clippy::print_stdout, reason = "what was measured is to be seen in the output of the test run")]

mod booking;
#[path = "../common/mod.rs"]
mod common;
mod dose;
mod large;
mod notices;
mod pages;
mod places;
mod sessions;
mod support;
