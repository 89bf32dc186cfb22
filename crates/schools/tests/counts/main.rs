//! Counting by school from imported files, on both databases, through the service and through the pages.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

#[path = "../common/mod.rs"]
mod common;
mod demonstration;
mod figures;
mod need;
mod pages;
mod service;
mod support;
