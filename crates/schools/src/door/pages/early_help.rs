//! Opening early help from what is known, and ending it.

use axum::response::Response;
use govuk::{
    Button, Checkboxes, ChoiceItem, Input, InsetText, Legend, Radios, Select, SelectItem, Size, SummaryList,
    Textarea,
};
use maud::html;
use platform::{
    clock::date_in_words,
    policy::Action,
    web::{Errors, Failure, Form, Outcome, Path, Request, Route},
};
use record::ui;
use uuid::Uuid;

use super::pieces::{carried, chosen, lines, pupil, refused, sent, tell, thread};
use crate::door::{
    model::words::{HelpEnd, HelpReason},
    service::{
        casework::{Carried, Origin, carry},
        early_help::{self, New},
    },
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/schools/door/from/{kind}/{id}/early-help", Action::OpenEarlyHelp, form),
        Route::post("/schools/door/from/{kind}/{id}/early-help", Action::OpenEarlyHelp, open),
        Route::get("/schools/door/early-help/{id}", Action::OpenEarlyHelp, one),
        Route::post("/schools/door/early-help/{id}", Action::OpenEarlyHelp, end),
    ]
}

pub(super) fn origin(kind: &str, id: Uuid) -> Result<Origin, Failure> {
    Origin::of(kind, id).ok_or(Failure::NotFound)
}

async fn form(request: Request, Path((kind, id)): Path<(String, Uuid)>) -> Outcome {
    let carried = carry(&request, Action::OpenEarlyHelp, origin(&kind, id)?).await?;
    page(&request, &carried, &Form::default(), &Errors::new())
}

fn page(request: &Request, from: &Carried, form: &Form, errors: &Errors) -> Result<Response, Failure> {
    let words =
        "We have begun early help with the family. I will be in touch about how school can take part.";
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Open early help" }
        (carried(from))
        h2 class="govuk-heading-m" { "What is new" }
        (ui::form(request, &format!("/schools/door/from/{}/early-help", from.origin.path()), &html! {
            (sent())
            (Select::new("reason").label("Why early help begins").item(SelectItem::new("", "Choose a reason"))
                .items(HelpReason::ALL.iter().map(|reason| SelectItem::new(reason.slug(), reason.title())))
                .value(form.raw("reason").to_owned()).error(errors.of("reason")))
            (Textarea::new("help").label("What the help is").value(form.raw("help").to_owned()).error(errors.of("help")))
            (Input::new("organisation").label("Who gives it").hint("Leave it empty where it is the council")
                .value(form.raw("organisation").to_owned()).error(errors.of("organisation")))
            (ui::date_input(form, "start", "First day", "Leave it empty for today", errors))
            (Checkboxes::new("agrees").legend(Legend::new("Agreement").size(Size::Small))
                .item(ChoiceItem::new("yes", "The family agrees to early help"))
                .values(form.all("agrees").map(str::to_owned)).error(errors.of("agrees")))
            (tell(&from.concerns, form, words, errors))
            (Button::new("Open early help"))
        }))
    };
    Ok(request
        .page("Open early help")
        .back("Back", &from.origin.page())
        .in_error(!errors.is_empty())
        .render(body))
}

async fn open(request: Request, Path((kind, id)): Path<(String, Uuid)>, form: Form) -> Outcome {
    let origin = origin(&kind, id)?;
    let from = carry(&request, Action::OpenEarlyHelp, origin).await?;
    let mut errors = Errors::new();
    let reason = HelpReason::from_slug(form.raw("reason"));
    if reason.is_none() {
        errors.add("reason", "Choose why early help begins");
    }
    errors.required(&form, "help", "Enter what the help is");
    let start = ui::date(&form, "start", "The first day", &mut errors).unwrap_or(request.today());
    let agrees = form.raw("agrees") == "yes";
    if !agrees {
        errors.add("agrees", "Early help needs the agreement of the family");
    }
    let answers = chosen(&form);
    if !answers.is_empty() {
        errors.required(&form, "told", "Enter what the school is told");
    }
    if let (Some(reason), true) = (reason, errors.is_empty()) {
        let new = New {
            reason,
            help: form.text("help").to_owned(),
            organisation: form.text("organisation").to_owned(),
            start,
            family_agrees: agrees,
            answers,
            told: form.text("told").to_owned(),
        };
        match early_help::open(&request, origin, &new).await {
            Ok(id) => return Ok(request.redirect(&format!("/schools/door/early-help/{id}"))),
            Err(error) => {
                let fields = [
                    ("early help", "reason"),
                    ("what the help is", "help"),
                    ("who gives the help", "organisation"),
                    ("first day", "start-day"),
                    ("what the school is told", "told"),
                    ("concerns", "answers"),
                ];
                refused(error, &fields, &mut errors)?;
            }
        }
    }
    page(&request, &from, &form, &errors)
}

async fn one(request: Request, Path(id): Path<Uuid>) -> Outcome {
    shown(&request, id, &Form::default(), &Errors::new()).await
}

async fn shown(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Outcome {
    let (row, from) = early_help::one(request, id).await?;
    let reason = HelpReason::from_slug(&row.reason).map_or("", HelpReason::title);
    let ended = row.end_date.map(|on| {
        let why = row.end_reason.as_deref().and_then(HelpEnd::from_slug).map_or("", HelpEnd::title);
        format!("{}: {why}", date_in_words(on))
    });
    let referral = format!("/schools/door/from/early-help/{id}/referral");
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Early help " (row.reference) }
        (pupil(&from.pupil).row(("School", from.school.as_str())))
        (SummaryList::new()
            .row(("Since", date_in_words(row.start_date)))
            .row(("Reason", reason))
            .row(("What the help is", lines(&row.help)))
            .row(("Given by", row.organisation.as_str()))
            .row(("Worker", row.worker_name.as_str()))
            .row(("Ended", ended.clone().map_or_else(|| html! { span class="app-empty" { "It runs" } }, |text| html! { (text) }))))
        p class="govuk-body" { a class="govuk-link" href=(request.href(&referral)) { "Send a referral to the front door" } ": prefilled from what is known" }
        @if ended.is_none() {
            h2 class="govuk-heading-m" { "End early help" }
            (ui::form(request, &format!("/schools/door/early-help/{id}"), &html! {
                (Radios::new("reason").legend(Legend::new("Why it ends").size(Size::Small))
                    .items(HelpEnd::ALL.iter().map(|end| ChoiceItem::new(end.slug(), end.title())))
                    .value(form.raw("reason").to_owned()).error(errors.of("reason")))
                (ui::date_input(form, "end", "Last day", "Leave it empty for today", errors))
                (Button::new("End early help").secondary())
            }))
        } @else {
            (InsetText::new("This early help has ended. To begin again, open early help from a concern or a consultation."))
        }
        h2 class="govuk-heading-m" { "The thread" }
        (thread(&from.steps, |path| request.href(path)))
    };
    let page = request
        .page(format!("Early help {}", row.reference))
        .back("Concerns from schools", "/schools/door/inbox");
    Ok(page.in_error(!errors.is_empty()).render(body))
}

async fn end(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let reason = HelpEnd::from_slug(form.raw("reason"));
    if reason.is_none() {
        errors.add("reason", "Select why it ends");
    }
    let on = ui::date(&form, "end", "The last day", &mut errors).unwrap_or(request.today());
    if let (Some(reason), true) = (reason, errors.is_empty()) {
        match early_help::end(&request, id, on, reason).await {
            Ok(()) => return Ok(request.redirect(&format!("/schools/door/early-help/{id}"))),
            Err(error) => refused(error, &[("last day", "end-day")], &mut errors)?,
        }
    }
    shown(&request, id, &form, &errors).await
}
