//! Pages: choosing, people's decisions about links, and frozen plans.

mod form;
mod links;
mod plan;
mod show;

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use govuk::{InsetText, WarningText};
use maud::{Markup, html};
use platform::{
    policy::Action,
    web::{Errors, Form, Outcome, Request, Route},
};

use super::{
    file::{Sheet, write_csv, xlsx},
    model::{Frozen, Settings},
    service::{self, Report},
};
use crate::Error;

/// The path of the page.
pub(super) const PATH: &str = "/schools/clusters";

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    let action = Action::ChooseSchools;
    vec![
        Route::get(PATH, action, choose),
        Route::get("/schools/clusters.csv", action, csv),
        Route::get("/schools/clusters.xlsx", action, workbook),
        Route::get("/schools/clusters/links", action, links::list),
        Route::post("/schools/clusters/links", action, links::decide),
        Route::get("/schools/clusters/plans", action, plan::list),
        Route::post("/schools/clusters/plans", action, freeze),
        Route::get("/schools/clusters/plans/{id}", action, plan::one),
        Route::get("/schools/clusters/plans/{id}/csv", action, plan::csv),
        Route::get("/schools/clusters/plans/{id}/xlsx", action, plan::workbook),
        Route::get("/schools/clusters/plans/{id}/json", action, plan::sealed),
    ]
}

async fn choose(request: Request) -> Outcome {
    let asked = form::Asked::of(|name| request.query(name));
    page(&request, &asked, &Form::default(), Errors::new()).await
}

/// The page with a choice, or with what is wrong with the settings or with freezing.
async fn page(request: &Request, asked: &form::Asked, typed: &Form, mut errors: Errors) -> Outcome {
    for (field, message) in &asked.wrong {
        errors.add(*field, message.clone());
    }
    let report = match &asked.settings {
        Some(settings) => match service::report(request, settings).await {
            Ok(report) => Ok(report),
            Err(Error::Windows(why)) => Err(Some(why)),
            Err(error) => return Err(error.into()),
        },
        None => Err(None),
    };
    let report = match report {
        Ok(report) => Some(report),
        Err(Some(why)) => {
            let body = html! {
                (crate::ui::parts(request, PATH))
                h1 class="govuk-heading-xl" { "Clusters of schools" }
                (InsetText::new(sentence(&why)))
            };
            return Ok(request.page("Clusters of schools").wide().render(body));
        }
        Err(None) => None,
    };
    let body = html! {
        (record::ui::summary(&errors))
        (crate::ui::parts(request, PATH))
        h1 class="govuk-heading-xl" { "Clusters of schools" }
        p class="govuk-body" {
            "A cluster is a secondary school with the primaries whose pupils move on to it. Say how many social workers there are, and
             this page finds the clusters in which they reach the most children. " a class="govuk-link" href=(request.href("/schools/clusters/plans")) { "Frozen plans" }
        }
        (form::settings(request, asked, &errors))
        @match &report {
            Some(report) => (results(request, report, typed, &errors)),
            None => p class="govuk-body" { "Correct the settings to see a choice." }
        }
    };
    Ok(request.page("Clusters of schools").wide().in_error(!errors.is_empty()).render(body))
}

fn results(request: &Request, report: &Report, typed: &Form, errors: &Errors) -> Markup {
    let query = form::query(&report.settings);
    let link = |path: &str| format!("{}{query}", request.href(path));
    html! {
        (WarningText::new("This page shows small numbers of children. Freeze a plan to have a page that can be printed for others."))
        (show::choice(&report.choice, &report.settings, &Frozen::places_of(&report.sites), false))
        p class="govuk-body" {
            a class="govuk-link" href=(link("/schools/clusters.csv")) { "Download this choice (CSV)" } " "
            a class="govuk-link" href=(link("/schools/clusters.xlsx")) { "Download this choice (Excel)" }
        }
        h2 class="govuk-heading-l" id="links" { "Add a school by hand, or refuse a link" }
        p class="govuk-body" {
            "Pupil referral units and special schools come in by hand, because pupils do not move on from them as from a primary. "
            a class="govuk-link" href=(request.href("/schools/clusters/links")) { "See every link and what people decided" }
        }
        (form::decision(request, &report.sites, &report.settings, &Form::default(), &Errors::new()))
        @if report.choice.nothing.is_none() {
            h2 class="govuk-heading-l" { "Freeze this choice as a plan" }
            p class="govuk-body" {
                "A plan keeps the choice, the settings and a hash of the figures, with your name and the time. Nobody can change it afterwards;
                 a new choice is a new plan."
            }
            (form::freeze(request, &report.settings, typed, errors))
        }
    }
}

async fn freeze(request: Request, form: Form) -> Outcome {
    let asked = form::Asked::of(|name| form.has(name).then(|| form.raw(name).to_owned()));
    let mut errors = Errors::new();
    errors.required(&form, "title", "Enter a name for the plan");
    errors.at_most(&form, "title", service::TITLE_MAX, "The name");
    errors.required(&form, "why", "Enter why these clusters are chosen");
    errors.at_most(&form, "why", service::REASON_MAX, "The reason");
    if let (Some(settings), true) = (&asked.settings, errors.is_empty()) {
        match service::freeze(&request, settings, form.raw("title"), form.raw("why")).await {
            Ok(id) => return Ok(request.redirect(&format!("/schools/clusters/plans/{id}"))),
            Err(Error::Platform(platform::Error::Invalid { why, .. })) => errors.add("title", sentence(&why)),
            Err(error) => return Err(error.into()),
        }
    }
    page(&request, &asked, &form, errors).await
}

async fn report(request: &Request) -> Result<Report, platform::web::Failure> {
    let asked = form::Asked::of(|name| request.query(name));
    match &asked.settings {
        Some(settings) => Ok(service::report(request, settings).await?),
        None => {
            let wrong = asked.wrong.iter().map(|(_, message)| format!("{message}.")).collect::<Vec<_>>();
            Err(platform::web::Failure::BadRequest(wrong.join(" ")))
        }
    }
}

async fn csv(request: Request) -> Outcome {
    let report = report(&request).await?;
    let mut bytes = Vec::new();
    write_csv(&sheet(&report), &mut bytes)?;
    Ok(attachment(bytes, "text/csv; charset=utf-8", "clusters.csv"))
}

async fn workbook(request: Request) -> Outcome {
    let report = report(&request).await?;
    Ok(attachment(xlsx(&sheet(&report))?, XLSX, "clusters.xlsx"))
}

fn sheet(report: &Report) -> Sheet<'_> {
    Sheet {
        organisation: &report.organisation,
        settings: &report.settings,
        choice: &report.choice,
        at: report.at,
        lines: vec![
            format!("Figures hash: {}", report.ground.figures.hash()),
            format!("Links hash: {}", report.ground.links_hash()),
        ],
        hide: false,
    }
}

/// The content type of a workbook.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn attachment(bytes: Vec<u8>, kind: &str, name: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, bytes).into_response()
}

/// A message as a sentence of a page.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let mut words: String =
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    if !words.ends_with('.') {
        words.push('.');
    }
    words
}

/// The settings of a form that was posted to another page, for the way back.
fn back_to(form: &Form) -> String {
    let asked = form::Asked::of(|name| form.has(name).then(|| form.raw(name).to_owned()));
    asked.settings.as_ref().map(|settings: &Settings| form::query(settings)).unwrap_or_default()
}
