//! My money: balance, what was asked, agreed and not agreed, and asking for something.

use govuk::{Button, Cell, ExitThisPage, Input, InsetText, Table, Tag, TagColour, Textarea};
use maud::{Markup, html};
use platform::{
    clock::date_in_words,
    web::{Errors, Failure, Form, Outcome, Path, Request},
};
use record::ui;
use uuid::Uuid;

use crate::{
    money::{Pence, TYPED_MAX},
    own::{
        model::{Answer, Part, Seen, WHAT_MAX, WORDS_MAX},
        service::{self, NewAsk, Own},
    },
    pots::pages::{amount, caught},
};

pub(super) async fn show(request: Request) -> Outcome {
    let all = service::mine(&request).await?;
    let asked = request.query("asked").is_some();
    let body = html! {
        (ExitThisPage::new())
        @if asked { (InsetText::new(html! { strong { "You have asked." } " Your worker will read it and answer here." })) }
        h1 class="govuk-heading-xl" { "My money" }
        @if all.is_empty() {
            (InsetText::new("Nobody has shared money with you here yet. Ask your worker."))
        }
        @for own in &all { (part(&request, own)) }
    };
    Ok(request.page("My money").render(body))
}

fn part(request: &Request, own: &Own) -> Markup {
    html! {
        @match own.balance {
            Some(left) => {
                p class="govuk-body-l" { "There is " strong { (left) } " left to use." }
                p class="govuk-body" { "This money is for things that help you and your family. Your worker decides with you, and somebody else may have to agree." }
            }
            None if own.as_needed => p class="govuk-body" { "There is money for things that help you and your family, and no set amount. Your worker asks for what you agree together, and somebody else may have to agree." }
            None => p class="govuk-body" { "Your worker can spend money on things that help you and your family. It is for several families, so there is no balance of your own." },
        }
        @if let Some(worker) = &own.worker { p class="govuk-body" { "Your worker is " (worker) "." } }
        (Button::new("Ask for something").href(request.href(&format!("/my-money/{}/ask", own.share))))
        h2 class="govuk-heading-l" { "What was asked for" }
        @if own.seen.is_empty() { p class="govuk-body" { "Nothing yet." } }
        @else { (seen(&own.seen)) }
        @if !own.asks.is_empty() {
            h2 class="govuk-heading-l" { "What you asked for yourself" }
            @for (ask, answer) in &own.asks {
                h3 class="govuk-heading-m" { (ask.what) }
                p class="govuk-body" { "Asked on " (date_in_words(ask.asked_on)) "." }
                @match answer {
                    Some(answer) => (InsetText::new(html! {
                        strong { (Answer::from_slug(&answer.answer).map_or("", Answer::title)) } br;
                        (answer.words) br;
                        span class="govuk-hint" { (answer.recorded_by_name) ", " (date_in_words(answer.answered_on)) }
                    })),
                    None => p class="govuk-body" { (Tag::new("Waiting for an answer").colour(TagColour::Blue)) },
                }
            }
        }
        p class="govuk-body" {
            @if own.part == Part::YoungPerson { "If something is wrong here, or you do not want others to see it, tell your worker or your advocate." }
            @else { "If something is wrong here, tell your worker." }
        }
    }
}

fn seen(all: &[Seen]) -> Markup {
    let line = |one: &Seen| {
        [
            Cell::new(html! {
                (one.what)
                @if !one.why_not.is_empty() { br; span class="govuk-hint" { "Why not: " (one.why_not) } }
            }),
            Cell::number(one.pence),
            Cell::new(html! { (one.stands) br; span class="govuk-hint" { (date_in_words(one.on)) } }),
        ]
    };
    let table = Table::new()
        .head(["For what"])
        .heading(Cell::new("How much").numeric(true))
        .heading("Answer")
        .rows(all.iter().map(line));
    html! { (table) }
}

/// The share, if it is theirs.
async fn own(request: &Request, id: Uuid) -> Result<Own, Failure> {
    let all = service::mine(request).await?;
    all.into_iter().find(|own| own.share == id).ok_or(Failure::NotFound)
}

pub(super) async fn ask_form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    own(&request, id).await?;
    let key = vec![("key".to_owned(), request.id().to_string())];
    let form = request.draft().await?.unwrap_or_else(|| Form::of(key));
    Ok(page(&request, id, &form, &Errors::new()))
}

pub(super) async fn ask(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    errors.required(&form, "what", "Say what you would like");
    errors.at_most(&form, "what", WHAT_MAX, "What you would like");
    errors.at_most(&form, "why", WORDS_MAX, "Why");
    let pence =
        if form.text("amount").is_empty() { None } else { amount(&form, "amount", TYPED_MAX, &mut errors) };
    if errors.is_empty() {
        let new = NewAsk {
            share: id,
            what: form.text("what").to_owned(),
            why: form.text("why").to_owned(),
            pence,
            key: form.text("key").to_owned(),
        };
        if caught(service::ask(&request, &new).await, "what", &mut errors)?.is_some() {
            return Ok(request.redirect("/my-money?asked=yes"));
        }
    }
    own(&request, id).await?;
    Ok(page(&request, id, &form, &errors))
}

fn page(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> axum::response::Response {
    let body = html! {
        (ExitThisPage::new())
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Ask for something" }
        (ui::form(request, &format!("/my-money/{id}/ask"), &html! {
            input type="hidden" name="key" value=(form.text("key"));
            (Input::new("what").label("What would you like?").hint("For example, football boots, a bus pass, help to decorate a room")
                .value(form.raw("what")).error(errors.of("what")))
            (Input::new("amount").label("What may it cost? (optional)").prefix("£").class("govuk-input--width-5")
                .value(form.raw("amount")).error(errors.of("amount")))
            (Textarea::new("why").label("How would it help? (optional)").rows(3).value(form.raw("why")).error(errors.of("why")))
            (Button::new("Ask"))
        }))
    };
    request.page("Ask for something").back("My money", "/my-money").in_error(!errors.is_empty()).render(body)
}

/// What something may cost, in words.
pub(super) fn cost(pence: Option<i64>) -> String {
    pence.map_or_else(|| "They do not say what it costs".to_owned(), |pence| Pence::new(pence).to_string())
}
