//! Backup and restore: one portable file, the same mechanism for both engines.
//!
//! A backup is made while the service runs: every table is read in one transaction that sees one moment of
//! the database. It can be restored on either engine. The file is zstd over lines of JSON:
//!
//! 1. the [`Manifest`](format::Manifest): format, organisation, time, migrations applied, and a check value
//!    of the keys;
//! 2. for each table a line with its name, each row as an array of one object, and a line with the number
//!    of rows and the SHA-256 of their lines;
//! 3. a last line with the SHA-256 of everything before it.
//!
//! **The backup does not hold the installation's master key.** Without `master.key` the sealed secrets (the
//! one-time-code secrets) cannot be opened and the chains cannot be verified, so keep a copy of it, and not
//! in the same place as the backups: whoever has both has everything. The backup itself is not encrypted:
//! it holds the children's records and must be kept as carefully as the database.

mod constraints;
pub mod format;
mod restore;
mod schema;
mod write;

pub use format::{Summary, inspect};
pub use restore::{Restored, restore};
pub use schema::{Schema, Unregistered, unregistered};
pub use write::{back_up, write};
