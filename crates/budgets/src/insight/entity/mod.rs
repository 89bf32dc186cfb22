//! Rows.

pub mod unused_reason;
