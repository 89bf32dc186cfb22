//! Schools and rolls: what happens in which school.
//!
//! - [`counts`]: events of children's social care by the school whose roll holds the child that day.

mod capability;
pub mod counts;
mod error;

pub use capability::Schools;
pub use error::{Error, Result};
