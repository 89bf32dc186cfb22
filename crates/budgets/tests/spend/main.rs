//! Requests to spend, on both databases, through the services and through the pages.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

mod agree;
mod authority;
#[path = "../common/mod.rs"]
mod common;
mod follow;
mod money;
mod pages;
mod race;
mod receipts;
mod restricted;
mod support;
