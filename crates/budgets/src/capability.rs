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
            Box::new(crate::families::migration::CreateFamilies),
            Box::new(crate::spend::migration::CreateSpend),
            Box::new(crate::finance::migration::CreateFinance),
            Box::new(crate::own::migration::CreateOwnMoney),
            Box::new(crate::insight::migration::CreateUnusedReasons),
        ]
    }

    fn tables(&self) -> Vec<TableDump> {
        use crate::{
            families::entity as families, finance::entity as finance, ledger::entity as ledger,
            own::entity as own, policy::entity as policy, pots::entity as pots, spend::entity as spend,
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
            TableDump::of::<families::family_round::Entity>(),
            TableDump::of::<families::family_nomination::Entity>(),
            TableDump::of::<families::family_nomination_end::Entity>(),
            TableDump::of::<families::family_notice::Entity>(),
            TableDump::of::<families::family_round_draw::Entity>(),
            TableDump::of::<families::family_pot::Entity>(),
            TableDump::of::<spend::spend_request::Entity>(),
            TableDump::of::<spend::spend_event::Entity>(),
            TableDump::of::<spend::spend_paper::Entity>(),
            TableDump::of::<spend::spend_paper_piece::Entity>(),
            TableDump::of::<spend::spend_outcome::Entity>(),
            TableDump::of::<finance::card_statement::Entity>(),
            TableDump::of::<finance::statement_line::Entity>(),
            TableDump::of::<finance::statement_match::Entity>(),
            TableDump::of::<finance::journal_file::Entity>(),
            TableDump::of::<own::money_share::Entity>(),
            TableDump::of::<own::money_share_end::Entity>(),
            TableDump::of::<own::money_ask::Entity>(),
            TableDump::of::<own::money_answer::Entity>(),
            TableDump::of::<crate::insight::entity::unused_reason::Entity>(),
        ]
    }

    fn routes(&self) -> Vec<Route> {
        let mut all = crate::pots::pages::routes();
        all.extend(crate::policy::pages::routes());
        all.extend(crate::families::pages::routes());
        all.extend(crate::spend::pages::routes());
        all.extend(crate::finance::pages::routes());
        all.extend(crate::own::pages::routes());
        all.extend(crate::insight::pages::routes());
        all
    }

    fn navigation(&self) -> Vec<NavItem> {
        let entry = NavItem::new;
        let budgets = |path, action, order| entry("Budgets", path, action, order).room("/budgets");
        vec![
            entry("Spend", "/budgets/spend", Action::RequestSpend, 64),
            budgets("/budgets/tree", Action::ViewBudgets, 65),
            budgets("/budgets/families/draws", Action::DrawFamilies, 66),
            entry("My money", "/my-money", Action::ViewOwnMoney, 20),
            budgets("/budgets/insight/dose", Action::ViewSpendDose, 67),
        ]
    }

    fn due<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, Result<Vec<Due>>> {
        Box::pin(async {
            let mut all = crate::spend::service::due::due(ctx).await?;
            all.extend(crate::own::service::due(ctx).await?);
            all.extend(crate::insight::service::due(ctx).await?);
            Ok(all)
        })
    }

    fn chronology<'a>(&'a self, ctx: &'a Ctx, person: Uuid) -> BoxFuture<'a, Result<Vec<ChronologyEntry>>> {
        Box::pin(crate::spend::service::due::chronology(ctx, person))
    }

    fn jobs(&self) -> Vec<Box<dyn JobKind>> {
        vec![Box::new(crate::spend::service::ExpireSpends)]
    }
}
