//! What a young person or parent sees of their own money, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

#[path = "../common/mod.rs"]
mod common;
mod money;
#[expect(dead_code, reason = "shared with the tests of spending")]
#[path = "../spend/support.rs"]
mod support;
