//! Grants, who may use them, and the pots at the end of the tree.
//!
//! Money goes from a grant to a council, from there to teams, from a team to pots. A pot belongs to a family, a young person
//! or a worker, and is spent under the rules of one policy. [`reach`] says whose a pot is for the one who asks.

pub mod entity;
pub mod file;
pub mod model;
pub(crate) mod pages;
pub mod reach;
pub mod service;
pub mod store;
