//! Closing a period, and the end of the year.

use govuk::{Button, InsetText, Radios, SummaryList, SummaryRow, Textarea};
use maud::html;
use platform::{
    clock::date_in_words,
    policy::{Action, Object, decide},
    web::{Errors, Form, Outcome, Path, Request},
};
use record::ui;
use uuid::Uuid;

use crate::{
    finance::service::periods,
    pots::{pages::caught, store as pots},
};

pub(super) async fn show(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let form = Form::of(vec![("key".to_owned(), request.id().to_string())]);
    page(&request, id, &form, &Errors::new()).await
}

pub(super) async fn close(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let day = ui::date(&form, "last-day", "Last day", &mut errors);
    if day.is_none() && errors.is_empty() {
        errors.add("last-day-day", "Enter the last day of the period");
    }
    if let (Some(day), true) = (day, errors.is_empty()) {
        let done = periods::close(&request, id, day, form.text("note")).await;
        if caught(done, "last-day-day", &mut errors)?.is_some() {
            return Ok(request.redirect(&format!("/budgets/funds/{id}/close")));
        }
    }
    page(&request, id, &form, &errors).await
}

pub(super) async fn take_back(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let to_funder = match form.text("where") {
        "funder" => Some(true),
        "carry" => Some(false),
        _ => {
            errors.add("where", "Select where the unspent money goes");
            None
        }
    };
    errors.required(&form, "reason", "Say what was agreed about the unspent money");
    if let (Some(to_funder), true) = (to_funder, errors.is_empty()) {
        let key = format!("year {}", form.text("key"));
        let done = periods::take_back(&request, id, to_funder, form.text("reason"), &key).await;
        if caught(done, "where", &mut errors)?.is_some() {
            return Ok(request.redirect("/budgets/tree"));
        }
    }
    page(&request, id, &form, &errors).await
}

async fn page(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Outcome {
    let fund = pots::fund(request.db(), id).await?;
    let closed = pots::closed_until(request.db(), id).await?;
    let left = periods::left(request, id).await?;
    let may = decide(&request.actor, Action::ManageFunds, Object::None).is_allowed();
    let list = SummaryList::new()
        .row(SummaryRow::new("Unspent in pots, teams and councils", left.below.to_string()))
        .row(SummaryRow::new("Unspent in the grant itself", left.grant.to_string()))
        .row(SummaryRow::new("Promised and not paid yet", left.promised.to_string()));
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Close a period of " (fund.name) }
        @match closed {
            Some(day) => (InsetText::new(format!("Everything up to {} is closed.", date_in_words(day)))),
            None => (InsetText::new("No period is closed yet.")),
        }
        (ui::form(request, &format!("/budgets/funds/{id}/close"), &html! {
            (ui::date_input(form, "last-day", "Last day of the period", "Nothing is booked on that day or an earlier one any more. What was paid must be handed over first", errors))
            (Textarea::new("note").label("Note (optional)").rows(2).value(form.raw("note")).error(errors.of("note")))
            (Button::new("Close the period"))
        }))
        h2 class="govuk-heading-l" { "End of the year" }
        (list)
        @if may {
            (ui::form(request, &format!("/budgets/funds/{id}/take-back"), &html! {
                input type="hidden" name="key" value=(form.text("key"));
                (Radios::new("where").legend("Where the unspent money goes").items([
                    ("carry".to_owned(), "Back to the grant, to be passed on again next year (carried)".to_owned()),
                    ("funder".to_owned(), "Back to the grant and from there to the funder (returned)".to_owned()),
                ]).value(form.text("where")).error(errors.of("where")))
                (Textarea::new("reason").label("What was agreed, and with whom").rows(2).value(form.raw("reason")).error(errors.of("reason")))
                (Button::new("Take back all unspent money").warning())
            }))
        }
    };
    Ok(request
        .page("Close a period")
        .back("Hand over to finance", "/budgets/handover")
        .in_error(!errors.is_empty())
        .render(body))
}
