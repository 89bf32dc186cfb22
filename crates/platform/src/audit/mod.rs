//! Every change carries its reason, every look leaves a trace.
//!
//! Two chains per organisation: changes (`audit_event`) and looks (`access_event`). Each entry's digest is an
//! HMAC, under a key that is not in the database, of its content and the digest before it; [`verify`] finds
//! any entry that was edited, removed or moved.

pub mod access;
mod change;
pub mod entry;
mod latest;
pub mod migration;
mod pages;
pub mod store;
pub mod verify;

pub use change::Change;
pub use entry::{Look, Subject};
pub use latest::{ButFor, last_change};

use sea_orm_migration::MigrationTrait;

use crate::{
    capability::{Capability, NavItem},
    db::dump::TableDump,
    policy::Action,
    web::Route,
};

/// The chains as a capability: their tables and the pages that show and prove them.
pub struct Audit;

impl Capability for Audit {
    fn name(&self) -> &'static str {
        "audit"
    }

    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(migration::CreateChains)]
    }

    fn tables(&self) -> Vec<TableDump> {
        vec![
            TableDump::of::<store::audit_event::Entity>(),
            TableDump::of::<store::access_event::Entity>(),
            TableDump::of::<store::chain_head::Entity>(),
        ]
    }

    fn routes(&self) -> Vec<Route> {
        vec![
            Route::get("/audit", Action::ViewAudit, pages::changes),
            Route::get("/audit/verify", Action::ViewAudit, pages::proof),
        ]
    }

    fn navigation(&self) -> Vec<NavItem> {
        vec![NavItem::new("Changes", "/audit", Action::ViewAudit, 80)]
    }
}
