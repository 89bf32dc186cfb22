//! What every capability stands on.
//!
//! Organisations and their databases, people who sign in, one permission policy, the audit and access
//! chains, clocks and working days, background jobs, backup, and the page shell. Nothing here knows what a
//! referral or a school is: those words belong to `record` and to the capabilities.
//!
//! Invariants (see ARCHITECTURE.md for the reasons):
//! - the only way to commit a change is [`audit::Change`], which writes its audit event in the same transaction;
//! - every decision on permission is made by [`policy::decide`];
//! - time and randomness are parameters ([`clock::Clock`], [`random::Random`]);
//! - a query holds one organisation's connection and so cannot cross to another organisation.

pub mod audit;
pub mod auth;
pub mod backup;
pub mod calendar;
pub mod capability;
pub mod clock;
pub mod context;
pub mod db;
pub mod error;
pub mod health;
pub mod jobs;
pub mod kept;
pub mod logging;
pub mod metrics;
pub mod organisation;
pub mod policy;
pub mod random;
pub mod secrets;
#[cfg(feature = "testing")]
pub mod testing;
pub mod web;

pub use context::{Channel, Ctx};
pub use error::{Error, Result};
pub use sea_orm_migration::MigrationTrait;

use std::sync::Arc;

/// The platform's own capabilities, in the order of their migrations.
pub fn capabilities(clock: Arc<dyn clock::Clock>) -> Vec<Arc<dyn capability::Capability>> {
    vec![Arc::new(audit::Audit), Arc::new(auth::Accounts::new(clock)), Arc::new(jobs::Jobs)]
}

/// The platform's own part of the schema, in order.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    capabilities(Arc::new(clock::SystemClock)).iter().flat_map(|capability| capability.migrations()).collect()
}
