//! What families ask for, and the worker's answer.

use govuk::{Button, InsetText, Radios, SummaryList, SummaryRow, Textarea};
use maud::html;
use platform::{
    clock::date_in_words,
    web::{Errors, Form, Outcome, Path, Request},
};
use record::ui;
use uuid::Uuid;

use super::mine::cost;
use crate::{
    own::{
        model::{Answer, WORDS_MAX},
        service,
    },
    pots::pages::caught,
};

pub(super) async fn list(request: Request) -> Outcome {
    let waiting = service::waiting(&request).await?;
    let body = html! {
        (crate::ui::parts(&request, "/budgets/asks"))
        h1 class="govuk-heading-xl" { "What families ask for" }
        @if waiting.is_empty() { (InsetText::new("Nothing waits for your answer.")) }
        @else {
            ul class="govuk-list govuk-list--spaced" {
                @for ask in &waiting {
                    li {
                        a class="govuk-link" href=(request.href(&format!("/budgets/asks/{}", ask.id))) { (ask.what) }
                        " (" (cost(ask.pence)) "), asked on " (date_in_words(ask.asked_on))
                    }
                }
            }
        }
    };
    Ok(request.page("What families ask for").render(body))
}

pub(super) async fn form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    page(&request, id, &Form::default(), &Errors::new()).await
}

pub(super) async fn answer(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let chosen = Answer::from_slug(form.text("answer"));
    if chosen.is_none() {
        errors.add("answer", "Select an answer");
    }
    errors.required(&form, "words", "Write an answer that they can read");
    errors.at_most(&form, "words", WORDS_MAX, "The answer");
    if let (Some(chosen), true) = (chosen, errors.is_empty()) {
        let done = service::answer(&request, id, chosen, form.text("words")).await;
        if caught(done, "answer", &mut errors)?.is_some() {
            let next = if chosen == Answer::WillAsk { "/budgets/spend" } else { "/budgets/asks" };
            return Ok(request.redirect(next));
        }
    }
    page(&request, id, &form, &errors).await
}

async fn page(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Outcome {
    let (ask, before, child) = service::one_waiting(request, id).await?;
    let list = SummaryList::new()
        .row(SummaryRow::new("Child", child))
        .row(SummaryRow::new("Asked by", ask.recorded_by_name.clone()))
        .row(SummaryRow::new("On", date_in_words(ask.asked_on)))
        .row(SummaryRow::new("May cost", cost(ask.pence)))
        .row(SummaryRow::new(
            "How it would help",
            if ask.why.is_empty() { "Not said".to_owned() } else { ask.why.clone() },
        ));
    let items = Answer::ALL.iter().map(|one| (one.slug().to_owned(), one.title().to_owned()));
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { (ask.what) }
        (list)
        @match before {
            Some(answer) => (InsetText::new(html! {
                strong { (Answer::from_slug(&answer.answer).map_or("", Answer::title)) } br; (answer.words)
            })),
            None => (ui::form(request, &format!("/budgets/asks/{id}"), &html! {
                (Radios::new("answer").legend("Your answer").items(items).value(form.text("answer")).error(errors.of("answer")))
                (Textarea::new("words").label("In words that they can read").hint("They see this on their own page").rows(4)
                    .value(form.raw("words")).error(errors.of("words")))
                (Button::new("Answer"))
            })),
        }
    };
    Ok(request
        .page("What a family asks for")
        .back("What families ask for", "/budgets/asks")
        .in_error(!errors.is_empty())
        .render(body))
}
