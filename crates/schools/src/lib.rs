//! Schools and rolls: what happens in which school.
//!
//! - [`counts`]: events of children's social care by the school whose roll holds the child that day.
//! - [`comparison`]: comparison schools, chosen before outcomes are seen, and frozen.
//! - [`draws`]: schools drawn at random, sealed by one person and drawn by another.
//! - [`clusters`]: a secondary with its feeder primaries, and which the social workers reach best.
//! - [`door`] and [`consultation`]: what a school tells and asks, and what becomes of it.
//! - [`figures`]: the same counts beside the register, for those who target.
//! - [`need`]: how sure one can be that a school needs a social worker more than another of its kind.
//! - [`team`]: who of the team is at which school, and what they do there.

mod capability;
pub mod clusters;
pub mod comparison;
pub mod consultation;
pub mod counts;
pub mod door;
pub mod draws;
mod error;
pub mod figures;
pub mod need;
pub mod team;
mod ui;

pub use capability::Schools;
pub use error::{Error, Result};
