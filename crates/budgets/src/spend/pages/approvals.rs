//! What waits for the actor: requests to decide on, side by side; and for finance what is to be paid.

use govuk::{Button, Cell, Table, patterns::Sort};
use maud::{Markup, html};
use platform::{
    clock::date_in_words,
    policy::Action,
    web::{Outcome, Request},
};
use record::ui;
use uuid::Uuid;

use super::pieces::{link, side_by_side, state, what, whom};
use crate::{
    money::Pence,
    policy::{model::PaymentKind, store as rules},
    spend::{
        model::State,
        service::{Seen, see},
        store::{self, Which},
    },
    ui as room,
};

const COLUMNS: [&str; 4] = ["asked", "amount", "by", "pot"];
/// Requests that are shown side by side at most.
const SIDE_BY_SIDE: usize = 3;

fn sorted(mut all: Vec<Seen>, sort: &Sort) -> Vec<Seen> {
    match sort.column() {
        "amount" => all.sort_by_key(|one| one.asked.row.pence),
        "by" => all.sort_by_key(|one| one.asked.row.recorded_by_name.to_lowercase()),
        "pot" => all.sort_by(|a, b| a.pot.name.cmp(&b.pot.name)),
        _ => all.sort_by_key(|one| one.asked.row.number),
    }
    if sort.is_descending() {
        all.reverse();
    }
    all
}

/// The requests that the address asks to compare.
fn compared(request: &Request) -> Vec<Uuid> {
    let chosen = request.query.split('&').filter_map(|pair| pair.strip_prefix("compare=")?.parse().ok());
    chosen.take(SIDE_BY_SIDE).collect()
}

pub(super) async fn list(request: Request) -> Outcome {
    let which = Which { states: vec![State::Awaiting, State::Queried], ..Which::default() };
    let asked = store::asked(request.db(), &which).await?;
    let seen = see(&request, Action::ApproveSpend, asked, Some("approvals")).await?;
    let sort = Sort::parse(&request.query("sort").unwrap_or_default(), &COLUMNS, "asked");
    let seen = sorted(seen, &sort);
    let chosen = compared(&request);
    let side: Vec<&Seen> = seen.iter().filter(|one| chosen.contains(&one.asked.row.id)).collect();
    let mut beside = Vec::new();
    for one in side {
        let version = rules::version(request.db(), one.asked.row.version_id).await?;
        beside.push((one, version.policy));
    }
    let body = html! {
        (room::parts(&request, "/budgets/approvals"))
        h1 class="govuk-heading-l" { "Approvals" }
        p class="govuk-body" { "What colleagues ask for above their own authority. Nobody decides on their own request." }
        @if seen.is_empty() {
            p class="govuk-body" { "Nothing waits for you." }
        } @else {
            form method="get" action=(request.href("/budgets/approvals")) {
                (ui::scroll("Requests that wait", table(&request, &seen, &sort, &chosen)))
                @if seen.len() > 1 { (Button::new("Show those chosen side by side").secondary()) }
            }
        }
        @if !beside.is_empty() { (side_by_side(&request, &beside)) }
    };
    Ok(request.page("Approvals").wide().render(body))
}

fn table(request: &Request, all: &[Seen], sort: &Sort, chosen: &[Uuid]) -> Table {
    let href = |sort: &Sort| request.href(&format!("/budgets/approvals?sort={sort}"));
    all.iter().fold(
        Table::new()
            .heading(html! { span class="govuk-visually-hidden" { "Choose" } })
            .heading(sort.heading("Request", "asked", href))
            .heading(sort.heading("Amount", "amount", href).numeric(true))
            .heading("What for")
            .heading("For whom")
            .heading(sort.heading("Asked by", "by", href))
            .heading(sort.heading("Pot", "pot", href))
            .heading("Agreed by")
            .heading("Where it stands"),
        |table, seen| {
            let (asked, row) = (&seen.asked, &seen.asked.row);
            let agreed = format!("{} of {}", asked.course.agreed_by.len(), asked.course.people);
            table.row([
                Cell::new(choose(seen, chosen.contains(&row.id))),
                Cell::new(html! { (link(request, asked)) " " (date_in_words(row.asked_on)) }),
                Cell::number(asked.pence()),
                Cell::new(what(seen)),
                Cell::new(whom(seen)),
                Cell::new(row.recorded_by_name.as_str()),
                Cell::new(seen.pot.name.as_str()),
                Cell::new(agreed),
                Cell::new(state(asked.course.state)),
            ])
        },
    )
}

/// A small checkbox that stands in a cell.
fn choose(seen: &Seen, chosen: bool) -> Markup {
    let id = format!("compare-{}", seen.asked.row.number);
    html! {
        div class="govuk-checkboxes govuk-checkboxes--small" {
            div class="govuk-checkboxes__item" {
                input class="govuk-checkboxes__input" type="checkbox" name="compare" id=(id) value=(seen.asked.row.id) checked[chosen];
                label class="govuk-label govuk-checkboxes__label" for=(id) {
                    span class="govuk-visually-hidden" { "Compare " (seen.asked.reference()) }
                }
            }
        }
    }
}

/// What finance pays: orders and reimbursements that were agreed.
pub(super) async fn payments(request: Request) -> Outcome {
    let which = Which { states: vec![State::Committed], ..Which::default() };
    let mut asked = store::asked(request.db(), &which).await?;
    asked.reverse();
    let of_finance = |kind: &str| {
        matches!(PaymentKind::from_slug(kind), Some(PaymentKind::PurchaseOrder | PaymentKind::Reimbursement))
    };
    let lapsed = crate::spend::service::lapsed_count(&request).await?;
    let seen = see(&request, Action::SettleSpend, asked, Some("payments")).await?;
    let (ours, workers): (Vec<Seen>, Vec<Seen>) =
        seen.into_iter().partition(|one| of_finance(&one.asked.row.payment_kind));
    let sum = |all: &[Seen]| all.iter().map(|one| one.asked.pence()).sum::<Pence>();
    let body = html! {
        (room::parts(&request, "/budgets/payments"))
        h1 class="govuk-heading-l" { "To pay" }
        @if ours.is_empty() {
            p class="govuk-body" { "No order or reimbursement waits." }
        } @else {
            p class="govuk-body" { (ours.len()) " to pay, " (sum(&ours)) " together." }
            (to_pay(&request, "Orders and reimbursements", &ours))
        }
        @if !workers.is_empty() {
            p class="govuk-body" { "Workers pay these by card, voucher or cash: " (workers.len()) ", " (sum(&workers)) " together." }
            (to_pay(&request, "Agreed, to be paid by workers", &workers))
        }
        @if lapsed > 0 {
            h2 class="govuk-heading-m" { "Not used in time" }
            (ui::form(&request, "/budgets/payments/lapsed", &html! {
                p class="govuk-body" { (lapsed) " promises were not used in time. The money can go back to the pots." }
                (Button::new("Release them").secondary().prevent_double_click(true))
            }))
        }
    };
    Ok(request.page("To pay").wide().render(body))
}

fn to_pay(request: &Request, caption: &str, all: &[Seen]) -> Markup {
    let table = all.iter().fold(
        Table::new()
            .caption(caption)
            .heading("Request")
            .heading("Agreed")
            .heading(Cell::new("Amount").numeric(true))
            .heading("How")
            .heading("Who gets it")
            .heading("Pot"),
        |table, seen| {
            let row = &seen.asked.row;
            let agreed = seen.asked.last(crate::spend::model::Kind::Commit).map(|event| event.happened_on);
            table.row([
                Cell::new(link(request, &seen.asked)),
                Cell::new(agreed.map(date_in_words).unwrap_or_default()),
                Cell::number(seen.asked.pence()),
                Cell::new(PaymentKind::from_slug(&row.payment_kind).map_or("", PaymentKind::title)),
                Cell::new(row.payee.as_str()),
                Cell::new(seen.pot.name.as_str()),
            ])
        },
    );
    ui::scroll(caption, table)
}

pub(super) async fn release(request: Request) -> Outcome {
    crate::spend::service::release_lapsed(&request).await?;
    Ok(request.redirect("/budgets/payments"))
}
