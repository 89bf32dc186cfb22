//! Every change carries its reason, every look leaves a trace.
//!
//! Two chains per organisation: changes (`audit_event`) and looks (`access_event`). Each entry's digest is an
//! HMAC, under a key that is not in the database, of its content and the digest before it; [`verify`] finds
//! any entry that was edited, removed or moved.

pub mod access;
mod change;
pub mod entry;
pub mod migration;
pub mod store;
pub mod verify;

pub use change::Change;
pub use entry::{Look, Subject};
