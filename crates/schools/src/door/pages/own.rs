//! The school's own pages: concerns sent, one of them, and the confirmation.

use govuk::{Button, Cell, Panel, SummaryList, Table, Tag, TagColour, WarningText, patterns};
use maud::{Markup, html};
use platform::{
    clock::date_in_words,
    policy::Action,
    web::{Outcome, Path, Request, Route},
};
use record::ui;
use uuid::Uuid;

use super::pieces::{clock, front_door, lines};
use crate::{
    door::{
        model::{state::State, words::FamilyKnows},
        service::own::{self, Sent},
    },
    team::service::plan::number_to_call,
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/schools/door/concerns", Action::ViewOwnConcerns, list),
        Route::get("/schools/door/concerns/{id}", Action::ViewOwnConcerns, one),
        Route::get("/schools/door/concerns/{id}/sent", Action::ViewOwnConcerns, confirmation),
    ]
}

fn state(state: State) -> Tag {
    Tag::new(state.title_for_school()).colour(match state {
        State::Recorded => TagColour::Blue,
        State::Triaged | State::Decided(_) => TagColour::Yellow,
        State::SenderTold(_) => TagColour::Green,
    })
}

async fn list(request: Request) -> Outcome {
    let all = own::list(&request).await?;
    let body = html! {
        h1 class="govuk-heading-l" { "Concerns" }
        p class="govuk-body" {
            a href=(request.href("/schools/door/concerns/start")) role="button" draggable="false" class="govuk-button" data-module="govuk-button" { "Raise a concern" }
        }
        @if all.is_empty() {
            p class="govuk-body" { "No concern was sent from here yet." }
        } @else {
            (ui::rows("Concerns sent", table(&request, &all)))
        }
    };
    Ok(request.page("Concerns").wide().render(body))
}

fn table(request: &Request, all: &[Sent]) -> Table {
    all.iter().fold(
        Table::new()
            .caption("Concerns that your school sent")
            .heading("Concern")
            .heading("About")
            .heading("Sent")
            .heading("What became of it")
            .heading("You are told"),
        |table, sent| {
            let href = request.href(&format!("/schools/door/concerns/{}", sent.row.id));
            table.row([
                Cell::new(html! { a class="govuk-link" href=(href) { (sent.row.reference) } }),
                Cell::new(sent.about.as_str()),
                Cell::new(date_in_words(sent.row.recorded_on)),
                Cell::new(html! { (state(sent.state)) }),
                Cell::new(told(sent)),
            ])
        },
    )
}

/// By when the school is told, or when it was.
fn told(sent: &Sent) -> Markup {
    match sent.row.told_on {
        Some(on) => html! { (date_in_words(on)) },
        None => clock(sent.clock, sent.row.tell_by),
    }
}

async fn one(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let sent = own::one(&request, id).await?;
    let line = number_to_call(&request).await?;
    let row = &sent.row;
    let body = html! {
        h1 class="govuk-heading-l" { "Concern " (row.reference) }
        p class="govuk-body" { (state(sent.state)) }
        h2 class="govuk-heading-m" { "What became of it" }
        @if sent.told.is_empty() {
            p class="govuk-body" { "You are told by " (date_in_words(row.tell_by)) ". " (clock(sent.clock, row.tell_by)) }
            @if sent.clock.is_overdue() {
                p class="govuk-body" { "You should have been told by now. The manager of your social worker sees that it is late. If you are worried, call " (front_door(line.as_ref())) "." }
            }
        } @else {
            (sent.told.iter().fold(patterns::Timeline::new(), |timeline, told| timeline.entry(
                patterns::TimelineEntry::new("You were told", date_in_words(told.told_on), told.told_on.to_string())
                    .byline(told.recorded_by_name.as_str())
                    .description(html! { p class="govuk-body" { (lines(&told.words)) } }))))
            @if sent.clock.is_overdue() { (clock(sent.clock, row.tell_by)) }
        }
        h2 class="govuk-heading-m" { "What was sent" }
        (what_was_sent(&sent))
        (WarningText::new("If something new happens, raise a new concern. If a child is in immediate danger, call 999."))
    };
    Ok(request
        .page(format!("Concern {}", row.reference))
        .back("Concerns", "/schools/door/concerns")
        .render(body))
}

fn what_was_sent(sent: &Sent) -> SummaryList {
    let row = &sent.row;
    let mut list = SummaryList::new().row(("About", sent.about.as_str()));
    if !row.place.is_empty() {
        list = list.row(("Place or group", lines(&row.place)));
    }
    list = list.row(("Worry", lines(&row.worry)));
    if let Some(family) = sent.family {
        list = list.row(("Parents or carers know", FamilyKnows::title(family)));
    }
    if !row.done.is_empty() {
        list = list.row(("Done so far", lines(&row.done)));
    }
    list.row(("Sent", format!("{} by {}", date_in_words(row.recorded_on), row.recorded_by_name)))
}

async fn confirmation(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let sent = own::one(&request, id).await?;
    let line = number_to_call(&request).await?;
    let body = html! {
        (Panel::new("Concern sent").content(html! { "Your reference" br; strong { (sent.row.reference) } }))
        h2 class="govuk-heading-m" { "What happens next" }
        p class="govuk-body" { "The social worker of your school reads it. You are told what becomes of it by " b { (date_in_words(sent.row.tell_by)) } ", one working day after it was sent." }
        @if sent.row.danger {
            (WarningText::new(html! {
                "You said that a child may be in immediate danger. If you have not, call 999 and then " (front_door(line.as_ref())) "."
            }))
        }
        p class="govuk-body" { a class="govuk-link" href=(request.href(&format!("/schools/door/concerns/{id}"))) { "See the concern" } }
        (Button::new("Concerns").href(request.href("/schools/door/concerns")).secondary())
    };
    Ok(request.page("Concern sent").render(body))
}
