//! The ledger on both engines: its rules in the database, any order of movements, many people at once, and a process killed in
//! the middle.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests stop loudly")]

mod interleavings;
mod killed;
mod race;
mod rules;
mod support;
