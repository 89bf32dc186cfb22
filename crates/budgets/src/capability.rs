//! What budgets offer to the binary.

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

/// Devolved budgets as a part of Nearhand.
#[derive(Debug, Clone, Copy, Default)]
pub struct Budgets;

impl Capability for Budgets {
    fn name(&self) -> &'static str {
        "budgets"
    }

    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(crate::ledger::migration::CreateLedger),
            Box::new(crate::policy::migration::CreatePolicies),
            Box::new(crate::spend::migration::CreateSpend),
        ]
    }

    fn tables(&self) -> Vec<TableDump> {
        use crate::{
            ledger::entity as ledger, policy::entity as policy, pots::entity as pots, spend::entity as spend,
        };
        // Parents before children. Periods come after the journals, because nothing is booked in a closed one.
        vec![
            TableDump::of::<pots::fund::Entity>(),
            TableDump::of::<pots::fund_extension::Entity>(),
            TableDump::of::<pots::envelope::Entity>(),
            TableDump::of::<pots::envelope_closure::Entity>(),
            TableDump::of::<ledger::ledger_account::Entity>(),
            TableDump::of::<ledger::journal::Entity>(),
            TableDump::of::<ledger::ledger_entry::Entity>(),
            TableDump::of::<pots::period_close::Entity>(),
            TableDump::of::<policy::budget_policy::Entity>(),
            TableDump::of::<policy::budget_policy_version::Entity>(),
            TableDump::of::<policy::budget_policy_preview::Entity>(),
            TableDump::of::<policy::budget_policy_live::Entity>(),
            TableDump::of::<spend::spend_request::Entity>(),
            TableDump::of::<spend::spend_event::Entity>(),
            TableDump::of::<spend::spend_paper::Entity>(),
            TableDump::of::<spend::spend_paper_piece::Entity>(),
            TableDump::of::<spend::spend_outcome::Entity>(),
        ]
    }

    fn routes(&self) -> Vec<Route> {
        let mut all = crate::pots::pages::routes();
        all.extend(crate::policy::pages::routes());
        all.extend(crate::spend::pages::routes());
        all
    }

    fn navigation(&self) -> Vec<NavItem> {
        let entry = |text, path, action, order| NavItem { text, path, action, order };
        vec![
            entry("Spend", "/budgets/spend", Action::RequestSpend, 64),
            entry("Budgets", "/budgets/tree", Action::ViewBudgets, 65),
        ]
    }

    fn due<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, Result<Vec<Due>>> {
        Box::pin(crate::spend::service::due::due(ctx))
    }

    fn chronology<'a>(&'a self, ctx: &'a Ctx, person: Uuid) -> BoxFuture<'a, Result<Vec<ChronologyEntry>>> {
        Box::pin(crate::spend::service::due::chronology(ctx, person))
    }

    fn jobs(&self) -> Vec<Box<dyn JobKind>> {
        vec![Box::new(crate::spend::service::ExpireSpends)]
    }
}
