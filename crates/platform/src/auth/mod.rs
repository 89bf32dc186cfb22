//! People who sign in: users, roles, teams, secondments, passwords, one-time codes, sessions, drafts.
//!
//! [`model`] holds the rules (OWASP ASVS 5.0 chapters 6 and 7), [`store`] the rows, [`service`] what can be done,
//! `pages` the pages. [`session::resolve`] is what every request meets first; [`proof`] is where every way of
//! signing in ends.

mod capability;
pub mod cookie;
pub mod drafts;
mod hash;
pub mod migration;
pub mod model;
mod pages;
pub mod paths;
pub mod proof;
pub mod service;
pub mod session;
pub mod store;
pub mod throttle;

pub use capability::Accounts;
#[cfg(feature = "testing")]
pub use hash::DONE as HASHES_DONE;
