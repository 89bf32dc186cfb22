//! What schools offer to the binary.

use futures::future::BoxFuture;
use platform::{
    Ctx, Result,
    capability::{Capability, ChronologyEntry, Due, NavItem},
    db::dump::TableDump,
    jobs::JobKind,
    policy::Action,
    web::Route,
};
use sea_orm_migration::MigrationTrait;
use uuid::Uuid;

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
        all.extend(crate::door::migration::all());
        all.push(Box::new(crate::clusters::migration::FreezeClusters));
        all.push(Box::new(crate::clusters::migration::CreateClusterSearch));
        all
    }

    fn tables(&self) -> Vec<TableDump> {
        use crate::{consultation::entity as consultation, door::entity};
        // Parents before children.
        vec![
            TableDump::of::<crate::team::entity::activity_session::Entity>(),
            TableDump::of::<crate::team::entity::school_place::Entity>(),
            TableDump::of::<crate::team::entity::worker_absence::Entity>(),
            TableDump::of::<crate::team::entity::school_holiday::Entity>(),
            TableDump::of::<crate::team::entity::duty_line::Entity>(),
            TableDump::of::<crate::team::entity::school_slot::Entity>(),
            TableDump::of::<crate::team::entity::booking_notice::Entity>(),
            TableDump::of::<comparison::entity::Entity>(),
            TableDump::of::<crate::clusters::entity::cluster_link::Entity>(),
            TableDump::of::<crate::clusters::entity::cluster_plan::Entity>(),
            TableDump::of::<crate::clusters::entity::cluster_search::Entity>(),
            TableDump::of::<entity::pupil_outline::Entity>(),
            TableDump::of::<entity::concern_draft::Entity>(),
            TableDump::of::<entity::concern::Entity>(),
            TableDump::of::<entity::concern_told::Entity>(),
            TableDump::of::<consultation::Entity>(),
            TableDump::of::<entity::early_help_episodes::Entity>(),
            TableDump::of::<entity::referral_sent::Entity>(),
            TableDump::of::<entity::referral_outcome::Entity>(),
        ]
    }

    fn jobs(&self) -> Vec<Box<dyn JobKind>> {
        vec![Box::new(crate::clusters::ClusterSearch)]
    }

    fn routes(&self) -> Vec<Route> {
        // Paths with a word come before `/schools/{urn}` by the router's own rule.
        let mut all = crate::counts::pages::routes();
        all.extend(crate::need::pages::routes());
        all.extend(crate::team::pages::routes());
        all.extend(comparison::pages::routes());
        all.extend(crate::draws::pages::routes());
        all.extend(crate::clusters::pages::routes());
        all.extend(crate::door::pages::routes());
        all.extend(crate::consultation::pages::routes());
        all
    }

    fn navigation(&self) -> Vec<NavItem> {
        let entry = NavItem::new;
        vec![
            entry("Schools", "/schools/counts", Action::BrowseSchools, 60).room("/schools"),
            entry("Concerns", "/schools/door/concerns", Action::ViewOwnConcerns, 20),
            entry("Our school", "/schools/door/picture", Action::ViewOwnSchool, 25),
            entry("Book time", "/schools/book", Action::BookTime, 30),
            entry("Concerns", "/schools/door/inbox", Action::TriageConcern, 40),
            entry("Consultations", "/schools/consultations", Action::RecordConsultation, 45),
        ]
    }

    fn prepare<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, Result<()>> {
        Box::pin(crate::counts::gather::prepare(ctx))
    }

    fn due<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, Result<Vec<Due>>> {
        Box::pin(async {
            let mut all = crate::team::due::due(ctx).await?;
            all.extend(crate::door::service::due::due(ctx).await?);
            Ok(all)
        })
    }

    fn chronology<'a>(&'a self, ctx: &'a Ctx, person: Uuid) -> BoxFuture<'a, Result<Vec<ChronologyEntry>>> {
        Box::pin(crate::door::service::thread::chronology(ctx, person))
    }
}
