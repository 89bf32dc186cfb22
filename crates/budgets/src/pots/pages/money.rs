//! Passing money on, taking it back, closing a pot.

use govuk::{Button, Input, InsetText, Radios, Textarea};
use maud::html;
use platform::{
    policy::Action,
    web::{Errors, Failure, Form, Outcome, Path, Request},
};
use record::ui;
use uuid::Uuid;

use super::{amount, caught};
use crate::{
    ledger::{model::Bucket, store as ledger},
    money::{MOVEMENT_MAX, Pence},
    pots::{
        model::{Envelope, Level},
        reach,
        service::{self, Way},
        store,
    },
};

/// The envelope, where this person may move its money.
async fn here(request: &Request, id: Uuid) -> Result<Envelope, Failure> {
    let here = store::envelope(request.db(), id).await?;
    let action = if here.level == Level::Pot { Action::OpenPots } else { Action::ManageFunds };
    reach::require(request, action, &here).await?;
    Ok(here)
}

fn path(here: &Envelope) -> String {
    let part = if here.level == Level::Pot { "pots" } else { "envelopes" };
    format!("/budgets/{part}/{}/money", here.id)
}

pub(super) async fn form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let here = here(&request, id).await?;
    let fields = vec![("key".to_owned(), request.id().to_string()), ("way".to_owned(), "down".to_owned())];
    page(&request, &here, &Form::of(fields), &Errors::new()).await
}

pub(super) async fn pass(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let here = here(&request, id).await?;
    let mut errors = Errors::new();
    let way = match form.text("way") {
        "down" => Some(Way::Down),
        "up" => Some(Way::Up),
        _ => {
            errors.add("way", "Select which way the money goes");
            None
        }
    };
    let pence = amount(&form, "amount", MOVEMENT_MAX, &mut errors);
    if way == Some(Way::Up) {
        errors.required(&form, "reason", "Say why the money goes back");
    }
    errors.at_most(&form, "reason", crate::pots::model::REASON_MAX, "The reason");
    if let (Some(way), Some(pence), true) = (way, pence, errors.is_empty()) {
        let key = format!("pass {}", form.text("key"));
        let done = service::pass(&request, id, way, pence, form.text("reason"), &key).await;
        if caught(done, "amount", &mut errors)?.is_some() {
            return Ok(request.redirect(&format!("/budgets/envelopes/{id}")));
        }
    }
    page(&request, &here, &form, &errors).await
}

async fn page(request: &Request, here: &Envelope, form: &Form, errors: &Errors) -> Outcome {
    let left = ledger::balance(request.db(), (here.id, Bucket::Available)).await?;
    let above = match here.parent {
        Some(parent) => Some((
            store::envelope(request.db(), parent).await?.name,
            ledger::balance(request.db(), (parent, Bucket::Available)).await?,
        )),
        None => None,
    };
    let (down, up) = match &above {
        Some((name, there)) => (
            format!("From {name} into {}. {there} is there", here.name),
            format!("From {} back to {name}. {left} is here", here.name),
        ),
        None => ("More of the grant came in".to_owned(), format!("Back to the funder. {left} is here")),
    };
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Move money of " (here.name) }
        (ui::form(request, &path(here), &html! {
            input type="hidden" name="key" value=(form.text("key"));
            (Radios::new("way").legend("Which way").items([("down".to_owned(), down), ("up".to_owned(), up)])
                .value(form.text("way")).error(errors.of("way")))
            (Input::new("amount").label("How much").prefix("£").class("govuk-input--width-10")
                .value(form.raw("amount")).error(errors.of("amount")))
            (Textarea::new("reason").label("Why").hint("Needed where money goes back").rows(3)
                .value(form.raw("reason")).error(errors.of("reason")))
            (Button::new("Move the money"))
        }))
    };
    let back = format!("/budgets/envelopes/{}", here.id);
    Ok(request.page("Move money").back(here.name.clone(), &back).in_error(!errors.is_empty()).render(body))
}

pub(super) async fn close_form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    close_page(&request, id, &Form::default(), &Errors::new()).await
}

pub(super) async fn close(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    errors.required(&form, "reason", "Say why the pot is closed");
    errors.at_most(&form, "reason", crate::pots::model::REASON_MAX, "The reason");
    if errors.is_empty() {
        let done = service::close(&request, id, form.text("reason")).await;
        if caught(done, "reason", &mut errors)?.is_some() {
            return Ok(request.redirect(&format!("/budgets/envelopes/{id}")));
        }
    }
    close_page(&request, id, &form, &errors).await
}

async fn close_page(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Outcome {
    let here = here(request, id).await?;
    let left = ledger::balance(request.db(), (id, Bucket::Available)).await?;
    let words = if left > Pence::ZERO {
        format!(
            "{left} is left. It goes back to the team’s budget, and nothing can be promised from this pot any more."
        )
    } else {
        "Nothing is left in it. Nothing can be promised from this pot any more.".to_owned()
    };
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Close " (here.name) }
        (InsetText::new(words))
        (ui::form(request, &format!("/budgets/pots/{id}/close"), &html! {
            (Textarea::new("reason").label("Why").rows(3).value(form.raw("reason")).error(errors.of("reason")))
            (Button::new("Close the pot").warning())
        }))
    };
    let back = format!("/budgets/envelopes/{id}");
    Ok(request.page("Close a pot").back(here.name.clone(), &back).in_error(!errors.is_empty()).render(body))
}
