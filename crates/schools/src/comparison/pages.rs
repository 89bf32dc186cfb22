//! Pages: choosing and comparing, a frozen record, and its files.

mod choice;
mod form;
mod one;
mod results;

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use platform::{
    policy::Action,
    web::{Errors, Failure, Form, Outcome, Path, Request, Route},
};
use uuid::Uuid;

use self::choice::Choice;
use super::{file, service};
use crate::Error;

/// The path of the page.
pub(super) const PATH: &str = "/schools/comparison";

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/schools/comparison", Action::ChooseSchools, open),
        Route::post("/schools/comparison", Action::ChooseSchools, compare),
        Route::get("/schools/comparison/{id}", Action::ChooseSchools, frozen),
        Route::get("/schools/comparison/{id}/schools.csv", Action::ChooseSchools, download),
        Route::get("/schools/comparison/{id}/record.json", Action::ChooseSchools, document),
    ]
}

async fn open(request: Request) -> Outcome {
    form::page(&request, &Choice::first(&request), &Errors::new(), None).await
}

/// Compares, or freezes what was compared.
async fn compare(request: Request, typed: Form) -> Outcome {
    let mut errors = Errors::new();
    let choice = Choice::read(&request, &typed, &mut errors).await?;
    let Some(settings) = choice.settings.as_ref().filter(|_| errors.is_empty()) else {
        return form::page(&request, &choice, &errors, None).await;
    };
    if typed.raw("step") == "freeze" {
        let seen = Some(typed.raw("figures")).filter(|hash| !hash.is_empty());
        let (purpose, reason) = (typed.text("purpose"), Some(typed.text("reason")));
        match service::freeze(&request, settings, purpose, reason, seen).await {
            Ok(id) => return Ok(request.redirect(&format!("{PATH}/{id}"))),
            Err(Error::Comparison(problem)) => errors.add(problem.field(), sentence(&problem.to_string())),
            Err(Error::Platform(platform::Error::Conflict)) => errors.add(
                "purpose",
                "The figures changed, or somebody else froze a comparison, since you looked. Nothing was frozen: look again \
                 and decide",
            ),
            Err(error) => return Err(error.into()),
        }
    }
    match service::compare(&request, settings).await {
        Ok(matched) => form::page(&request, &choice, &errors, Some(&matched)).await,
        Err(Error::Comparison(problem)) => {
            if errors.is_empty() {
                errors.add(problem.field(), sentence(&problem.to_string()));
            }
            form::page(&request, &choice, &errors, None).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn frozen(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let (frozen, others) = service::one(&request, id).await?;
    Ok(one::page(&request, &frozen, &others))
}

async fn download(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let (frozen, _) = service::one(&request, id).await?;
    let document = &frozen.document;
    let mut bytes = Vec::new();
    let outcome = &document.outcome;
    file::write_csv(&document.settings, outcome, &document.figures_hash, Some(&frozen), &mut bytes)?;
    Ok(attachment(bytes, "text/csv; charset=utf-8", &format!("comparison-{}.csv", document.number)))
}

/// The text under the hash, byte by byte.
async fn document(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let (frozen, _) = service::one(&request, id).await?;
    let text = frozen.document.canonical().map_err(|error| Failure::BadRequest(error.to_string()))?;
    let name = format!("comparison-{}.json", frozen.document.number);
    Ok(attachment(text.into_bytes(), "application/json", &name))
}

fn attachment(bytes: Vec<u8>, kind: &str, name: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, bytes).into_response()
}

/// A message as a sentence begins.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
