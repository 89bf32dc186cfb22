//! The child's record and who may see it: stores and pages, on both databases.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

mod access;
mod allocation;
mod chronology;
mod duplicates;
mod everywhere;
mod family;
mod hidden;
mod policy;
mod search;
mod today;
mod world;
