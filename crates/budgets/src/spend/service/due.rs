//! What Today and a child's chronology say of money.

use std::collections::HashMap;

use maud::html;
use platform::{
    Ctx, Result,
    capability::{ChronologyEntry, Due},
    policy::{Action, may_ever},
};
use uuid::Uuid;

use super::{expire::lapses_on, pots_for, pots_of_child, see::see};
use crate::{
    policy::{
        model::{PaymentKind, Policy},
        store as rules,
    },
    spend::{
        model::{Cash, Chase, OUTCOME_DAYS, State, chase, due_on, held_from, outcome_due},
        store::{self, Asked, Which, reach},
    },
};

/// The heading on Today.
const GROUP: &str = "Money";
/// Days before a promise lapses on which Today says so.
const LAPSE_WARNING_DAYS: i64 = 7;

/// The versions of the rules, each read once.
#[derive(Default)]
struct Versions(HashMap<Uuid, Policy>);

impl Versions {
    async fn of(&mut self, ctx: &Ctx, asked: &Asked) -> Result<Policy> {
        let id = asked.row.version_id;
        if let Some(known) = self.0.get(&id) {
            return Ok(known.clone());
        }
        let policy = rules::version(ctx.db(), id).await?.policy;
        self.0.insert(id, policy.clone());
        Ok(policy)
    }
}

/// The entries of the actor. They name references and amounts, never a child, so that there is no look.
pub(crate) async fn due(ctx: &Ctx) -> Result<Vec<Due>> {
    let mut all = Vec::new();
    let mut versions = Versions::default();
    if may_ever(&ctx.actor, Action::RequestSpend) {
        worker(ctx, &mut versions, &mut all).await?;
    }
    if may_ever(&ctx.actor, Action::ApproveSpend) {
        manager(ctx, &mut all).await?;
    }
    if may_ever(&ctx.actor, Action::SettleSpend) {
        finance(ctx, &mut all).await?;
    }
    Ok(all)
}

fn path(asked: &Asked) -> String {
    format!("/budgets/requests/{}", asked.row.id)
}

async fn worker(ctx: &Ctx, versions: &mut Versions, all: &mut Vec<Due>) -> Result<()> {
    let pots = pots_for(ctx, Action::RequestSpend).await?;
    let which = Which::of_pots(pots.iter().map(|pot| pot.id)).at(&[
        State::Queried,
        State::Committed,
        State::ReceiptDue,
        State::Paid,
        State::Reconciled,
    ]);
    let manages = may_ever(&ctx.actor, Action::ApproveSpend);
    let asked = store::asked(ctx.db(), &which).await?;
    // A manager may spend from every pot of the team, and is told only of what they asked for themselves.
    let mine = asked.into_iter().filter(|one| !manages || one.row.recorded_by == ctx.actor.id);
    let seen = see(ctx, Action::RequestSpend, mine.collect(), None).await?;
    let ids: Vec<Uuid> = seen.iter().map(|one| one.asked.row.id).collect();
    let said = store::outcomes(ctx.db(), &ids).await?;
    let today = ctx.today();
    for one in seen {
        let asked = &one.asked;
        let (reference, pence) = (asked.reference(), asked.pence());
        let own = asked.row.recorded_by == ctx.actor.id;
        let entry = |title, by, note: String| Due { group: GROUP, title, path: path(asked), by, note };
        match asked.course.state {
            State::Queried if own => {
                all.push(entry(
                    html! { "Answer a question about " (reference) },
                    None,
                    format!("{pence} waits for your answer"),
                ));
            }
            State::Committed => {
                let last = lapses_on(asked, &versions.of(ctx, asked).await?);
                if let Some(last) = last.filter(|last| (*last - today).num_days() <= LAPSE_WARNING_DAYS) {
                    let note = format!("{pence} was agreed and is released after this day");
                    all.push(entry(
                        html! { "Pay " (reference) ", or say that it is not needed" },
                        Some(last),
                        note,
                    ));
                }
            }
            State::ReceiptDue => {
                let rules = versions.of(ctx, asked).await?.receipts;
                let Some(paid_on) = asked.paid_on() else { continue };
                let step = chase(&rules, paid_on, today);
                if step > Chase::Quiet {
                    let note = match step {
                        Chase::Held => format!("Nothing more is spent from {} until it comes", one.pot.name),
                        _ => {
                            let from = platform::clock::date_in_words(held_from(&rules, paid_on));
                            format!("From {from} nothing more is spent from {} without it", one.pot.name)
                        }
                    };
                    let title = html! { "Add the receipt for " (reference) ", " (pence) };
                    all.push(entry(title, Some(due_on(&rules, paid_on)), note));
                }
            }
            _ => {}
        }
        let Some(paid_on) = asked.paid_on().filter(|_| asked.course.state.is_paid()) else { continue };
        let said = said.get(&asked.row.id).map(Vec::as_slice).unwrap_or_default();
        for days in OUTCOME_DAYS {
            let by = outcome_due(paid_on, days);
            if by <= today && !said.iter().any(|one| i64::from(one.days) == i64::from(days)) {
                let title = html! { "Say what changed after " (reference) ", " (pence) };
                all.push(entry(title, Some(by), format!("{days} days after the payment")));
            }
        }
    }
    Ok(())
}

async fn manager(ctx: &Ctx, all: &mut Vec<Due>) -> Result<()> {
    let which = Which { states: vec![State::Awaiting], ..Which::default() };
    let mut waiting = store::asked(ctx.db(), &which).await?;
    let paid = [State::ReceiptDue, State::Paid, State::Reconciled];
    let cash = Which { payment: Some(PaymentKind::Cash), ..Which::default() };
    waiting.extend(store::asked(ctx.db(), &cash.at(&paid)).await?);
    let others = waiting.into_iter().filter(|one| one.row.recorded_by != ctx.actor.id).filter(|one| {
        let undecided = one.course.state == State::Awaiting && !one.course.agreed_by.contains(&ctx.actor.id);
        undecided || matches!(one.course.cash, Some(Cash::Waiting(_)))
    });
    for one in see(ctx, Action::ApproveSpend, others.collect(), None).await? {
        if !one.words {
            continue;
        }
        let (asked, reference, pence) = (&one.asked, one.asked.reference(), one.asked.pence());
        let by_whom = format!("{} asks", asked.row.recorded_by_name);
        let (title, by, note) = match asked.course.cash {
            Some(Cash::Waiting(by)) => {
                let title = html! { "Confirm cash: " (reference) ", " (pence) };
                (title, Some(by.date_naive()), "Paid out of hours".to_owned())
            }
            _ => (html! { "Decide on " (reference) ", " (pence) }, None, by_whom),
        };
        all.push(Due { group: GROUP, title, path: path(asked), by, note });
    }
    Ok(())
}

async fn finance(ctx: &Ctx, all: &mut Vec<Due>) -> Result<()> {
    let which = Which { states: vec![State::Committed], ..Which::default() };
    let to_pay = store::asked(ctx.db(), &which).await?.into_iter().filter(|one| {
        let kind = PaymentKind::from_slug(&one.row.payment_kind);
        matches!(kind, Some(PaymentKind::PurchaseOrder | PaymentKind::Reimbursement))
    });
    let count = to_pay.count();
    if count > 0 {
        let title = if count == 1 {
            "1 order or reimbursement to pay".to_owned()
        } else {
            format!("{count} orders and reimbursements to pay")
        };
        all.push(Due {
            group: GROUP,
            title: html! { (title) },
            path: "/budgets/payments".to_owned(),
            by: None,
            note: String::new(),
        });
    }
    Ok(())
}

/// The lines of a child's chronology: what was spent for the child, or for its whole family.
pub(crate) async fn chronology(ctx: &Ctx, person: Uuid) -> Result<Vec<ChronologyEntry>> {
    if !may_ever(&ctx.actor, Action::ViewBudgets) {
        return Ok(vec![]);
    }
    let records = reach::records_of(ctx.db(), &[person]).await?;
    let which = Which { children: Some(records.clone()), ..Which::default() };
    let mut asked = store::asked(ctx.db(), &which).await?;
    let pots = pots_of_child(ctx, &records).await?;
    let of_family = store::asked(ctx.db(), &Which::of_pots(pots.iter().map(|pot| pot.id))).await?;
    asked.extend(of_family.into_iter().filter(|one| one.row.person_id.is_none()));
    asked.retain(|one| one.course.state.is_paid() || one.course.state == State::Committed);
    let seen = see(ctx, Action::ViewBudgets, asked, None).await?;
    Ok(seen
        .into_iter()
        .filter(|one| one.words)
        .map(|one| {
            let asked = &one.asked;
            let spent = asked.course.spent();
            let (pence, what, on) = match asked.paid_on() {
                Some(on) => (spent, "Money spent", on),
                None => (asked.pence(), "Money agreed", asked.row.asked_on),
            };
            let whom = if asked.row.person_id.is_none() { " (for the whole family)" } else { "" };
            ChronologyEntry {
                happened_on: on,
                what: what.to_owned(),
                detail: format!("{pence} for {}{whom}", asked.row.what_for),
                source: format!("Budget request {}", asked.reference()),
            }
        })
        .collect())
}
