//! The school's own door and consultations, on both databases, through the services and through the pages.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

#[path = "../counts/support.rs"]
#[expect(dead_code, reason = "the tests of counts use more of it")]
mod authority;
mod chain;
#[path = "../common/mod.rs"]
mod common;
mod concerns;
mod pages;
#[path = "../common/people.rs"]
#[expect(dead_code, reason = "each test program uses its own part")]
mod people;
mod restricted;
mod support;
#[path = "../common/tamper.rs"]
mod tamper;
