//! The finance officer's work, on both databases: grants, statements, the hand-over, periods, the end of the year.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

#[path = "../common/mod.rs"]
mod common;
mod handover;
mod statements;
#[expect(dead_code, reason = "shared with the tests of spending")]
#[path = "../spend/support.rs"]
mod support;
mod tree;
