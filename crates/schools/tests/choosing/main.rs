//! Choosing schools: comparisons that are frozen and draws that are sealed, on both databases, through the services and the pages.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

mod comparison;
mod draws;
mod support;
