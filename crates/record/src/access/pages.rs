//! The question for a reason before a record opens, and the review of the answers.

use axum::response::Response;
use govuk::{Button, Cell, CharacterCount, ChoiceItem, Radios, Table, patterns::InterruptionCard};
use maud::{Markup, html};
use platform::{
    clock::in_words,
    policy::{Action, Why},
    web::{Errors, Failure, Form, Outcome, Path, Request, Route},
};
use uuid::Uuid;

use super::{
    Access, Opened, ReasonCode, ReviewOutcome,
    grant::{self, GrantKind, REASON_MAX, Waiting},
    judge, open_for, outlines,
};
use crate::ui;

/// The routes of this module.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::post("/people/{id}/reason", Action::ViewChild, give_reason),
        Route::get("/access-reviews", Action::ReviewAccess, queue),
        Route::get("/access-reviews/{id}", Action::ReviewAccess, review_form),
        Route::post("/access-reviews/{id}", Action::ReviewAccess, review),
    ]
}

/// Opens a child's record for a page, or gives the answer to send instead: the question for a reason, or the
/// way to the record that this one was merged into.
pub(crate) async fn child(
    request: &Request,
    id: Uuid,
    action: Action,
    page: &str,
) -> Result<Result<Opened, Response>, Failure> {
    match open_for(request, id, action, page).await? {
        Access::Open(opened) if opened.was_moved() && request.session.is_some() => {
            let path = request.path.replacen(&id.to_string(), &opened.id().to_string(), 1);
            Ok(Err(request.redirect(&path)))
        }
        Access::Open(opened) => Ok(Ok(opened)),
        Access::Ask(why) => {
            let form = Form::of(vec![("return".into(), request.path.clone())]);
            Ok(Err(gate(request, id, why, &form, &Errors::new()).await?))
        }
    }
}

/// Opens a child's record in a handler, or returns from it with the answer to send instead.
macro_rules! opened {
    ($request:expr, $id:expr, $action:expr, $page:literal) => {
        match $crate::access::pages::child(&$request, $id, $action, $page).await? {
            Ok(child) => child,
            Err(response) => return Ok(response),
        }
    };
    ($request:expr, $id:expr, $page:literal) => {
        $crate::access::pages::opened!($request, $id, platform::policy::Action::ViewChild, $page)
    };
}
pub(crate) use opened;

/// The card that asks for a reason.
async fn gate(
    request: &Request,
    id: Uuid,
    why: Why,
    form: &Form,
    errors: &Errors,
) -> Result<Response, Failure> {
    let (title, words) = match why {
        Why::NotYours => {
            let judged = judge(request, Action::ViewOutline, &[id]).await?;
            let known = outlines(request, Action::ViewOutline, &judged.listed, "question for a reason").await?;
            let who = known.first().map_or_else(|| "This child".to_owned(), super::Outline::title);
            (
                "Why do you need to open this record?",
                format!("{who} is not allocated to you or your team."),
            )
        }
        Why::Restricted => (
            "This record is restricted",
            "You are not on the list of people who may see it. In an emergency you can open it with a reason."
                .to_owned(),
        ),
    };
    let fields = html! {
        (request.csrf_field())
        input type="hidden" name="return" value=(form.raw("return"));
        (Radios::new("reason-code").legend("Your reason")
            .items(ReasonCode::ALL.iter().map(|code| ChoiceItem::new(code.slug(), code.title())))
            .value(some(form.raw("reason-code")))
            .error(errors.of("reason-code")))
        (CharacterCount::new("reason").label("What you need to find out or do").rows(3)
            .max_length(REASON_MAX as u32)
            .value(some(form.raw("reason"))).error(errors.of("reason")))
    };
    let body = html! {
        p { (words) }
        p { "Your name, the time and your reason will be logged. Access ends after 3 hours and a manager reviews it." }
    };
    let card = InterruptionCard::new(title, request.href(&format!("/people/{id}/reason")))
        .body(body)
        .fields(fields)
        .submit("Open the record")
        .cancel("Do not open it", request.href("/today"));
    let page = html! { (ui::summary(errors)) (card) };
    Ok(request.page(title).in_error(!errors.is_empty()).render(page))
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

async fn give_reason(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let back = back_to(&form, id);
    let mut errors = Errors::new();
    let code = ReasonCode::from_slug(form.raw("reason-code"));
    if code.is_none() {
        errors.add("reason-code", "Select a reason");
    }
    errors.required(&form, "reason", "Enter what you need to find out or do");
    errors.at_most(&form, "reason", REASON_MAX, "Your reason");
    if let (Some(code), true) = (code, errors.is_empty()) {
        grant::give(&request, id, code, form.raw("reason")).await?;
        return Ok(request.redirect(&back));
    }
    match super::ask(&request, id, Action::ViewChild).await? {
        Access::Open(_) => Ok(request.redirect(&back)),
        Access::Ask(why) => gate(&request, id, why, &form, &errors).await,
    }
}

/// Only ever back to a page of the same child.
fn back_to(form: &Form, id: Uuid) -> String {
    let home = format!("/people/{id}");
    let asked = form.raw("return");
    let rest = asked.strip_prefix(&home);
    let good = rest.is_some_and(|rest| {
        rest.is_empty()
            || rest
                .strip_prefix('/')
                .is_some_and(|page| page.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
    });
    if good { asked.to_owned() } else { home }
}

async fn queue(request: Request) -> Outcome {
    let waiting = grant::waiting(&request).await?;
    let table = Table::new()
        .head(["Who", "Record", "Kind of access", "When", "State", "Review"])
        .first_cell_is_header(true)
        .rows(waiting.iter().map(|one| {
            [
                Cell::new(one.user_name.as_str()),
                Cell::new(record(&request, one)),
                Cell::new(one.kind.title()),
                Cell::new(in_words(one.granted_at)),
                Cell::new(one.state.title()),
                Cell::new(html! {
                    a class="govuk-link" href=(request.href(&format!("/access-reviews/{}", one.id))) {
                        "Review" span class="govuk-visually-hidden" { " the access of " (one.user_name) }
                    }
                }),
            ]
        }));
    let body = html! {
        h1 class="govuk-heading-l" { "Access to review" }
        p class="govuk-body" { (count(waiting.len())) " You cannot review your own." }
        @if !waiting.is_empty() { (ui::scroll("Access to review", table)) }
    };
    Ok(request.page("Access to review").wide().render(body))
}

fn count(waiting: usize) -> String {
    match waiting {
        0 => "Nothing waits for your review.".to_owned(),
        1 => "1 access waits for review.".to_owned(),
        many => format!("{many} accesses wait for review."),
    }
}

fn record(request: &Request, one: &Waiting) -> Markup {
    match &one.open {
        Some((child, _)) => html! {
            (child.title())
            @if child.restricted { " (restricted)" }
            br; a class="govuk-link" href=(request.href(&format!("/people/{}/looked", child.id))) {
                "Who has looked" span class="govuk-visually-hidden" { " at " (child.title()) }
            }
        },
        None => html! { "A restricted record" },
    }
}

async fn review_form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let waiting = grant::one_waiting(&request, id).await?;
    Ok(review_page(&request, &waiting, &Form::default(), &Errors::new()))
}

fn review_page(request: &Request, one: &Waiting, form: &Form, errors: &Errors) -> Response {
    let title = match one.kind {
        GrantKind::Reasoned => "Review access with a reason",
        GrantKind::Emergency => "Review emergency access",
    };
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { (title) }
        (govuk::SummaryList::new()
            .row(govuk::SummaryRow::new("Who looked", one.user_name.as_str()))
            .row(govuk::SummaryRow::new("Record", record(request, one)))
            .row(govuk::SummaryRow::new("From", in_words(one.granted_at)))
            .row(govuk::SummaryRow::new("Until", in_words(one.expires_at)))
            .row(govuk::SummaryRow::new("Reason", one.code.map_or("Not known", ReasonCode::title)))
            .row(govuk::SummaryRow::new("In their words", match &one.open {
                Some((_, reason)) => html! { (reason) },
                None => html! { span class="app-hidden" { "Hidden from you: it may say whose record it is" } },
            })))
        @if one.own {
            p class="govuk-body" { "This access is your own. Somebody else must review it." }
        } @else { (ui::form(request, &format!("/access-reviews/{}", one.id), &html! {
            (Radios::new("outcome").legend("What did you find?")
                .items(ReviewOutcome::ALL.iter().map(|found| ChoiceItem::new(found.slug(), found.title())))
                .value(some(form.raw("outcome"))).error(errors.of("outcome")))
            (CharacterCount::new("note").label("Note (optional)").rows(3).max_length(REASON_MAX as u32)
                .value(some(form.raw("note"))).error(errors.of("note")))
            (Button::new("Sign off"))
        })) }
    };
    request.page(title).back("Back to the list", "/access-reviews").in_error(!errors.is_empty()).render(body)
}

async fn review(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let outcome = ReviewOutcome::from_slug(form.raw("outcome"));
    if outcome.is_none() {
        errors.add("outcome", "Select what you found");
    }
    errors.at_most(&form, "note", REASON_MAX, "Your note");
    if let (Some(outcome), true) = (outcome, errors.is_empty()) {
        match grant::review(&request, id, outcome, form.raw("note")).await {
            Ok(()) => return Ok(request.redirect("/access-reviews")),
            Err(error) => ui::refused(error, "outcome", &mut errors)?,
        }
    }
    let waiting = grant::one_waiting(&request, id).await?;
    Ok(review_page(&request, &waiting, &form, &errors))
}
