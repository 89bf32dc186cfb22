//! The queries of clusters.

mod links;
mod moves;
mod plans;
mod searches;

pub(super) use links::{add_decision, decisions};
pub(super) use moves::moves;
pub(super) use plans::{add_plan, plan, plans};
pub use searches::Listed;
pub(super) use searches::{put_answer, put_search, same_question, search, searches};
