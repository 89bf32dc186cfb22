//! Clusters from imported files, on both databases, through the service and through the pages.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

#[path = "../common/mod.rs"]
mod common;
mod comparison;
mod pages;
mod plans;
mod searches;
mod small;
mod support;
#[path = "../common/tamper.rs"]
mod tamper;
mod worked_examples;
