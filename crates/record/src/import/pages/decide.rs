//! A file is checked again, confirmed or discarded.

use govuk::{Button, WarningText};
use maud::html;
use platform::{
    Error,
    audit::Subject,
    jobs,
    policy::Action,
    web::{Outcome, Path, Request},
};
use uuid::Uuid;

use super::{new::order_check, show::job_of};
use crate::import::{self, ApplyImport, State};

/// Orders a check of a file that has none, or another one.
pub(super) async fn check(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let file = import::by_id(&request, id).await?;
    if !file.state()?.may_check() {
        return Err(Error::Conflict.into());
    }
    if !is_under_way(&request, id).await? {
        order_check(&request, id).await?;
    }
    Ok(request.redirect(&format!("/imports/{id}")))
}

/// Orders the import of a file whose preview was read, or takes up again one that was cut off.
pub(super) async fn confirm(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let file = import::by_id(&request, id).await?;
    if !file.state()?.may_apply() {
        return Err(Error::Conflict.into());
    }
    if !is_under_way(&request, id).await? {
        let mut change = request.change(Action::ConfirmImport, Subject::of("import", id)).await?;
        jobs::order(&mut change, ApplyImport::NAME, &import::params(id)).await?;
        change.commit().await?;
    }
    Ok(request.redirect(&format!("/imports/{id}")))
}

async fn is_under_way(request: &Request, id: Uuid) -> platform::Result<bool> {
    let Some(job) = job_of(request, id).await? else { return Ok(false) };
    Ok(!job.state()?.has_ended())
}

pub(super) async fn ask_to_discard(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let file = import::by_id(&request, id).await?;
    if !file.state()?.may_abandon() {
        return Err(Error::Conflict.into());
    }
    let page = request.page("Discard this file").back("Back", &format!("/imports/{id}"));
    Ok(page.render(html! {
        h1 class="govuk-heading-l" { "Discard this file" }
        p class="govuk-body" { b { (file.name) } }
        @if file.state()? == State::Applying {
            (WarningText::new("Part of it has been written. All of that is removed; the record stays as it was."))
        } @else {
            p class="govuk-body" { "The record stays as it is. The report of what was found in the file is kept." }
        }
        p class="govuk-body" { "The copy of the file is removed. To import it after all, send it again." }
        form method="post" action=(request.href(&format!("/imports/{id}/discard"))) {
            (request.csrf_field())
            div class="govuk-button-group" {
                (Button::new("Discard").warning())
                a class="govuk-link" href=(request.href(&format!("/imports/{id}"))) { "Keep it" }
            }
        }
    }))
}

pub(super) async fn discard(request: Request, Path(id): Path<Uuid>) -> Outcome {
    if is_under_way(&request, id).await? {
        return Err(Error::invalid("import", "it is being worked on; stop that first").into());
    }
    import::abandon(&request, id).await?;
    Ok(request.redirect(&format!("/imports/{id}")))
}
