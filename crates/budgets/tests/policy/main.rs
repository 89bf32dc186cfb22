//! Policies: versions that nobody changes, previews, and going live with two people.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

#[path = "../common/mod.rs"]
mod common;
mod pages;
mod versions;
