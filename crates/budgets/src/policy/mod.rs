//! The rules of a budget as data: whose a pot is, how much, who decides, who qualifies.
//!
//! A policy is a text in TOML that people can read. Every version is frozen with its hash and its author; a version goes
//! live on a day, decided by somebody else than its author, after a preview of what it would mean was shown and stored.
//! [`model`] knows the rules without any database, [`service`] asks for permission and writes.

pub mod entity;
pub(crate) mod ground;
pub(crate) mod migration;
pub mod model;
pub(crate) mod pages;
pub mod service;
pub mod store;
