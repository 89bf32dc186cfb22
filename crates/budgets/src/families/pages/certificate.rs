//! The certificate of a draw of families. It holds numbers of nominations and never a name, so it may be given to anybody.

use axum::{http::header, response::IntoResponse as _};
use maud::html;
use platform::web::{Failure, Outcome, Path, Request};
use record::draw::{model::Draw, pages as pieces};
use uuid::Uuid;

use super::DRAWS;
use crate::families::service;

async fn drawn(request: &Request, id: Uuid) -> Result<Draw, Failure> {
    let round = service::round(request, id).await?;
    let draw = service::draw(request, &round).await?.ok_or(Failure::NotFound)?;
    if draw.result.is_none() {
        return Err(Failure::NotFound);
    }
    Ok(draw)
}

pub(super) async fn show(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let draw = drawn(&request, id).await?;
    let path = format!("{DRAWS}/{id}");
    let file = request.href(&format!("{path}/certificate.json"));
    let body = html! {
        h1 class="govuk-heading-xl" { "Certificate of a draw" }
        p class="govuk-body app-screen-only" { a class="govuk-link" href=(file) { "Download the certificate file (JSON)" } }
        h2 class="govuk-heading-m" { "What was agreed before, and sealed with the list" }
        ul class="govuk-list govuk-list--bullet" {
            @for line in &draw.plan.basis { li class="govuk-!-text-break-word" { (line) } }
        }
        (pieces::certificate(&draw, &request.org.organisation.name))
    };
    Ok(request.page("Certificate of a draw").wide().back("The draw", &path).render(body))
}

pub(super) async fn file(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let draw = drawn(&request, id).await?;
    let Some(result) = &draw.result else { return Err(Failure::NotFound) };
    let text = result.certificate.to_json().map_err(|error| Failure::BadRequest(error.to_string()))?;
    let name = format!("attachment; filename=\"families-{}.json\"", draw.number);
    let headers =
        [(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, text).into_response())
}
