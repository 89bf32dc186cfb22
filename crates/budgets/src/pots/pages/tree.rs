//! The budget tree: grants, councils, teams and pots, with what is promised and what is left.

use std::collections::HashMap;

use govuk::{Button, Cell, InsetText, Table};
use maud::{Markup, html};
use platform::{
    clock::date_in_words,
    policy::{Action, Object, decide},
    web::{Outcome, Request},
};
use record::ui;
use uuid::Uuid;

use crate::{
    ledger::{model::Standing, store as ledger},
    money::Pence,
    pots::{
        model::{Envelope, Fund, Level},
        reach, store,
    },
};

const PATH: &str = "/budgets/tree";

pub(super) async fn show(request: Request) -> Outcome {
    let manages = decide(&request.actor, Action::ManageFunds, Object::None).is_allowed();
    let mut parts = Vec::new();
    for fund in store::funds(request.db()).await? {
        let all = store::envelopes(request.db(), fund.id).await?;
        let seen = reach::allowed(&request, Action::ViewBudgets, all).await?;
        if seen.is_empty() && !manages {
            continue;
        }
        let standings = ledger::standings(request.db(), Some(fund.id), None).await?;
        parts.push((fund, seen, standings));
    }
    let body = html! {
        (crate::ui::parts(&request, PATH))
        h1 class="govuk-heading-xl" { "Budgets" }
        @if manages { (Button::new("Write down a grant").href(request.href("/budgets/funds/new"))) }
        @if parts.is_empty() {
            (InsetText::new("There is no budget that you may see yet. Once a pot is opened for a child of yours, for your team or for yourself, it is here."))
        }
        @for (fund, envelopes, standings) in &parts { (part(&request, fund, envelopes, standings, manages)) }
    };
    Ok(request.page("Budgets").wide().render(body))
}

fn part(
    request: &Request,
    fund: &Fund,
    envelopes: &[Envelope],
    standings: &HashMap<Uuid, Standing>,
    manages: bool,
) -> Markup {
    html! {
        h2 class="govuk-heading-l" { (fund.name) }
        p class="govuk-body" {
            "From " (fund.funder) ", to be used from " (date_in_words(fund.first_day)) " to " (date_in_words(fund.end_date))
            @if fund.extended { " (extended)" } "."
            @if !fund.is_open_on(request.today()) { " " strong { "Nothing can be promised from it today." } }
        }
        @if manages {
            p class="govuk-body" {
                a class="govuk-link" href=(request.href(&format!("/budgets/funds/{}/extend", fund.id))) {
                    "Record an extension" span class="govuk-visually-hidden" { " of " (fund.name) }
                }
            }
        }
        @if decide(&request.actor, Action::SettleSpend, Object::None).is_allowed() {
            p class="govuk-body" {
                a class="govuk-link" href=(request.href(&format!("/budgets/funds/{}/ledger", fund.id))) {
                    "Ledger" span class="govuk-visually-hidden" { " of " (fund.name) }
                }
            }
        }
        (ui::rows(&format!("Budgets of {}", fund.name), table(request, envelopes, standings)))
    }
}

/// Parents before children: each envelope is followed by those below it.
fn in_order(envelopes: &[Envelope]) -> Vec<&Envelope> {
    let mut below: HashMap<Option<Uuid>, Vec<&Envelope>> = HashMap::new();
    let known: std::collections::HashSet<Uuid> = envelopes.iter().map(|envelope| envelope.id).collect();
    for envelope in envelopes {
        // Whoever sees a pot and not the team above it sees the pot at the top.
        let parent = envelope.parent.filter(|parent| known.contains(parent));
        below.entry(parent).or_default().push(envelope);
    }
    let mut waiting: Vec<&Envelope> = below.remove(&None).unwrap_or_default();
    waiting.reverse();
    let mut order = Vec::with_capacity(envelopes.len());
    while let Some(envelope) = waiting.pop() {
        order.push(envelope);
        let mut children = below.remove(&Some(envelope.id)).unwrap_or_default();
        children.reverse();
        waiting.extend(children);
    }
    order
}

fn table(request: &Request, envelopes: &[Envelope], standings: &HashMap<Uuid, Standing>) -> Table {
    let mut table = Table::new().head(["Budget", "Level"]).first_cell_is_header(true);
    for title in ["Allocated", "Passed on", "Committed", "Spent", "Given back", "Available"] {
        table = table.heading(Cell::new(title).numeric(true));
    }
    let numbers = |standing: Standing| {
        [
            standing.allocated,
            standing.passed_on,
            standing.committed,
            standing.spent,
            standing.returned,
            standing.available,
        ]
        .map(|pence: Pence| Cell::number(pence))
    };
    in_order(envelopes).into_iter().fold(table, |table, envelope| {
        let standing = standings.get(&envelope.id).copied().unwrap_or_default();
        let part = if envelope.level == Level::Pot { "pots" } else { "envelopes" };
        let path = request.href(&format!("/budgets/{part}/{}", envelope.id));
        let level = if envelope.level == Level::Pot {
            envelope.owner.parts().0.title()
        } else {
            envelope.level.title()
        };
        let mut cells = vec![
            Cell::new(html! {
                a class="govuk-link" href=(path) { (envelope.name) }
                @if envelope.closed_on.is_some() { " (closed)" }
            }),
            Cell::new(level),
        ];
        cells.extend(numbers(standing));
        table.row(cells)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pots::model::Owner;

    fn envelope(id: u128, parent: Option<u128>) -> Envelope {
        Envelope {
            id: Uuid::from_u128(id),
            fund: Uuid::nil(),
            parent: parent.map(Uuid::from_u128),
            level: Level::Team,
            name: id.to_string(),
            owner: Owner::Organisation,
            policy: None,
            cap: None,
            closed_on: None,
        }
    }

    #[test]
    fn each_budget_is_followed_by_those_below_it() {
        let all = [
            envelope(1, None),
            envelope(2, Some(1)),
            envelope(3, Some(1)),
            envelope(4, Some(2)),
            envelope(5, Some(3)),
            envelope(6, Some(99)),
        ];
        let names: Vec<&str> = in_order(&all).iter().map(|envelope| envelope.name.as_str()).collect();
        assert_eq!(names, ["1", "2", "4", "3", "5", "6"]);
    }
}
