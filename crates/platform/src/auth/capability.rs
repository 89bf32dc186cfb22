//! What signing in brings to the binary.

use std::sync::Arc;

use sea_orm_migration::MigrationTrait;

use super::{migration::CreateAccounts, pages, store, throttle::Throttle};
use crate::{
    capability::{Capability, NavItem},
    clock::Clock,
    db::dump::TableDump,
    policy::Action,
    web::Route,
};

/// People who sign in, as a capability.
pub struct Accounts {
    throttle: Throttle,
}

impl Accounts {
    /// With the clock by which attempts are counted.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { throttle: Throttle::new(clock) }
    }
}

impl Capability for Accounts {
    fn name(&self) -> &'static str {
        "accounts"
    }

    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(CreateAccounts)]
    }

    fn tables(&self) -> Vec<TableDump> {
        store::tables()
    }

    fn routes(&self) -> Vec<Route> {
        pages::routes(&self.throttle)
    }

    fn navigation(&self) -> Vec<NavItem> {
        vec![
            NavItem::new("Users", "/users", Action::ManageUsers, 800),
            NavItem::new("Teams", "/teams", Action::ManageTeams, 810),
        ]
    }
}
