//! What the counter needs from the record, in a few range queries: never one for each child.

mod children;
mod pupils;
mod schools;
mod sources;

pub(super) use children::{Children, Restricted, name};
pub(super) use pupils::pupils;
pub(crate) use schools::Schools;
pub use sources::Source;
pub(super) use sources::sources;
