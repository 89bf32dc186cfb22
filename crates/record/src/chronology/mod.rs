//! What happened to a child, in order, each line with where it comes from and since when it has been known.

pub mod model;
pub(crate) mod pages;
pub mod service;

pub use model::{Kind, Line};
