//! Browser journeys: each plays one story from an empty installation through the real program, in headless
//! Chromium, with an accessibility check on every page that it visits.

mod browser;
mod service;
mod southampton;
