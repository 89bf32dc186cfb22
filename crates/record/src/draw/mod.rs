//! Sealed draws: chance decides who goes to which arm, nobody could have chosen the outcome, and everybody can check it.
//!
//! One mechanism for every capability that draws: schools, families. The list, arms and method are frozen and hashed; a
//! secret seed is committed to before anybody knows it and kept sealed; somebody else than the one who sealed it
//! makes the draw, once. What happens afterwards (a withdrawal, a replacement, an override) is added with its reason and
//! changes nothing. All three tables only grow: the database itself refuses to change or remove a row, and a
//! draw has at most one result because the result's key is the draw's.
//!
//! [`model`] holds the rules, [`service`] asks for permission under the action of the capability, [`pages`] has the pieces
//! that a capability puts on its own pages.

pub mod entity;
mod migration;
pub mod model;
pub mod pages;
pub mod service;
mod store;

pub(crate) use migration::migrations;
