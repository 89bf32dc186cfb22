//! The queries of clusters.

mod links;
mod moves;
mod plans;

pub(super) use links::{add_decision, decisions};
pub(super) use moves::moves;
pub(super) use plans::{add_plan, plan, plans};
