//! My pots with their balances, and one of them.

use std::collections::{HashMap, HashSet};

use govuk::{Button, Cell, InsetText, SummaryList, Table, Tag, TagColour, WarningText};
use maud::{Markup, html};
use platform::{
    policy::{Action, decide},
    web::{Failure, Outcome, Path, Request},
};
use record::ui;
use uuid::Uuid;

use super::pieces::{link, table};
use crate::{
    ledger::{model::Standing, store as ledger},
    policy::service as rules,
    pots::{
        model::{Envelope, Owner},
        pages::envelope,
        reach, store as pots,
    },
    spend::{
        service::{Held, Whose, held, pots_for, see, whose},
        store::{self, Which},
    },
    ui as room,
};

/// Pots on one page.
const PER_PAGE: usize = 50;
/// Requests of a pot that its page lists.
const LISTED: usize = 100;

/// What stands in one envelope.
pub(super) async fn balance_of(request: &Request, envelope: Uuid) -> Result<Standing, Failure> {
    let mut all = ledger::standings(request.db(), None, Some(&[envelope])).await?;
    Ok(all.remove(&envelope).unwrap_or_default())
}

pub(super) async fn list(request: Request) -> Outcome {
    let to_spend = request.query("spend").is_some();
    let action = if to_spend { Action::RequestSpend } else { Action::ViewBudgets };
    let all = pots_for(&request, action).await?;
    let page =
        request.query("page").and_then(|text| text.parse::<usize>().ok()).unwrap_or(1).clamp(1, 10_000) - 1;
    let total = all.len();
    let shown: Vec<Envelope> = all.into_iter().skip(page * PER_PAGE).take(PER_PAGE).collect();
    let ids: Vec<Uuid> = shown.iter().map(|pot| pot.id).collect();
    let standings = ledger::standings(request.db(), None, Some(&ids)).await?;
    let held = held(&request, request.db(), &ids).await?;
    let names = whose(&request, &shown, "pots").await?;
    let spendable = reach::allowed(&request, Action::RequestSpend, shown.clone()).await?;
    let may: Vec<Uuid> = spendable.iter().map(|pot| pot.id).collect();
    let as_needed = rules::filled_as_needed(&request).await?;
    let title = if to_spend { "From which pot?" } else { "Pots" };
    let body = html! {
        (room::parts(&request, if to_spend { "/budgets/spend" } else { "/budgets/pots" }))
        h1 class="govuk-heading-l" { (title) }
        @if shown.is_empty() {
            p class="govuk-body" {
                "There is no open pot that you can use. A pot is opened by the manager of your team."
            }
        } @else {
            (ui::rows(title, rows(&request, &shown, &standings, &as_needed, &held, &names, &may)))
            (ui::pages(page, total, PER_PAGE, |page| {
                request.href(&format!("/budgets/pots?page={page}{}", if to_spend { "&spend=yes" } else { "" }))
            }))
        }
    };
    Ok(request.page(title).wide().render(body))
}

fn rows(
    request: &Request,
    shown: &[Envelope],
    standings: &HashMap<Uuid, Standing>,
    as_needed: &HashSet<Uuid>,
    held: &HashMap<Uuid, Held>,
    names: &HashMap<Uuid, Whose>,
    may: &[Uuid],
) -> Table {
    shown.iter().fold(
        Table::new()
            .heading("Pot")
            .heading("Whose")
            .heading(Cell::new("Left").numeric(true))
            .heading(Cell::new("Agreed, not paid").numeric(true))
            .heading(Cell::new("Spent").numeric(true))
            .heading(html! { span class="govuk-visually-hidden" { "Spend" } }),
        |table, pot| {
            let standing = standings.get(&pot.id).copied().unwrap_or_default();
            let href = request.href(&format!("/budgets/pots/{}", pot.id));
            table.row([
                Cell::new(html! {
                    a class="govuk-link" href=(href) { (pot.name) }
                    @if held.contains_key(&pot.id) { " " (held_tag()) }
                }),
                Cell::new(owner(names.get(&pot.id))),
                Cell::number(room::left(pot, standing.available, as_needed)),
                Cell::number(standing.committed),
                Cell::number(standing.spent),
                Cell::new(html! {
                    @if may.contains(&pot.id) {
                        a class="govuk-link" href=(request.href(&format!("/budgets/pots/{}/spend", pot.id))) {
                            "Spend" span class="govuk-visually-hidden" { " from " (pot.name) }
                        }
                    }
                }),
            ])
        },
    )
}

/// What a manager does with a pot, and whom a worker lets see it.
fn doings(request: &Request, pot: &Envelope, object: platform::policy::Object) -> Markup {
    let may = |action| decide(&request.actor, action, object).is_allowed();
    let open = pot.closed_on.is_none() && may(Action::OpenPots);
    let link = |text: &'static str, path: String| html! { li { a class="govuk-link" href=(request.href(&path)) { (text) } } };
    html! {
        ul class="govuk-list" {
            @if open {
                (link("Put money in, or take it back", format!("/budgets/pots/{}/money", pot.id)))
                (link("Close this pot", format!("/budgets/pots/{}/close", pot.id)))
            }
            @if let (Owner::Person(child), true) = (pot.owner, may(Action::ShareMoneyPage)) {
                (link("Let the young person or a parent see it", format!("/budgets/children/{child}/share")))
            }
        }
    }
}

fn held_tag() -> Markup {
    html! { (Tag::new("Held").colour(TagColour::Red)) }
}

fn owner(whose: Option<&Whose>) -> Markup {
    match whose {
        None | Some(Whose::Hidden) => super::pieces::hidden(),
        Some(whose) => html! { (whose.title()) },
    }
}

pub(super) async fn one(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let pot = pots::envelope(request.db(), id).await?;
    let Some(policy) = pot.policy else { return Err(Failure::NotFound) };
    let object = reach::require(&request, Action::ViewBudgets, &pot).await?;
    let fund = pots::fund(request.db(), pot.fund).await?;
    let live = rules::live(&request, policy, request.today()).await.ok();
    let standing = balance_of(&request, pot.id).await?;
    let as_needed = rules::filled_as_needed(&request).await?;
    let held = held(&request, request.db(), &[pot.id]).await?.remove(&pot.id);
    let names = whose(&request, std::slice::from_ref(&pot), "pot").await?;
    let asked = store::asked(request.db(), &Which::of_pots([pot.id])).await?;
    let total = asked.len();
    let asked: Vec<_> = asked.into_iter().take(LISTED).collect();
    let seen = see(&request, Action::ViewBudgets, asked, Some("pot")).await?;
    let may_spend =
        pot.closed_on.is_none() && decide(&request.actor, Action::RequestSpend, object).is_allowed();
    let moved = ledger::of_envelope(request.db(), id, envelope::SHOWN).await?;
    let end = platform::clock::date_in_words(fund.end_date);
    let summary = SummaryList::new()
        .row(("Whose", owner(names.get(&pot.id))))
        .row(("Left", room::left(&pot, standing.available, &as_needed)))
        .row(("Agreed, not paid yet", standing.committed.to_string()))
        .row(("Spent", standing.spent.to_string()))
        .row(("Put in", standing.allocated.to_string()))
        .row(("Given back", standing.returned.to_string()))
        .row((
            "Most it may be given",
            pot.cap.map_or_else(|| "No cap is set".to_owned(), |cap| cap.to_string()),
        ))
        .row(("Fund", format!("{}, until {end}", fund.name)))
        .row((
            "Rules",
            match &live {
                None => html! { "No version holds today" },
                Some(live) => html! {
                    a class="govuk-link" href=(request.href(&format!("/budgets/policies/{policy}"))) { (live.policy.name) }
                    ", version " (live.number)
                },
            },
        ));
    let body = html! {
        h1 class="govuk-heading-l" { (pot.name) }
        @if let Some(on) = pot.closed_on {
            (InsetText::new(format!("Closed on {}. Nothing more is spent from it.", platform::clock::date_in_words(on))))
        }
        @if let Some(held) = &held {
            (WarningText::new(html! { "Nothing more is spent from this pot for now: " (held.words()) "." }))
            ul class="govuk-list govuk-list--bullet" {
                @for one in held.receipts.iter() { li { (link(&request, one)) ": add the receipt, or a manager accepts it without" } }
                @for one in held.cash.iter() { li { (link(&request, one)) ": a manager confirms the cash" } }
            }
        }
        (summary)
        (doings(&request, &pot, object))
        @if may_spend && held.is_none() { (Button::new("Spend").href(request.href(&format!("/budgets/pots/{id}/spend")))) }
        @if may_spend {
            p class="govuk-body" {
                a class="govuk-link" href=(request.href(&format!("/budgets/insight/pots/{id}/why"))) { "Say why nothing is spent from it" }
            }
        }
        @if seen.is_empty() {
            p class="govuk-body" { "Nothing was asked for from this pot yet." }
        } @else {
            (table(&request, "Requests, the latest first", &seen))
            @if total > LISTED { p class="govuk-body" { "The latest " (LISTED) " of " (total) " are shown." } }
        }
        (envelope::movements(&moved, id))
    };
    Ok(request.page(pot.name.as_str()).wide().back("Pots", "/budgets/pots").render(body))
}
