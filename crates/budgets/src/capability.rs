//! What budgets offer to the binary.

use platform::{
    capability::{Capability, NavItem},
    db::dump::TableDump,
    policy::Action,
    web::Route,
};
use sea_orm_migration::MigrationTrait;

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
        ]
    }

    fn tables(&self) -> Vec<TableDump> {
        use crate::{ledger::entity as ledger, policy::entity as policy, pots::entity as pots};
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
        ]
    }

    fn routes(&self) -> Vec<Route> {
        let mut all = crate::pots::pages::routes();
        all.extend(crate::policy::pages::routes());
        all
    }

    fn navigation(&self) -> Vec<NavItem> {
        let entry = |text, path, action, order| NavItem { text, path, action, order };
        vec![entry("Budgets", "/budgets/tree", Action::ViewBudgets, 65)]
    }
}
