//! Choosing clusters for somebody: permission, the figures, searches, people's decisions, and plans.

mod ground;
mod links;
mod plans;
mod search;

pub use ground::{Ground, ground, missing};
pub use links::decide;
pub use plans::{freeze, plan, plans};
pub(crate) use search::answer;
pub use search::{Asked, Listed, Report, ask, asked, report, report_within, searches};

/// Characters of a title.
pub const TITLE_MAX: usize = 100;
/// Characters of a reason.
pub const REASON_MAX: usize = 1_000;
