//! Schools and rolls: what happens in which school.
//!
//! - [`counts`]: events of children's social care by the school whose roll holds the child that day.
//! - [`figures`]: the same counts beside the register, for those who target.
//! - [`team`]: who of the team is at which school, and what they do there.

mod capability;
pub mod counts;
mod error;
pub mod figures;
pub mod team;
mod ui;

pub use capability::Schools;
pub use error::{Error, Result};
