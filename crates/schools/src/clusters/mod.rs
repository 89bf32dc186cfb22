//! Clusters: a secondary school with the primaries that feed it, and which of them the social workers reach best.
//!
//! - [`model`]: links from pupils' moves, the network of schools, the optimum, and the choice with its reasons. Pure.
//! - [`service`]: permission, loading, searches, people's decisions about links, and plans that are frozen.
//! - [`ClusterSearch`]: the search as a background job.
//! - [`write_csv`], [`xlsx`] and [`text()`]: a choice as files and for a terminal.

pub mod entity;
mod file;
mod job;
pub(crate) mod migration;
pub mod model;
pub(crate) mod pages;
pub mod service;
mod store;
mod text;

pub use file::{Sheet, write_csv, xlsx};
pub use job::ClusterSearch;
pub use text::text;
