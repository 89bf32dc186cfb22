//! Restricting a record, and looking after restrictions.

use std::collections::BTreeSet;

use axum::response::Response;
use govuk::{
    Button, Cell, CharacterCount, Checkboxes, ChoiceItem, Radios, SummaryList, SummaryRow, Table, Tag,
    TagColour,
};
use maud::{Markup, html};
use platform::{
    auth::service::directory::Colleague,
    clock::{date_in_words, in_words},
    policy::Action,
    web::{Errors, Failure, Form, Outcome, Path, Request, Route},
};
use uuid::Uuid;

use super::{
    State, Step,
    service::{self, Held, REASON_MAX, Terms},
};
use crate::{
    access::{Access, Outline, outline_for},
    staff, ui,
};

/// The routes of this module.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/people/{id}/restrict", Action::RestrictRecord, form),
        Route::post("/people/{id}/restrict", Action::RestrictRecord, restrict),
        Route::get("/restrictions", Action::RestrictRecord, list),
        Route::get("/restrictions/{id}", Action::RestrictRecord, one),
        Route::post("/restrictions/{id}", Action::RestrictRecord, step),
    ]
}

async fn child(request: &Request, id: Uuid) -> Result<Outline, Failure> {
    match outline_for(request, id, Action::RestrictRecord, "restriction").await? {
        Access::Open(outline) => Ok(outline),
        Access::Ask(_) => Err(Failure::Forbidden),
    }
}

async fn form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let child = child(&request, id).await?;
    let own =
        vec![("allow".to_owned(), request.actor.id.to_string()), ("who".to_owned(), "allow".to_owned())];
    page(&request, &child, &Form::of(own), &Errors::new()).await
}

async fn page(request: &Request, child: &Outline, form: &Form, errors: &Errors) -> Result<Response, Failure> {
    let people = staff::may_be_listed(request).await?;
    let title = format!("Restrict the record of {}", child.title());
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { (title) }
        p class="govuk-body" { "The restriction holds at once. Somebody else confirms it." }
        (ui::form(request, &format!("/people/{}/restrict", child.id), &html! {
            (Radios::new("who").legend("Who may see the record?")
                .item(ChoiceItem::new("allow", "Only the people on the allow list"))
                .item(ChoiceItem::new("all", "Everyone who may otherwise, but the people on the deny list"))
                .value(value(form, "who")).error(errors.of("who")))
            (names("allow", "Allow list", &people, form, errors))
            (names("deny", "Deny list", &people, form, errors))
            (CharacterCount::new("reason").label("Why").rows(3).max_length(REASON_MAX as u32)
                .value(value(form, "reason")).error(errors.of("reason")))
            (ui::date_input(form, "review", "Look at it again on", "At most a year from now", errors))
            (Button::new("Restrict the record").warning())
        }))
    };
    Ok(request.page(title).back("Back", "/restrictions").in_error(!errors.is_empty()).render(body))
}

fn value(form: &Form, name: &str) -> Option<String> {
    Some(form.raw(name).to_owned()).filter(|text| !text.is_empty())
}

fn names(name: &'static str, legend: &str, people: &[Colleague], form: &Form, errors: &Errors) -> Markup {
    let boxes = Checkboxes::new(name)
        .legend(legend)
        .small()
        .items(people.iter().map(|one| ChoiceItem::new(one.id.to_string(), one.name.as_str())))
        .values(form.all(name).map(str::to_owned))
        .error(errors.of(name));
    html! { (boxes) }
}

async fn restrict(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let child = child(&request, id).await?;
    let mut errors = Errors::new();
    let known: BTreeSet<Uuid> = staff::may_be_listed(&request).await?.into_iter().map(|one| one.id).collect();
    let chosen = |name| {
        form.all(name)
            .filter_map(|id| id.parse().ok())
            .filter(|id| known.contains(id))
            .collect::<BTreeSet<Uuid>>()
    };
    if !matches!(form.raw("who"), "allow" | "all") {
        errors.add("who", "Select who may see the record");
    }
    errors.required(&form, "reason", "Enter why the record is restricted");
    errors.at_most(&form, "reason", REASON_MAX, "The reason");
    let review_on = ui::date(&form, "review", "The date", &mut errors);
    if review_on.is_none() && errors.of("review-day").is_none() {
        errors.add("review-day", "Enter when to look at it again");
    }
    if let (Some(review_on), true) = (review_on, errors.is_empty()) {
        let terms = Terms {
            allow_list_only: form.raw("who") == "allow",
            allow: if form.raw("who") == "allow" { chosen("allow") } else { BTreeSet::new() },
            deny: chosen("deny"),
            reason: form.raw("reason").to_owned(),
            review_on,
        };
        match service::restrict(&request, child.id, &terms).await {
            Ok(_) => return Ok(request.redirect("/restrictions")),
            Err(error) => ui::refused(error, "who", &mut errors)?,
        }
    }
    page(&request, &child, &form, &errors).await
}

fn tag(state: State) -> Tag {
    Tag::new(state.title()).colour(match state {
        State::Requested => TagColour::Yellow,
        State::Active | State::Extended => TagColour::Blue,
        State::ReviewDue => TagColour::Red,
        State::Lifted => TagColour::Grey,
    })
}

async fn list(request: Request) -> Outcome {
    let lines = service::list(&request).await?;
    let table = Table::new().head(["Record", "State", "Review on", "Decide"]).first_cell_is_header(true).rows(
        lines.iter().map(|line| {
            let (name, link) = match &line.open {
                Some((id, child)) => (
                    child.title(),
                    html! {
                        a class="govuk-link" href=(request.href(&format!("/restrictions/{id}"))) {
                            "Look after" span class="govuk-visually-hidden" { " the restriction of " (child.title()) }
                        }
                    },
                ),
                None => ("A restricted record".to_owned(), html! { "You are not on its list" }),
            };
            [
                Cell::new(name),
                Cell::new(tag(line.state)),
                Cell::new(date_in_words(line.review_on)),
                Cell::new(link),
            ]
        }),
    );
    let body = html! {
        h1 class="govuk-heading-l" { "Restricted records" }
        @if lines.is_empty() {
            p class="govuk-body" { "There is none that you look after." }
        } @else { (ui::scroll("Restricted records", table)) }
    };
    Ok(request.page("Restricted records").wide().render(body))
}

async fn one(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let held = service::one(&request, id).await?;
    held_page(&request, &held, &Form::default(), &Errors::new()).await
}

async fn held_page(
    request: &Request,
    held: &Held,
    form: &Form,
    errors: &Errors,
) -> Result<Response, Failure> {
    let names = staff::names(request, held.allow.iter().chain(&held.deny).copied()).await?;
    let on = |ids: &[Uuid]| {
        let all: Vec<&str> = ids.iter().filter_map(|id| names.get(id)).map(String::as_str).collect();
        if all.is_empty() { "Nobody".to_owned() } else { all.join(", ") }
    };
    let row = &held.row;
    let title = format!("Restriction of {}", held.child.title());
    let confirmed = match (&row.confirmed_by_name, row.confirmed_at) {
        (Some(name), Some(at)) => format!("{name}, {}", in_words(at)),
        _ => "Not yet".to_owned(),
    };
    let path = format!("/restrictions/{}", row.id);
    let button = |step: &'static str, inner: Markup| {
        ui::form(request, &path, &html! { input type="hidden" name="step" value=(step); (inner) })
    };
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { (title) }
        (SummaryList::new()
            .row(SummaryRow::new("State", tag(held.state)))
            .row(SummaryRow::new("Who may see it", if row.allow_list_only {
                "Only the allow list"
            } else {
                "Everyone who may otherwise, but the deny list"
            }))
            .row(SummaryRow::new("Allow list", on(&held.allow)))
            .row(SummaryRow::new("Deny list", on(&held.deny)))
            .row(SummaryRow::new("Why", row.reason.as_str()))
            .row(SummaryRow::new("Review on", date_in_words(row.review_on)))
            .row(SummaryRow::new("Asked for by", format!("{}, {}", row.requested_by_name, in_words(row.requested_at))))
            .row(SummaryRow::new("Confirmed by", confirmed)))
        @if held.state.after(Step::Confirm, row.requested_by == request.actor.id).is_ok() {
            (button("confirm", html! { (Button::new("Confirm the restriction")) }))
        }
        @if held.state.holds() {
            h2 class="govuk-heading-m" { "Extend it" }
            (button("extend", html! {
                (ui::date_input(form, "review", "Look at it again on", "At most a year from now", errors))
                (Button::new("Extend").secondary())
            }))
            h2 class="govuk-heading-m" { "Lift it" }
            (button("lift", html! {
                (CharacterCount::new("reason").label("Why it is no longer needed").rows(3)
                    .max_length(REASON_MAX as u32).value(value(form, "reason")).error(errors.of("reason")))
                (Button::new("Lift the restriction").warning())
            }))
        }
    };
    Ok(request
        .page(title)
        .back("Back to the list", "/restrictions")
        .in_error(!errors.is_empty())
        .render(body))
}

async fn step(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let step = match form.raw("step") {
        "confirm" => Step::Confirm,
        "extend" => Step::Extend,
        "lift" => Step::Lift,
        _ => return Err(Failure::BadRequest("choose what to do with the restriction".to_owned())),
    };
    let review_on = ui::date(&form, "review", "The date", &mut errors);
    if step == Step::Lift {
        errors.required(&form, "reason", "Enter why it is no longer needed");
    }
    if errors.is_empty() {
        let field = if step == Step::Extend { "review-day" } else { "reason" };
        match service::step(&request, id, step, review_on, form.raw("reason")).await {
            Ok(State::Lifted) => return Ok(request.redirect("/restrictions")),
            Ok(_) => return Ok(request.redirect(&format!("/restrictions/{id}"))),
            Err(error) => ui::refused(error, field, &mut errors)?,
        }
    }
    let held = service::one(&request, id).await?;
    held_page(&request, &held, &form, &errors).await
}
