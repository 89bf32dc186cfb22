//! Policies: versions that nobody changes, previews, and going live with two people.

#[path = "../common/mod.rs"]
mod common;
mod pages;
mod versions;
