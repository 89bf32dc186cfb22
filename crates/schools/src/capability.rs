//! What schools offer to the binary.

use futures::future::BoxFuture;
use platform::{
    Ctx, Result,
    capability::{Capability, Due, NavItem},
    db::dump::TableDump,
    policy::Action,
    web::Route,
};
use sea_orm_migration::MigrationTrait;

use crate::comparison;

/// Schools as a part of Nearhand: counts of what the record holds, clusters, which schools are compared and drawn, and the work
/// of the team in schools.
#[derive(Debug, Clone, Copy, Default)]
pub struct Schools;

impl Capability for Schools {
    fn name(&self) -> &'static str {
        "schools"
    }

    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        let mut all = crate::team::migration::all();
        all.extend(comparison::migrations());
        all.push(Box::new(crate::clusters::migration::CreateClusters));
        all
    }

    fn tables(&self) -> Vec<TableDump> {
        vec![
            TableDump::of::<crate::team::entity::activity_session::Entity>(),
            TableDump::of::<crate::team::entity::school_place::Entity>(),
            TableDump::of::<crate::team::entity::worker_absence::Entity>(),
            TableDump::of::<crate::team::entity::school_holiday::Entity>(),
            TableDump::of::<crate::team::entity::duty_line::Entity>(),
            TableDump::of::<crate::team::entity::school_slot::Entity>(),
            TableDump::of::<comparison::entity::Entity>(),
            TableDump::of::<crate::clusters::entity::cluster_link::Entity>(),
            TableDump::of::<crate::clusters::entity::cluster_plan::Entity>(),
        ]
    }

    fn routes(&self) -> Vec<Route> {
        // Paths with a word come before `/schools/{urn}` by the router's own rule.
        let mut all = crate::counts::pages::routes();
        all.extend(crate::need::pages::routes());
        all.extend(crate::team::pages::routes());
        all.extend(comparison::pages::routes());
        all.extend(crate::draws::pages::routes());
        all.extend(crate::clusters::pages::routes());
        all
    }

    fn navigation(&self) -> Vec<NavItem> {
        vec![NavItem { text: "Schools", path: "/schools/counts", action: Action::ViewCounts, order: 60 }]
    }

    fn due<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, Result<Vec<Due>>> {
        Box::pin(crate::team::due::due(ctx))
    }
}
