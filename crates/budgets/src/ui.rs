//! What the pages about money share.

use std::collections::HashSet;

use maud::Markup;
use platform::{
    policy::{Action, Object, decide},
    web::Request,
};
use uuid::Uuid;

use crate::{Pence, pots::model::Envelope};

/// The parts of the room: title, path, and the action that each needs.
const PARTS: &[(&str, &str, Action)] = &[
    ("Spend", "/budgets/spend", Action::RequestSpend),
    ("Budgets", "/budgets/tree", Action::ViewBudgets),
    ("Pots", "/budgets/pots", Action::ViewBudgets),
    ("Approvals", "/budgets/approvals", Action::ApproveSpend),
    ("To pay", "/budgets/payments", Action::SettleSpend),
    ("Statements", "/budgets/statements", Action::SettleSpend),
    ("Hand over", "/budgets/handover", Action::SettleSpend),
    ("Asked by families", "/budgets/asks", Action::RequestSpend),
    ("Rules", "/budgets/policies", Action::ViewBudgets),
    ("Families", "/budgets/families", Action::NominateFamily),
    ("Draws", "/budgets/families/draws", Action::DrawFamilies),
    ("Not used", "/budgets/insight/unused", Action::ViewSpendPatterns),
    ("Fairness", "/budgets/insight/fairness", Action::ViewSpendPatterns),
    ("Gaps", "/budgets/insight/gaps", Action::ViewSpendPatterns),
    ("Earlier decisions", "/budgets/insight/decisions", Action::SearchDecisions),
    ("Dose", "/budgets/insight/dose", Action::ViewSpendDose),
];

/// The navigation between the parts that this person may see; nothing for somebody with one part only.
pub(crate) fn parts(request: &Request, here: &str) -> Markup {
    let may =
        PARTS.iter().filter(|(_, _, action)| decide(&request.actor, *action, Object::None).is_allowed());
    record::ui::parts(request, "Parts of budgets", may.map(|(title, path, _)| (*title, *path)), here)
}

/// What is left in a pot. One that is filled from its team when something is agreed holds nothing until then, and nothing
/// would read as if nothing could be spent.
pub(crate) fn left(pot: &Envelope, available: Pence, as_needed: &HashSet<Uuid>) -> String {
    if available == Pence::default() && pot.policy.is_some_and(|policy| as_needed.contains(&policy)) {
        "Filled as needed".to_owned()
    } else {
        available.to_string()
    }
}

/// A message as a sentence of a page.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.trim().chars();
    let mut words: String =
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    if !words.ends_with(['.', '!', '?']) {
        words.push('.');
    }
    words
}
