//! Writing down a grant, and a later end of it.

use govuk::{Button, Input, InsetText, Textarea};
use maud::{Markup, html};
use platform::{
    clock::date_in_words,
    web::{Errors, Form, Outcome, Path, Request},
};
use record::ui;
use uuid::Uuid;

use super::{amount, caught};
use crate::{
    money::MOVEMENT_MAX,
    pots::{
        service::{self, NewFund},
        store,
    },
};

const PATH: &str = "/budgets/funds/new";

pub(super) async fn new(request: Request) -> Outcome {
    let key = vec![("key".to_owned(), request.id().to_string())];
    let form = request.draft().await?.unwrap_or_else(|| Form::of(key));
    Ok(page(&request, &form, &Errors::new()))
}

pub(super) async fn create(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    for (field, message) in [("name", "Enter the name of the grant"), ("funder", "Enter who gives the money")]
    {
        errors.required(&form, field, message);
    }
    let pence = amount(&form, "amount", MOVEMENT_MAX, &mut errors);
    let first_day = day(&form, "first-day", "First day", &mut errors);
    let end_date = day(&form, "end", "Last day", &mut errors);
    if let (Some(pence), Some(first_day), Some(end_date), true) =
        (pence, first_day, end_date, errors.is_empty())
    {
        let fund = NewFund {
            name: form.text("name").to_owned(),
            funder: form.text("funder").to_owned(),
            reference: form.text("reference").to_owned(),
            first_day,
            end_date,
            pence,
        };
        let key = format!("grant {}", form.text("key"));
        let made = service::create_fund(&request, &fund, &key).await;
        if let Some(grant) = caught(made, "name", &mut errors)? {
            return Ok(request.redirect(&format!("/budgets/envelopes/{grant}")));
        }
    }
    Ok(page(&request, &form, &errors))
}

/// A date that must be there.
pub(super) fn day(form: &Form, name: &str, what: &str, errors: &mut Errors) -> Option<chrono::NaiveDate> {
    let date = ui::date(form, name, what, errors);
    if date.is_none() && errors.of(&format!("{name}-day")).is_none() {
        errors.add(format!("{name}-day"), format!("{what} must be filled in"));
    }
    date
}

fn page(request: &Request, form: &Form, errors: &Errors) -> axum::response::Response {
    let field = |name: &'static str, label: &'static str| {
        Input::new(name).label(label).value(form.raw(name)).error(errors.of(name))
    };
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Write down a grant" }
        (ui::form(request, PATH, &html! {
            input type="hidden" name="key" value=(form.text("key"));
            (field("name", "Name of the grant"))
            (field("funder", "Who gives the money"))
            (field("reference", "Their reference (optional)"))
            (field("amount", "How much").prefix("£").class("govuk-input--width-10"))
            (ui::date_input(form, "first-day", "First day on which it may be used", "For example, 1 4 2019", errors))
            (ui::date_input(form, "end", "Last day on which anything may be promised from it", "For example, 31 3 2020. A later end is recorded as an extension", errors))
            (Button::new("Save"))
        }))
    };
    request
        .page("Write down a grant")
        .back("Budgets", "/budgets/tree")
        .in_error(!errors.is_empty())
        .render(body)
}

pub(super) async fn extend_form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    extend_page(&request, id, &Form::default(), &Errors::new()).await
}

pub(super) async fn extend(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    errors.required(&form, "agreed-by", "Enter who agreed to it");
    errors.required(&form, "reason", "Say why the money may be used for longer");
    let end = day(&form, "end", "New last day", &mut errors);
    if let (Some(end), true) = (end, errors.is_empty()) {
        let done = service::extend(&request, id, end, form.text("agreed-by"), form.text("reason")).await;
        if caught(done, "end-day", &mut errors)?.is_some() {
            return Ok(request.redirect("/budgets/tree"));
        }
    }
    extend_page(&request, id, &form, &errors).await
}

async fn extend_page(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Outcome {
    let fund = store::fund(request.db(), id).await?;
    let before = store::extensions(request.db(), id).await?;
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Record an extension of " (fund.name) }
        (InsetText::new(format!("Its last day is {} now.", date_in_words(fund.end_date))))
        (ui::form(request, &format!("/budgets/funds/{id}/extend"), &html! {
            (ui::date_input(form, "end", "New last day", "For example, 30 6 2020", errors))
            (Input::new("agreed-by").label("Who agreed to it").value(form.raw("agreed-by")).error(errors.of("agreed-by")))
            (Textarea::new("reason").label("Why").rows(3).value(form.raw("reason")).error(errors.of("reason")))
            (Button::new("Record the extension"))
        }))
        @if !before.is_empty() { (earlier(&before)) }
    };
    Ok(request
        .page("Record an extension")
        .back("Budgets", "/budgets/tree")
        .in_error(!errors.is_empty())
        .render(body))
}

fn earlier(extensions: &[crate::pots::entity::fund_extension::Model]) -> Markup {
    html! {
        h2 class="govuk-heading-m" { "Earlier extensions" }
        ul class="govuk-list govuk-list--bullet" {
            @for one in extensions {
                li { "To " (date_in_words(one.end_date)) ", agreed by " (one.agreed_by) ": " (one.reason) }
            }
        }
    }
}
