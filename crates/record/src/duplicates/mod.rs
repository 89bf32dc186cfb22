//! Possible duplicates: found without comparing everybody with everybody, decided by a person, remembered,
//! merged and parted again.

pub mod model;
pub(crate) mod pages;
pub mod service;
mod store;
