//! Choosing schools: comparisons that are frozen and draws that are sealed, on both databases, through the services and the pages.

#![expect(clippy::unwrap_used, reason = "a test's helpers stop at the first thing that goes wrong")]
#![expect(clippy::print_stdout, reason = "a skipped part must be seen in the output of the test run")]

#[path = "../common/mod.rs"]
mod common;
mod comparison;
mod draws;
mod support;
#[path = "../common/tamper.rs"]
mod tamper;
