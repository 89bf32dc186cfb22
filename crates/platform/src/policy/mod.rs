//! The one policy: who may do what to which thing.
//!
//! Every channel (page, list, count, search, export, chronology, merge, command line) asks [`decide()`]. The
//! table of [`table`] is data, so that the access matrix in `docs/access-matrix.md` is written from it and a
//! change of permission is a change of one line. Sources of the roles and their reach: design.md section 6,
//! model.md section 5.4.

mod action;
mod actor;
mod decide;
mod fields;
pub mod matrix;
mod object;
mod role;
pub mod table;

pub use action::Action;
pub use actor::{Actor, RoleGrant};
pub use decide::{Decision, Refusal, Why, decide, may_ever};
pub use fields::{DataClass, Shown, may_see};
pub use object::{ChildFacts, Object, Restriction};
pub use role::Role;
