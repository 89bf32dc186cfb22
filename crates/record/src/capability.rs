//! What the record offers to the binary.

use futures::future::BoxFuture;
use platform::{
    Ctx, Result,
    capability::{Capability, Due, NavItem},
    db::dump::TableDump,
    jobs::JobKind,
    policy::Action,
    web::Route,
};
use sea_orm_migration::MigrationTrait;

use crate::entity;

/// The record as a part of Nearhand.
#[derive(Debug, Clone, Copy, Default)]
pub struct Record;

impl Capability for Record {
    fn name(&self) -> &'static str {
        "record"
    }

    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        let mut all = Vec::new();
        all.extend(crate::migration::imports());
        all.extend(crate::migration::casework());
        all.extend(crate::draw::migrations());
        all
    }

    fn tables(&self) -> Vec<TableDump> {
        // Parents before children.
        vec![
            TableDump::of::<entity::import_file::Entity>(),
            TableDump::of::<entity::import_problem::Entity>(),
            TableDump::of::<entity::import_change::Entity>(),
            TableDump::of::<entity::person::Entity>(),
            TableDump::of::<entity::person_return::Entity>(),
            TableDump::of::<entity::cin_episodes::Entity>(),
            TableDump::of::<entity::cin_assessments::Entity>(),
            TableDump::of::<entity::cin_plans::Entity>(),
            TableDump::of::<entity::s47_enquiry::Entity>(),
            TableDump::of::<entity::initial_cp_conference::Entity>(),
            TableDump::of::<entity::cp_plans::Entity>(),
            TableDump::of::<entity::cp_reviews::Entity>(),
            TableDump::of::<entity::pre_proceedings::Entity>(),
            TableDump::of::<entity::school::Entity>(),
            TableDump::of::<entity::school_link::Entity>(),
            TableDump::of::<entity::school_alias::Entity>(),
            TableDump::of::<entity::roll_entry::Entity>(),
            TableDump::of::<entity::fsm_period::Entity>(),
            TableDump::of::<entity::involvements::Entity>(),
            TableDump::of::<entity::family::Entity>(),
            TableDump::of::<entity::family_member::Entity>(),
            TableDump::of::<entity::relationship::Entity>(),
            TableDump::of::<entity::restriction::Entity>(),
            TableDump::of::<entity::restriction_list::Entity>(),
            TableDump::of::<entity::access_grant::Entity>(),
            TableDump::of::<entity::duplicate_decision::Entity>(),
            TableDump::of::<entity::merge_event::Entity>(),
            TableDump::of::<entity::clock_policy::Entity>(),
            TableDump::of::<entity::person_key::Entity>(),
            TableDump::of::<entity::person_indexed::Entity>(),
            TableDump::of::<entity::name_variant::Entity>(),
            TableDump::of::<crate::draw::entity::draw::Entity>(),
            TableDump::of::<crate::draw::entity::draw_result::Entity>(),
            TableDump::of::<crate::draw::entity::draw_event::Entity>(),
        ]
    }

    fn routes(&self) -> Vec<Route> {
        let mut all = crate::today::routes();
        all.extend(crate::caseload::pages::routes());
        all.extend(crate::people::pages::routes());
        all.extend(crate::chronology::pages::routes());
        all.extend(crate::clocks::pages::routes());
        all.extend(crate::family::pages::routes());
        all.extend(crate::allocation::pages::routes());
        all.extend(crate::access::pages::routes());
        all.extend(crate::restriction::pages::routes());
        all.extend(crate::duplicates::pages::routes());
        all.extend(crate::import::pages::routes());
        all
    }

    fn navigation(&self) -> Vec<NavItem> {
        let entry = NavItem::new;
        vec![
            crate::import::pages::navigation(),
            entry("Today", "/today", Action::ViewToday, 10),
            entry("Caseload", "/caseload", Action::ListCaseload, 20),
            entry("Search", "/people/search", Action::SearchPeople, 30),
            entry("Duplicates", "/duplicates", Action::CompareDuplicates, 60),
            entry("Access reviews", "/access-reviews", Action::ReviewAccess, 70),
            entry("Restrictions", "/restrictions", Action::RestrictRecord, 75),
            entry("Clocks", "/clocks", Action::ManageClocks, 80),
        ]
    }

    fn due<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, Result<Vec<Due>>> {
        Box::pin(crate::today::due(ctx))
    }

    fn jobs(&self) -> Vec<Box<dyn JobKind>> {
        vec![Box::new(crate::import::CheckImport), Box::new(crate::import::ApplyImport)]
    }
}
