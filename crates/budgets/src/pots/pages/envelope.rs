//! One budget: what stands in it, what is below it, what happened last; and opening one below.

use govuk::{Button, Cell, Input, InsetText, Select, SelectItem, SummaryList, SummaryRow, Table};
use maud::{Markup, html};
use platform::{
    auth::service::directory,
    clock::date_in_words,
    policy::{Action, Object, decide},
    web::{Errors, Failure, Form, Outcome, Path, Request},
};
use record::ui;
use uuid::Uuid;

use super::caught;
use crate::{
    ledger::{
        entity::journal,
        model::{Kind, Standing},
        store as ledger,
    },
    money::Pence,
    pots::{
        model::{Envelope, Level, Owner},
        reach,
        service::{self, NewEnvelope},
        store,
    },
};

/// Movements shown on the page of a budget or a pot.
pub(crate) const SHOWN: u64 = 25;

pub(super) async fn show(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let here = store::envelope(request.db(), id).await?;
    let object = reach::require(&request, Action::ViewBudgets, &here).await?;
    if here.level == Level::Pot {
        return Ok(request.redirect(&format!("/budgets/pots/{id}")));
    }
    let fund = store::fund(request.db(), here.fund).await?;
    let standing = ledger::standings(request.db(), None, Some(&[id])).await?.remove(&id).unwrap_or_default();
    let all = store::envelopes(request.db(), here.fund).await?;
    let below: Vec<Envelope> = all.into_iter().filter(|other| other.parent == Some(id)).collect();
    let below = reach::allowed(&request, Action::ViewBudgets, below).await?;
    let last = ledger::of_envelope(request.db(), id, SHOWN).await?;
    let body = html! {
        (crate::ui::parts(&request, "/budgets/tree"))
        span class="govuk-caption-l" { (here.level.title()) " of " (fund.name) }
        h1 class="govuk-heading-l" { (here.name) }
        @if let Some(day) = here.closed_on { (InsetText::new(format!("Closed on {}.", date_in_words(day)))) }
        @if !fund.is_open_on(request.today()) {
            (InsetText::new(format!("Nothing can be promised from it today: it may be used from {} to {}.", date_in_words(fund.first_day), date_in_words(fund.end_date))))
        }
        (parts(&standing, &here))
        (doings(&request, &here, object))
        (children(&request, &below))
        (movements(&last, id))
    };
    Ok(request.page(here.name.clone()).back("Budgets", "/budgets/tree").render(body))
}

fn parts(standing: &Standing, here: &Envelope) -> Markup {
    let row = |key: &'static str, pence: Pence| SummaryRow::new(key, pence.to_string());
    let mut list = SummaryList::new().row(row("Allocated", standing.allocated));
    if let Some(cap) = here.cap {
        list = list.row(row("Cap", cap));
    }
    list = list
        .row(row("Passed on", standing.passed_on))
        .row(row("Committed, not paid yet", standing.committed))
        .row(row("Spent", standing.spent))
        .row(row("Given back", standing.returned))
        .row(row("Available", standing.available));
    html! { (list) }
}

/// What may be done here.
fn doings(request: &Request, here: &Envelope, object: Object) -> Markup {
    let may = |action| decide(&request.actor, action, object).is_allowed();
    let link = |text: &'static str, path: String| html! { li { a class="govuk-link" href=(request.href(&path)) { (text) } } };
    let open = here.closed_on.is_none();
    html! {
        ul class="govuk-list" {
            @match here.level {
                Level::Grant if may(Action::ManageFunds) => {
                    (link("Open a council’s budget", format!("/budgets/envelopes/{}/open", here.id)))
                    (link("Add to the grant, or return what is not used", format!("/budgets/envelopes/{}/money", here.id)))
                }
                Level::Council if may(Action::ManageFunds) && open => {
                    (link("Open a team’s budget", format!("/budgets/envelopes/{}/open", here.id)))
                    (link("Pass money on, or take it back", format!("/budgets/envelopes/{}/money", here.id)))
                }
                Level::Team if open => {
                    @if may(Action::OpenPots) { (link("Open a pot", format!("/budgets/envelopes/{}/pots/new", here.id))) }
                    @if may(Action::ManageFunds) {
                        (link("Pass money on, or take it back", format!("/budgets/envelopes/{}/money", here.id)))
                    }
                }
                _ => {}
            }
        }
    }
}

fn children(request: &Request, below: &[Envelope]) -> Markup {
    html! {
        h2 class="govuk-heading-m" { "Below it" }
        @if below.is_empty() { p class="govuk-body" { "Nothing has been opened below it that you may see." } }
        @else {
            ul class="govuk-list" {
                @for one in below {
                    li {
                        @let part = if one.level == Level::Pot { "pots" } else { "envelopes" };
                        a class="govuk-link" href=(request.href(&format!("/budgets/{part}/{}", one.id))) { (one.name) }
                        @if one.closed_on.is_some() { " (closed)" }
                    }
                }
            }
        }
    }
}

/// What moved last in a budget or a pot.
pub(crate) fn movements(last: &[(journal::Model, Uuid, Uuid)], here: Uuid) -> Markup {
    let line = |(row, from, to): &(journal::Model, Uuid, Uuid)| {
        let kind = Kind::from_slug(&row.kind).map_or("", Kind::title);
        let way = match (*from == here, *to == here) {
            (true, false) => "out",
            (false, true) => "in",
            _ => "within",
        };
        [
            Cell::new(row.number.to_string()),
            Cell::new(date_in_words(row.booked_on)),
            Cell::new(format!("{kind} ({way})")),
            Cell::number(Pence::new(row.pence)),
            Cell::new(row.recorded_by_name.clone()),
        ]
    };
    html! {
        h2 class="govuk-heading-m" { "Last movements" }
        @if last.is_empty() { p class="govuk-body" { "Nothing has moved yet." } }
        @else {
            (ui::rows("Last movements", Table::new()
                .head(["Number", "Day", "What"])
                .heading(Cell::new("Amount").numeric(true))
                .heading("By")
                .rows(last.iter().map(line))))
        }
    }
}

/// The grant or council below which something is opened.
async fn above(request: &Request, id: Uuid) -> Result<Envelope, Failure> {
    let above = store::envelope(request.db(), id).await?;
    reach::require(request, Action::ManageFunds, &above).await?;
    if matches!(above.level, Level::Team | Level::Pot) { Err(Failure::NotFound) } else { Ok(above) }
}

pub(super) async fn new(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let above = above(&request, id).await?;
    let key = vec![("key".to_owned(), request.id().to_string())];
    page(&request, &above, &Form::of(key), &Errors::new()).await
}

pub(super) async fn create(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let above = above(&request, id).await?;
    let mut errors = Errors::new();
    let teams = directory::teams(&request).await?;
    let (name, owner) = if above.level == Level::Grant {
        errors.required(&form, "name", "Enter the name of the council");
        (form.text("name").to_owned(), Owner::Organisation)
    } else {
        let chosen = teams.iter().find(|(team, _)| team.to_string() == form.text("team"));
        if chosen.is_none() {
            errors.add("team", "Select a team");
        }
        chosen.map_or((String::new(), Owner::Organisation), |(team, name)| (name.clone(), Owner::Team(*team)))
    };
    let pence = super::amount(&form, "amount", crate::money::MOVEMENT_MAX, &mut errors);
    if let (Some(pence), true) = (pence, errors.is_empty()) {
        let envelope = NewEnvelope { name, owner, policy: None, cap: None };
        let key = format!("open {}", form.text("key"));
        let opened = service::open_with(&request, id, &envelope, pence, &key).await;
        if let Some(opened) = caught(opened, "amount", &mut errors)? {
            return Ok(request.redirect(&format!("/budgets/envelopes/{opened}")));
        }
    }
    page(&request, &above, &form, &errors).await
}

async fn page(request: &Request, above: &Envelope, form: &Form, errors: &Errors) -> Outcome {
    let grant = above.level == Level::Grant;
    let title = if grant { "Open a council’s budget" } else { "Open a team’s budget" };
    let left = ledger::balance(request.db(), (above.id, crate::ledger::model::Bucket::Available)).await?;
    let teams = if grant { vec![] } else { directory::teams(request).await? };
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { (title) }
        (InsetText::new(format!("{left} of {} can be passed on.", above.name)))
        (ui::form(request, &format!("/budgets/envelopes/{}/open", above.id), &html! {
            input type="hidden" name="key" value=(form.text("key"));
            @if grant {
                (Input::new("name").label("Name of the council").value(form.raw("name")).error(errors.of("name")))
            } @else {
                (Select::new("team").label("Team").item(SelectItem::new("", "Choose a team"))
                    .items(teams.iter().map(|(id, name)| SelectItem::new(id.to_string(), name.as_str())))
                    .value(form.text("team")).error(errors.of("team")))
            }
            (Input::new("amount").label("How much may it use").prefix("£").class("govuk-input--width-10")
                .value(form.raw("amount")).error(errors.of("amount")))
            (Button::new("Open"))
        }))
    };
    let back = format!("/budgets/envelopes/{}", above.id);
    Ok(request.page(title).back(above.name.clone(), &back).in_error(!errors.is_empty()).render(body))
}
