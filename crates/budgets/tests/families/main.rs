//! Families by a sealed draw, from the nomination to the pot.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

#[path = "../common/mod.rs"]
mod common;
mod draws;
mod nominations;
mod pages;
mod several;
mod support;
