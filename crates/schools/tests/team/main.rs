//! The work of a school-based team, on both databases, through the services and through the pages.

#![expect(clippy::unwrap_used, reason = "a test's helpers stop at the first thing that goes wrong")]

mod booking;
#[path = "../common/mod.rs"]
mod common;
mod dose;
mod large;
mod notices;
mod pages;
#[path = "../common/people.rs"]
#[expect(dead_code, reason = "each test program uses its own part")]
mod people;
mod places;
mod sessions;
mod support;
