//! What schools offer to the binary.

use platform::{
    capability::{Capability, NavItem},
    db::dump::TableDump,
    policy::Action,
    web::Route,
};
use sea_orm_migration::MigrationTrait;

/// Schools as a part of Nearhand: counts of what the record holds, and the work of the team in schools.
#[derive(Debug, Clone, Copy, Default)]
pub struct Schools;

impl Capability for Schools {
    fn name(&self) -> &'static str {
        "schools"
    }

    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        crate::team::migration::all()
    }

    fn tables(&self) -> Vec<TableDump> {
        vec![TableDump::of::<crate::team::entity::activity_session::Entity>()]
    }

    fn routes(&self) -> Vec<Route> {
        crate::counts::pages::routes()
    }

    fn navigation(&self) -> Vec<NavItem> {
        vec![NavItem { text: "Schools", path: "/schools/counts", action: Action::ViewCounts, order: 60 }]
    }
}
