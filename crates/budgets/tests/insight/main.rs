//! Fairness, what was not used, gaps, earlier decisions and dose, on both databases, through services and pages.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

#[path = "../common/mod.rs"]
mod common;
mod decisions;
mod fairness;
mod figures;
mod pages;
mod schools;
mod support;
mod unused;
