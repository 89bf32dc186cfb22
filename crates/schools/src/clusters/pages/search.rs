//! One's own search: how far it is, then what was found, and freezing it.

use govuk::{Details, InsetText, WarningText};
use maud::{Markup, html};
use platform::{
    clock::in_words,
    web::{Errors, Failure, Form, Outcome, Path, Request},
};
use uuid::Uuid;

use super::{XLSX, attachment, form, sentence, show};
use crate::{
    Error,
    clusters::{
        file::{Sheet, write_csv, xlsx},
        model::Frozen,
        service::{self, Asked, Report},
    },
};

/// The path of a search.
pub(super) fn path(id: Uuid) -> String {
    format!("{}/searches/{id}", super::PATH)
}

pub(super) async fn one(request: Request, Path(id): Path<Uuid>) -> Outcome {
    page(&request, id, &Form::default(), Errors::new()).await
}

async fn page(request: &Request, id: Uuid, typed: &Form, errors: Errors) -> Outcome {
    let asked = service::asked(request, id).await?;
    let title = if asked.report.is_some() { "Chosen clusters" } else { "Choosing clusters" };
    let body = html! {
        (record::ui::summary(&errors))
        (crate::ui::parts(request, super::PATH))
        h1 class="govuk-heading-xl" { (title) }
        p class="govuk-body" { (asked.settings.words()) "." }
        @match &asked.report {
            Some(report) => (found(request, &asked, report, typed, &errors)),
            None => (waiting(request, &asked).await?),
        }
    };
    Ok(request
        .page(title)
        .wide()
        .back("Clusters of schools", super::PATH)
        .in_error(!errors.is_empty())
        .render(body))
}

/// How far the job is.
async fn waiting(request: &Request, asked: &Asked) -> Result<Markup, Failure> {
    let job = match asked.job {
        Some(job) => platform::jobs::find(request, job).await.map(Some).or_else(|error| match error {
            platform::Error::NotFound => Ok(None),
            error => Err(error),
        })?,
        None => None,
    };
    let ended = match &job {
        Some(job) => job.state()?.has_ended(),
        None => true,
    };
    Ok(html! {
        @if let Some(job) = &job {
            (platform::jobs::panel(request, job)?)
        }
        @if ended {
            p class="govuk-body" { "This search brought no answer. You can ask again." }
            (form::settings(request, &form::Asked::by(&asked.settings), &Errors::new()))
        } @else {
            p class="govuk-body" {
                "This takes some seconds, or longer while other work runs before it. The search goes on if you leave this page: you find it again under "
                a class="govuk-link" href=(request.href(super::PATH)) { "Clusters of schools" } "."
            }
        }
    })
}

/// What was found, then what can be done with it.
fn found(request: &Request, asked: &Asked, report: &Report, typed: &Form, errors: &Errors) -> Markup {
    let settings = &report.question.settings;
    let link = |file: &str| request.href(&format!("{}/{file}", path(asked.id)));
    let change = form::settings(request, &form::Asked::by(settings), &Errors::new());
    let chosen = report.choice.nothing.is_none();
    html! {
        @if asked.changed {
            (InsetText::new("The record has changed since this choice was asked for. Choose again to have it from the figures as they are now."))
        }
        (WarningText::new("This page shows small numbers of children. Freeze a plan to have a page that can be printed for others."))
        (Details::new("Choose again with other settings", change).open(!chosen))
        (show::choice(&report.choice, settings, &Frozen::places_of(&report.question.sites), false))
        p class="govuk-body" {
            "Found " (in_words(report.at)) ". "
            a class="govuk-link" href=(link("csv")) { "Download this choice (CSV)" } " "
            a class="govuk-link" href=(link("xlsx")) { "Download this choice (Excel)" }
        }
        @if chosen {
            h2 class="govuk-heading-l" id="freeze" { "Freeze this choice as a plan" }
            p class="govuk-body" {
                "A plan keeps this choice, the settings and a hash of the figures, with your name and the time. Nobody can change it afterwards;
                 a new choice is a new plan."
            }
            (form::freeze(request, asked.id, typed, errors))
        }
        h2 class="govuk-heading-l" id="links" { "Add a school by hand, or refuse a link" }
        p class="govuk-body" {
            "Pupil referral units and special schools come in by hand, because pupils do not move on from them as from a primary. "
            a class="govuk-link" href=(request.href("/schools/clusters/links")) { "See every link and what people decided" }
        }
        (form::decision(request, &report.question.sites, Some(settings), &Form::default(), &Errors::new()))
    }
}

pub(super) async fn freeze(request: Request, form: Form) -> Outcome {
    let Ok(id) = form.text("search").parse::<Uuid>() else {
        return Err(Failure::BadRequest("A plan is frozen from a choice.".to_owned()));
    };
    let mut errors = Errors::new();
    errors.required(&form, "title", "Enter a name for the plan");
    errors.at_most(&form, "title", service::TITLE_MAX, "The name");
    errors.required(&form, "why", "Enter why these clusters are chosen");
    errors.at_most(&form, "why", service::REASON_MAX, "The reason");
    if errors.is_empty() {
        match service::freeze(&request, id, form.raw("title"), form.raw("why")).await {
            Ok(id) => return Ok(request.redirect(&format!("/schools/clusters/plans/{id}"))),
            Err(Error::Platform(platform::Error::Invalid { why, .. })) => errors.add("title", sentence(&why)),
            Err(error) => return Err(error.into()),
        }
    }
    page(&request, id, &form, errors).await
}

async fn report(request: &Request, id: Uuid) -> Result<Report, Failure> {
    service::asked(request, id).await?.report.ok_or(Failure::NotFound)
}

pub(super) async fn csv(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let report = report(&request, id).await?;
    let mut bytes = Vec::new();
    write_csv(&Sheet::of_report(&report), &mut bytes)?;
    Ok(attachment(bytes, "text/csv; charset=utf-8", "clusters.csv"))
}

pub(super) async fn workbook(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let report = report(&request, id).await?;
    Ok(attachment(xlsx(&Sheet::of_report(&report))?, XLSX, "clusters.xlsx"))
}
