//! A worker says why nothing is spent from a pot.

use govuk::{Button, ChoiceItem, InsetText, Radios, Textarea};
use maud::html;
use platform::{
    clock::date_in_words,
    web::{Errors, Form, Outcome, Path, Request},
};
use record::ui;
use uuid::Uuid;

use crate::{
    insight::{
        model::unused::Reason,
        service::{pot_to_explain, said, say_why},
    },
    pots::pages::caught,
};

pub(super) async fn form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let draft = request.draft().await?.unwrap_or_else(|| Form::of(vec![]));
    page(&request, id, &draft, &Errors::new()).await
}

pub(super) async fn take(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    match Reason::from_slug(form.text("reason")) {
        None => errors.add("reason", "Choose a reason"),
        Some(reason) => {
            let result = say_why(&request, id, reason, form.raw("words")).await;
            if caught(result, "words", &mut errors)?.is_some() {
                return Ok(request.redirect(&format!("/budgets/pots/{id}")));
            }
        }
    }
    page(&request, id, &form, &errors).await
}

async fn page(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Outcome {
    let pot = pot_to_explain(request, id).await?;
    let before = said(request, id).await?;
    let path = format!("/budgets/insight/pots/{id}/why");
    let fields = html! {
        (Reason::ALL.iter().fold(
            Radios::new("reason").legend("What is the main reason?").value(form.text("reason")).error(errors.of("reason")),
            |field, reason| field.item(ChoiceItem::new(reason.slug(), reason.title())),
        ))
        (Textarea::new("words").label("Anything to add?").value(form.raw("words")).rows(3).error(errors.of("words"))
            .hint("Needed with “Something else”. Do not name the family. Your manager reads it."))
        (Button::new("Save"))
    };
    let body = html! {
        (ui::summary(errors))
        span class="govuk-caption-l" { (pot.name) }
        h1 class="govuk-heading-l" { "Why is nothing spent from this pot?" }
        p class="govuk-body" {
            "In the pilots much of the money stayed where it was, for reasons that workers named. Nobody has to spend: your answer shows what
             stands in the way. It is a subject for supervision and no target."
        }
        @if let Some(before) = before {
            (InsetText::new(format!(
                "Said on {} by {}: {}. Say it again where it has changed.",
                date_in_words(before.said_on),
                before.recorded_by_name,
                Reason::from_slug(&before.reason).map_or("not known", Reason::short),
            )))
        }
        (ui::form(request, &path, &fields))
    };
    let title = "Why is nothing spent?";
    Ok(request
        .page(title)
        .back("The pot", &format!("/budgets/pots/{id}"))
        .in_error(!errors.is_empty())
        .render(body))
}
