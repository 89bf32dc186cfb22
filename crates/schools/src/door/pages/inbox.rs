//! The worker's pages: what waits at their schools, one concern, and what becomes of it.

use axum::response::Response;
use govuk::{
    Button, Cell, ChoiceItem, Details, Legend, Radios, Size, SummaryList, Table, Tag, TagColour, Textarea,
    WarningText,
};
use maud::{Markup, html};
use platform::{
    clock::date_in_words,
    policy::Action,
    web::{Errors, Failure, Form, Outcome, Path, Request, Route},
};
use record::ui;
use uuid::Uuid;

use super::pieces::{clock, lines, pupil, refused, thread, whom};
use crate::door::{
    model::{
        clock::Clock,
        state::{Outcome as Became, State},
        words::{About, FamilyKnows, Sender},
    },
    service::inbox::{self, Inbox, Line, Opened, Whom},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/schools/door/inbox", Action::TriageConcern, list),
        Route::get("/schools/door/inbox/{id}", Action::TriageConcern, one),
        Route::post("/schools/door/inbox/{id}", Action::TriageConcern, take),
        Route::get("/schools/door/inbox/{id}/outcome", Action::TriageConcern, outcome_form),
        Route::post("/schools/door/inbox/{id}/outcome", Action::TriageConcern, outcome),
    ]
}

fn state(state: State) -> Tag {
    Tag::new(state.title()).colour(match state {
        State::Recorded => TagColour::Blue,
        State::Triaged | State::Decided(_) => TagColour::Yellow,
        State::SenderTold(_) => TagColour::Green,
    })
}

async fn list(request: Request) -> Outcome {
    let inbox = inbox::inbox(&request).await?;
    let body = html! {
        h1 class="govuk-heading-l" { "Concerns from schools" }
        p class="govuk-body" { "The sender of each concern is told within one working day what became of it." }
        @if inbox.waiting.is_empty() {
            p class="govuk-body" { "No concern waits." }
        } @else {
            (ui::rows("Concerns that wait", concerns(&request, "Concerns that wait", &inbox.waiting)))
        }
        (work(&request, &inbox))
        @if !inbox.told.is_empty() {
            h2 class="govuk-heading-m" { "Told lately" }
            (ui::rows("Concerns whose sender was told", concerns(&request, "Concerns whose sender was told", &inbox.told)))
        }
    };
    Ok(request.page("Concerns from schools").wide().render(body))
}

fn concerns(request: &Request, caption: &str, all: &[Line]) -> Table {
    all.iter().fold(
        Table::new().caption(caption).heading("Concern").heading("School").heading("About").heading("Sent")
            .heading("State").heading("Tell the sender"),
        |table, line| {
            let href = request.href(&format!("/schools/door/inbox/{}", line.row.id));
            let reference = if line.whom == Whom::Restricted {
                html! { (line.row.reference) }
            } else {
                html! { a class="govuk-link" href=(href) { (line.row.reference) } }
            };
            table.row([
                Cell::new(reference),
                Cell::new(line.school.as_str()),
                Cell::new(whom(&line.whom)),
                Cell::new(date_in_words(line.row.recorded_on)),
                Cell::new(html! {
                    (state(line.state))
                    @if let Some(outcome) = line.state.outcome() { br; (outcome.title()) }
                    @if let (State::Triaged, Some(name)) = (line.state, &line.row.triaged_by_name) { br; (name) }
                }),
                Cell::new(clock(line.clock, line.row.tell_by)),
            ])
        },
    )
}

/// Early help that runs and referrals that wait for the front door.
fn work(request: &Request, inbox: &Inbox) -> Markup {
    let link = |path: String, reference: &str, of: &Whom| match of {
        Whom::Restricted => html! { (reference) },
        Whom::Pupil(_) | Whom::NoChild(_) => {
            html! { a class="govuk-link" href=(request.href(&path)) { (reference) } }
        }
    };
    let referrals = inbox.undecided.iter().fold(
        Table::new()
            .caption("Sent, and no decision written down")
            .heading("Referral")
            .heading("School")
            .heading("About")
            .heading("Sent")
            .heading("The front door decides"),
        |table, one| {
            let row = &one.row;
            table.row([
                Cell::new(link(format!("/schools/door/referrals/{}", row.id), &row.reference, &one.whom)),
                Cell::new(one.school.as_str()),
                Cell::new(whom(&one.whom)),
                Cell::new(date_in_words(row.sent_on)),
                Cell::new(clock(Clock::of(row.decide_by, None, request.today()), row.decide_by)),
            ])
        },
    );
    let help = inbox.help.iter().fold(
        Table::new()
            .caption("Early help that runs")
            .heading("Early help")
            .heading("School")
            .heading("About")
            .heading("Since")
            .heading("Worker"),
        |table, one| {
            let row = &one.row;
            table.row([
                Cell::new(link(format!("/schools/door/early-help/{}", row.id), &row.reference, &one.whom)),
                Cell::new(one.school.as_str()),
                Cell::new(whom(&one.whom)),
                Cell::new(date_in_words(row.start_date)),
                Cell::new(row.worker_name.as_str()),
            ])
        },
    );
    html! {
        @if !inbox.undecided.is_empty() {
            h2 class="govuk-heading-m" { "Referrals at the front door" }
            (ui::rows("Referrals at the front door", referrals))
        }
        @if !inbox.help.is_empty() {
            h2 class="govuk-heading-m" { "Early help" }
            (ui::rows("Early help that runs", help))
        }
    }
}

async fn one(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let open = inbox::open(&request, id).await?;
    let row = &open.row;
    let next = |path: &str| request.href(&format!("/schools/door/{path}"));
    let body = html! {
        h1 class="govuk-heading-l" { "Concern " (row.reference) }
        p class="govuk-body" { (state(open.state)) " " (clock(open.clock, row.tell_by)) }
        @if row.danger {
            (WarningText::new("The sender said that a child may be in immediate danger, and was told to call 999 and the front door first. Check that they have."))
        }
        (sent(&open))
        @match open.state {
            State::Recorded => {
                (ui::form(&request, &format!("/schools/door/inbox/{id}"), &html! { (Button::new("Take this concern")) }))
                p class="govuk-body" { "Taking it shows your colleagues that you are looking at it." }
            }
            State::Triaged | State::Decided(_) => {
                h2 class="govuk-heading-m" { "What becomes of it" }
                ul class="govuk-list govuk-list--spaced" {
                    @if open.pupil.is_some() {
                        li { a class="govuk-link" href=(next(&format!("from/concern/{id}/early-help"))) { "Open early help" } ": all that is known is carried over" }
                        li { a class="govuk-link" href=(next(&format!("from/concern/{id}/referral"))) { "Send a referral to the front door" } ": prefilled from what is known" }
                    }
                    li { a class="govuk-link" href=(next(&format!("inbox/{id}/outcome"))) { "Advice, a concern about a place or group, or no further action" } }
                }
            }
            State::SenderTold(outcome) => {
                h2 class="govuk-heading-m" { "What became of it: " (outcome.title()) }
                @for told in &open.told {
                    p class="govuk-body" { (date_in_words(told.told_on)) ", " (told.recorded_by_name) ": " (lines(&told.words)) }
                }
                @if open.pupil.is_some() && outcome != Became::Referral {
                    p class="govuk-body" { a class="govuk-link" href=(next(&format!("from/concern/{id}/referral"))) { "Send a referral to the front door" } }
                }
            }
        }
        @if let Some(child) = &open.pupil {
            (Details::new("The pupil, from the school’s roll", html! { (pupil(child)) }))
            h2 class="govuk-heading-m" { "The thread" }
            (thread(&open.steps, |path| request.href(path)))
        }
    };
    Ok(request
        .page(format!("Concern {}", row.reference))
        .back("Concerns from schools", "/schools/door/inbox")
        .render(body))
}

fn sent(open: &Opened) -> SummaryList {
    let row = &open.row;
    let about = About::from_slug(&row.about).map_or("", About::title);
    let mut list = SummaryList::new().row(("School", open.school.as_str()));
    list = match &open.pupil {
        Some(pupil) => list.row(("Pupil", crate::door::service::pupils::name(pupil))),
        None => list.row(("About", about)).row(("Place or group", lines(&row.place))),
    };
    list = list.row(("Worry", lines(&row.worry)));
    if let Some(family) = row.family_knows.as_deref().and_then(FamilyKnows::from_slug) {
        list = list.row(("Parents or carers know", family.title()));
    }
    let nothing = || html! { span class="app-empty" { "Nothing written" } };
    let role = Sender::from_slug(&row.recorded_role).map_or("", Sender::title);
    list.row(("Done so far", if row.done.is_empty() { nothing() } else { lines(&row.done) }))
        .row(("Sent", format!("{} by {} ({role})", date_in_words(row.recorded_on), row.recorded_by_name)))
}

async fn take(request: Request, Path(id): Path<Uuid>, _: Form) -> Outcome {
    inbox::triage(&request, id).await?;
    Ok(request.redirect(&format!("/schools/door/inbox/{id}")))
}

async fn outcome_form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let open = inbox::open(&request, id).await?;
    outcome_page(&request, &open, &Form::default(), &Errors::new())
}

fn outcome_page(request: &Request, open: &Opened, form: &Form, errors: &Errors) -> Result<Response, Failure> {
    let id = open.row.id;
    let others = Became::ALL.iter().filter(|outcome| !outcome.needs_pupil());
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "What becomes of concern " (open.row.reference) "?" }
        (sent(open))
        (ui::form(request, &format!("/schools/door/inbox/{id}/outcome"), &html! {
            (Radios::new("outcome").legend(Legend::new("What becomes of it").size(Size::Medium))
                .items(others.map(|outcome| ChoiceItem::new(outcome.slug(), outcome.title())))
                .value(form.raw("outcome").to_owned()).error(errors.of("outcome")))
            (Textarea::new("told").label("What the school is told")
                .hint("The advice, or the reason. The school sees these words and nothing else of what you record")
                .value(form.raw("told").to_owned()).error(errors.of("told")))
            (Button::new("Tell the school"))
        }))
    };
    let page = request.page("What becomes of the concern").back("Back", &format!("/schools/door/inbox/{id}"));
    Ok(page.in_error(!errors.is_empty()).render(body))
}

async fn outcome(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let open = inbox::open(&request, id).await?;
    let mut errors = Errors::new();
    let chosen = Became::from_slug(form.raw("outcome"));
    if chosen.is_none() {
        errors.add("outcome", "Select what becomes of the concern");
    }
    errors.required(&form, "told", "Enter what the school is told");
    if let (Some(chosen), true) = (chosen, errors.is_empty()) {
        match inbox::decide_and_tell(&request, id, chosen, form.text("told")).await {
            Ok(()) => return Ok(request.redirect(&format!("/schools/door/inbox/{id}"))),
            Err(error) => {
                refused(error, &[("concern", "outcome"), ("what the school is told", "told")], &mut errors)?
            }
        }
    }
    outcome_page(&request, &open, &form, &errors)
}
