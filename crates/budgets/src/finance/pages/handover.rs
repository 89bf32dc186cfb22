//! Handing payments over to the council's finance system.

use govuk::{Button, Cell, Input, InsetText, Table, WarningText};
use maud::{Markup, html};
use platform::{
    clock::date_in_words,
    web::{Errors, Form, Outcome, Path, Request},
};
use record::ui;
use uuid::Uuid;

use crate::{
    finance::{
        entity::journal_file,
        model::handover::Codes,
        service::handover::{self, Waiting},
    },
    money::Pence,
    pots::{
        pages::{caught, ledger::csv},
        store as pots,
    },
};

const PATH: &str = "/budgets/handover";

pub(super) async fn funds(request: Request) -> Outcome {
    let funds = pots::funds(request.db()).await?;
    let body = html! {
        (crate::ui::parts(&request, PATH))
        h1 class="govuk-heading-xl" { "Hand over to finance" }
        @if funds.is_empty() { (InsetText::new("There is no grant yet.")) }
        @for fund in &funds {
            h2 class="govuk-heading-m" { (fund.name) }
            ul class="govuk-list" {
                li { a class="govuk-link" href=(request.href(&format!("/budgets/funds/{}/handover", fund.id))) { "Payments to hand over" span class="govuk-visually-hidden" { " of " (fund.name) } } }
                li { a class="govuk-link" href=(request.href(&format!("/budgets/funds/{}/close", fund.id))) { "Close a period, end of the year" span class="govuk-visually-hidden" { " of " (fund.name) } } }
            }
        }
    };
    Ok(request.page("Hand over to finance").render(body))
}

pub(super) async fn show(request: Request, Path(id): Path<Uuid>) -> Outcome {
    page(&request, id, None, &Errors::new()).await
}

pub(super) async fn make(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    errors.required(&form, "cost-centre", "Enter the cost centre");
    errors.required(&form, "balancing", "Enter the code of the other side");
    if errors.is_empty() {
        let codes = Codes {
            cost_centre: form.text("cost-centre").to_owned(),
            balancing: form.text("balancing").to_owned(),
        };
        if caught(handover::make(&request, id, &codes).await, "cost-centre", &mut errors)?.is_some() {
            return Ok(request.redirect(&format!("/budgets/funds/{id}/handover")));
        }
    }
    page(&request, id, Some(&form), &errors).await
}

async fn page(request: &Request, id: Uuid, form: Option<&Form>, errors: &Errors) -> Outcome {
    let fund = pots::fund(request.db(), id).await?;
    let waiting = handover::waiting(request, id).await?;
    let files = handover::files(request, id).await?;
    let body = html! {
        (ui::summary(errors))
        (crate::ui::parts(request, PATH))
        h1 class="govuk-heading-l" { "Payments of " (fund.name) }
        @if waiting.items.is_empty() { (InsetText::new("Everything that was paid is handed over.")) }
        @else { (next(request, id, &waiting, form, errors)) }
        h2 class="govuk-heading-m" { "Files that were made" }
        @if files.is_empty() { p class="govuk-body" { "None yet." } }
        @else { (ui::rows("Files that were made", made(request, &files))) }
    };
    Ok(request
        .page("Hand over to finance")
        .wide()
        .back("Hand over to finance", PATH)
        .in_error(!errors.is_empty())
        .render(body))
}

fn next(request: &Request, id: Uuid, waiting: &Waiting, form: Option<&Form>, errors: &Errors) -> Markup {
    let typed = |name: &str, before: Option<&String>| match form {
        Some(form) => form.raw(name).to_owned(),
        None => before.cloned().unwrap_or_default(),
    };
    let codes = waiting.codes.as_ref();
    let sum = |back: bool| -> Pence {
        waiting.items.iter().filter(|item| item.came_back == back).map(|item| item.pence).sum()
    };
    let rows = waiting.items.iter().take(200).map(|item| {
        [
            Cell::new(item.number.to_string()),
            Cell::new(date_in_words(item.on)),
            Cell::new(item.kind),
            Cell::new(item.pot.clone()),
            Cell::new(item.category.clone()),
            Cell::new(item.payee.clone()),
            Cell::number(item.pence),
        ]
    });
    html! {
        p class="govuk-body" {
            (waiting.items.len()) " payments are not handed over yet: " (sum(false)) " paid"
            @if sum(true) > Pence::ZERO { ", " (sum(true)) " came back" } "."
        }
        @if waiting.without_codes.is_empty() {
            (ui::form(request, &format!("/budgets/funds/{id}/handover"), &html! {
                (Input::new("cost-centre").label("Cost centre").class("govuk-input--width-10")
                    .value(typed("cost-centre", codes.map(|codes| &codes.cost_centre))).error(errors.of("cost-centre")))
                (Input::new("balancing").label("Code of the other side").hint("The clearing account of the cards, for example").class("govuk-input--width-10")
                    .value(typed("balancing", codes.map(|codes| &codes.balancing))).error(errors.of("balancing")))
                (Button::new("Make the file"))
            }))
        } @else {
            (WarningText::new(format!(
                "These categories have no subjective code or no section 251 code in the rules yet: {}. The file can be made once a version of the rules with codes was live when they were asked for.",
                waiting.without_codes.iter().cloned().collect::<Vec<_>>().join(", ")
            )))
        }
        (ui::rows("Payments that wait", Table::new()
            .head(["Number", "Day", "What", "Pot", "Category", "To whom"])
            .heading(Cell::new("Amount").numeric(true))
            .rows(rows)))
    }
}

fn made(request: &Request, files: &[journal_file::Model]) -> Table {
    let line = |file: &journal_file::Model| {
        let name = format!("NH-{:04}", file.number);
        let link = html! { a class="govuk-link" href=(request.href(&format!("{PATH}/{}", file.id))) { (name) " (CSV)" } };
        [
            Cell::new(link),
            Cell::new(date_in_words(file.recorded_at.date_naive())),
            Cell::number(file.items),
            Cell::number(Pence::new(file.paid_pence)),
            Cell::number(Pence::new(file.back_pence)),
            Cell::new(file.recorded_by_name.clone()),
        ]
    };
    let number = |title: &'static str| Cell::new(title).numeric(true);
    Table::new()
        .head(["File", "Made on"])
        .heading(number("Payments"))
        .heading(number("Paid"))
        .heading(number("Came back"))
        .heading("By")
        .rows(files.iter().map(line))
}

pub(super) async fn download(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let (row, bytes) = handover::file(&request, id).await?;
    Ok(csv(bytes, &format!("NH-{:04}.csv", row.number)))
}
