//! Figures of every school for those who target: counts in several windows beside what the register says.
//!
//! Small numbers are not hidden here, because rates, ranks and matches need them. [`load`] asks for permission and
//! stores the look; what is shown of it to others goes through the suppression of [`crate::counts`].

mod model;
mod service;
mod store;

pub use model::{Figures, Kind, School};
pub(crate) use service::load_with;
pub use service::{load, load_for_public, register};
pub(crate) use store::kind_of;
