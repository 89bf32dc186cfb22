//! Pages: choosing, searches and their answers, people's decisions about links, and frozen plans.

mod form;
mod links;
mod plan;
mod search;
mod show;

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use govuk::{Cell, InsetText, Table};
use maud::{Markup, html};
use platform::{
    clock::in_words,
    policy::Action,
    web::{Errors, Form, Outcome, Request, Route},
};

use super::{
    model::Settings,
    service::{self, Listed},
};
use crate::Error;

/// The path of the page.
pub(super) const PATH: &str = "/schools/clusters";

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    let action = Action::ChooseSchools;
    vec![
        Route::get(PATH, action, choose),
        Route::post(PATH, action, ask),
        Route::get("/schools/clusters/searches/{id}", action, search::one),
        Route::get("/schools/clusters/searches/{id}/csv", action, search::csv),
        Route::get("/schools/clusters/searches/{id}/xlsx", action, search::workbook),
        Route::get("/schools/clusters/links", action, links::list),
        Route::post("/schools/clusters/links", action, links::decide),
        Route::get("/schools/clusters/plans", action, plan::list),
        Route::post("/schools/clusters/plans", action, search::freeze),
        Route::get("/schools/clusters/plans/{id}", action, plan::one),
        Route::get("/schools/clusters/plans/{id}/csv", action, plan::csv),
        Route::get("/schools/clusters/plans/{id}/xlsx", action, plan::workbook),
        Route::get("/schools/clusters/plans/{id}/json", action, plan::sealed),
    ]
}

/// The form, filled in from the address where that names settings.
async fn choose(request: Request) -> Outcome {
    let asked = form::Asked::of(|name| request.query(name));
    page(&request, &asked).await
}

/// Orders the search and leads to it.
async fn ask(request: Request, typed: Form) -> Outcome {
    let asked = form::Asked::of(|name| typed.has(name).then(|| typed.raw(name).to_owned()));
    let Some(settings) = &asked.settings else { return page(&request, &asked).await };
    match service::ask(&request, settings).await {
        Ok(id) => Ok(request.redirect(&search::path(id))),
        // What is missing is said on the page, whatever was typed.
        Err(Error::Windows(_)) => page(&request, &asked).await,
        Err(error) => Err(error.into()),
    }
}

/// The page with the form and one's own searches.
async fn page(request: &Request, asked: &form::Asked) -> Outcome {
    let mut errors = Errors::new();
    for (field, message) in &asked.wrong {
        errors.add(*field, message.clone());
    }
    let nothing = service::missing(request).await?;
    let searches = service::searches(request).await?;
    let body = html! {
        (record::ui::summary(&errors))
        (crate::ui::parts(request, PATH))
        h1 class="govuk-heading-xl" { "Clusters of schools" }
        p class="govuk-body" {
            "A cluster is a secondary school with the primaries whose pupils move on to it. Say how many social workers there are, and
             the program finds the clusters in which they reach the most children."
        }
        ul class="govuk-list" {
            li { a class="govuk-link" href=(request.href("/schools/clusters/plans")) { "Frozen plans" } }
            @if nothing.is_none() {
                li { a class="govuk-link" href=(request.href("/schools/clusters/links")) { "Links between schools and secondaries" } }
            }
        }
        @match &nothing {
            Some(why) => (InsetText::new(sentence(why))),
            None => {
                (form::settings(request, asked, &errors))
                (earlier(request, &searches))
            }
        }
    };
    Ok(request.page("Clusters of schools").wide().in_error(!errors.is_empty()).render(body))
}

/// One's own searches.
fn earlier(request: &Request, searches: &[Listed]) -> Markup {
    if searches.is_empty() {
        return html! {};
    }
    let table = Table::new().first_cell_is_header(true).head(["Asked for", "When", "Answer"]).rows(
        searches.iter().map(|one| {
            let href = request.href(&search::path(one.id));
            [
                Cell::new(html! { a class="govuk-link" href=(href) { (one.settings) } }),
                Cell::new(in_words(one.asked_at)),
                Cell::new(if one.answered { "Found" } else { "Not found yet" }),
            ]
        }),
    );
    html! {
        h2 class="govuk-heading-l" { "Your last choices" }
        (record::ui::scroll("Your last choices", table))
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

/// The settings of a form that was posted to another page, where it came from a choice.
fn settings_of(form: &Form) -> Option<Settings> {
    let field = |name: &str| form.has(name).then(|| form.raw(name).to_owned());
    form.has("clusters").then(|| form::Asked::of(field).settings).flatten()
}
