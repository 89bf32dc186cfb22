//! Letting a young person or parent see the money of their own.

use govuk::{Button, Input, InsetText, Radios};
use maud::html;
use platform::web::{Errors, Form, Outcome, Path, Request};
use record::ui;
use uuid::Uuid;

use crate::{
    own::{model::Part, service},
    pots::pages::caught,
};

pub(super) async fn form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    page(&request, id, &Form::default(), &Errors::new()).await
}

pub(super) async fn share(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    errors.required(&form, "sign-in", "Enter the e-mail address with which they sign in");
    errors.at_most(&form, "sign-in", 254, "The e-mail address");
    let part = Part::from_slug(form.text("part"));
    if part.is_none() {
        errors.add("part", "Select who they are");
    }
    if let (Some(part), true) = (part, errors.is_empty()) {
        let done = service::share(&request, id, form.text("sign-in"), part).await;
        if caught(done, "sign-in", &mut errors)?.is_some() {
            return Ok(request.redirect(&format!("/budgets/children/{id}/share")));
        }
    }
    page(&request, id, &form, &errors).await
}

pub(super) async fn end(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let child = service::child_of(&request, id).await?;
    let mut errors = Errors::new();
    let done = service::end_share(&request, id, form.text("reason")).await;
    if caught(done, &format!("reason-{id}"), &mut errors)?.is_some() {
        return Ok(request.redirect(&format!("/budgets/children/{child}/share")));
    }
    page(&request, child, &Form::default(), &errors).await
}

async fn page(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Outcome {
    let (name, with) = service::shared_with(request, id).await?;
    let items = Part::ALL.iter().map(|part| (part.slug().to_owned(), part.title().to_owned()));
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Who sees the money of " (name) }
        p class="govuk-body" { "They see what is left, what was asked for and what was answered, as far as you have written down that the family was told. They see no notes." }
        @if with.is_empty() { (InsetText::new("Nobody outside the council sees it.")) }
        @for (share, who, part) in &with {
            h2 class="govuk-heading-m" { (who) " (" (part.title().to_lowercase()) ")" }
            (ui::form(request, &format!("/budgets/shares/{share}/end"), &html! {
                (Input::new("reason").id(format!("reason-{share}")).label("Why it ends")
                    .error(errors.of(&format!("reason-{share}"))))
                (Button::new(format!("End it for {who}")).warning())
            }))
        }
        h2 class="govuk-heading-m" { "Let somebody see it" }
        (ui::form(request, &format!("/budgets/children/{id}/share"), &html! {
            (Input::new("sign-in").label("E-mail address with which they sign in").hint("An administrator makes the sign-in")
                .value(form.raw("sign-in")).error(errors.of("sign-in")))
            (Radios::new("part").legend("Who they are").items(items).value(form.text("part")).error(errors.of("part")))
            (Button::new("Let them see it"))
        }))
    };
    Ok(request.page("Who sees the money").in_error(!errors.is_empty()).render(body))
}
