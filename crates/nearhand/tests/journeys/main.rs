//! Browser journeys: each plays one story from an empty installation through the real program, in headless
//! Chromium, with an accessibility check on every page that it visits.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a journey that cannot go on stops loudly"
)]
#![expect(
    clippy::print_stdout,
    reason = "what a task asks of a person is to be seen in the output of the test run"
)]

mod browser;
mod darlington;
mod darlington_draw;
mod effort;
mod files;
mod hillingdon;
mod lambeth;
mod money;
mod service;
mod southampton;
mod southampton_clusters;
mod southampton_comparison;
mod stockport;
mod walsall;
mod wigan;
mod wigan_figures;
