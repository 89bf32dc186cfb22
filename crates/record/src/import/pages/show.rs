//! One import: its progress, its preview with the decision, or its report.

use axum::response::Response;
use govuk::{Button, InsetText, NotificationBanner, SummaryList, WarningText};
use maud::{Markup, html};
use platform::{
    Result,
    clock::in_words,
    jobs::{
        self,
        store::{Job, latest},
    },
    policy::{Action, may_ever},
    web::{Outcome, Path, Request, upload::bytes_in_words},
};
use uuid::Uuid;

use super::{
    summary::overview,
    wording::{tag, title},
};
use crate::{
    entity::import_file,
    import::{self, ApplyImport, CheckImport, State},
};

pub(super) async fn show(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let file = import::by_id(&request, id).await?;
    let job = job_of(&request, id).await?;
    let state = file.state()?;
    let working = match &job {
        Some(job) => !job.state()?.has_ended(),
        None => false,
    };
    Ok(match state {
        State::Received | State::Checking => progress(&request, &file, job.as_ref())?,
        State::Checked | State::Refused if working => progress(&request, &file, job.as_ref())?,
        State::Applying => progress(&request, &file, job.as_ref())?,
        State::Checked | State::Refused => preview(&request, &file, job.as_ref()).await?,
        State::Applied | State::Abandoned => report(&request, &file).await?,
    })
}

/// The newest job that works on an import.
pub(super) async fn job_of(request: &Request, id: Uuid) -> Result<Option<Job>> {
    latest(request.db(), &[CheckImport::NAME, ApplyImport::NAME], &import::params(id)).await
}

/// What is known of the file itself.
fn facts(file: &import_file::Model) -> Result<Markup> {
    let mut list = SummaryList::new()
        .row(("File", file.name.as_str()))
        .row(("Size", bytes_in_words(u64::try_from(file.bytes).unwrap_or(0))))
        .row(("Sent by", format!("{} on {}", file.received_by_name, in_words(file.received_at))))
        .row(("State", tag(file.state()?)));
    if let Some(header) = &file.summary()?.header {
        let authority = header.la_name.clone().unwrap_or_else(|| "not a known authority".to_owned());
        list = list.row(("Authority", format!("{authority} ({})", header.la_code)));
        if let Some(software) = &header.software {
            list = list.row(("Made by", software.as_str()));
        }
    }
    if let (Some(at), Some(by)) = (file.applied_at, &file.applied_by_name) {
        list = list.row(("Imported", format!("by {by} on {}", in_words(at))));
    }
    let digest = html! { span class="govuk-body-s app-break" { (file.sha256) } };
    Ok(html! { (list.row(("Digest (SHA-256)", digest))) })
}

fn progress(request: &Request, file: &import_file::Model, job: Option<&Job>) -> Result<Response> {
    let importing = file.state()? == State::Applying || job.is_some_and(|job| job.kind == ApplyImport::NAME);
    let heading = if importing { "Importing" } else { "Checking" };
    let ended = job.map(|job| job.state()).transpose()?.is_none_or(|state| state.has_ended());
    let page = request.page(format!("{heading} a file")).back("Imports", "/imports");
    Ok(page.render(html! {
        span class="govuk-caption-l" { (title(file)?) }
        h1 class="govuk-heading-l" { (heading) " the file" }
        @if let Some(job) = job { (jobs::panel(request, job)?) }
        @if ended {
            @if importing {
                p class="govuk-body" {
                    "The import was cut off. None of it is visible; it can be taken up where it was, or discarded."
                }
                (post(request, file, "confirm", Button::new("Take it up again"), Action::ConfirmImport))
            } @else {
                p class="govuk-body" { "The file has not been checked to its end." }
                (post(request, file, "check", Button::new("Check the file"), Action::UploadFile))
            }
            (discard_link(request, file))
        } @else {
            p class="govuk-body" { "You can leave this page. The work goes on, and this page shows how far it is." }
        }
        (facts(file)?)
    }))
}

async fn preview(request: &Request, file: &import_file::Model, job: Option<&Job>) -> Result<Response> {
    let summary = file.summary()?;
    let refused = file.state()? == State::Refused;
    let overview = overview(request, file, &summary, false).await?;
    let failed = job.filter(|job| job.error.is_some());
    // An order to import that ended in a new preview: the record had changed meanwhile.
    let again = failed.is_none() && job.is_some_and(|job| job.kind == ApplyImport::NAME);
    let page = request.page(title(file)?).back("Imports", "/imports").wide();
    Ok(page.render(html! {
        @if request.query("known").is_some() { (known()) }
        @if again && !refused {
            (NotificationBanner::new(html! {
                p class="govuk-notification-banner__heading" {
                    "The record changed after the preview was made. Nothing was imported: read the new preview."
                }
            }))
        }
        span class="govuk-caption-l" { "Preview" }
        h1 class="govuk-heading-l" { (title(file)?) }
        @if let Some(job) = failed { (jobs::panel(request, job)?) }
        @if let Some(why) = &file.blocked {
            (WarningText::new(format!("This file cannot be imported: {why}.")))
        } @else if !summary.changes_something() {
            (InsetText::new("The record says all of this already. Importing the file would change nothing."))
        }
        (overview)
        @if !refused {
            (post(request, file, "confirm", Button::new("Confirm and import").prevent_double_click(true), Action::ConfirmImport))
        }
        (post(request, file, "check", Button::new("Check again").secondary(), Action::UploadFile))
        (discard_link(request, file))
        h2 class="govuk-heading-m" { "The file" }
        (facts(file)?)
    }))
}

async fn report(request: &Request, file: &import_file::Model) -> Result<Response> {
    let summary = file.summary()?;
    let applied = file.state()? == State::Applied;
    let overview = overview(request, file, &summary, applied).await?;
    let page = request.page(title(file)?).back("Imports", "/imports").wide();
    Ok(page.render(html! {
        @if request.query("known").is_some() { (known()) }
        span class="govuk-caption-l" { (if applied { "Report" } else { "Discarded" }) }
        h1 class="govuk-heading-l" { (title(file)?) }
        @if !applied {
            (InsetText::new("This file was discarded. Nothing of it is in the record; this is what was found in it."))
        }
        (overview)
        h2 class="govuk-heading-m" { "The file" }
        (facts(file)?)
        @if let Some(earlier) = file.supersedes {
            p class="govuk-body" {
                "It takes the place of "
                a class="govuk-link" href=(request.href(&format!("/imports/{earlier}"))) { "an earlier file" }
                ", which stays in the record as it was known then."
            }
        }
    }))
}

fn known() -> Markup {
    html! {
        (NotificationBanner::new(html! {
            p class="govuk-notification-banner__heading" {
                "This very file was sent before. This is what became of it; nothing was changed."
            }
        }))
    }
}

/// A button that posts, for those who may.
fn post(request: &Request, file: &import_file::Model, act: &str, button: Button, action: Action) -> Markup {
    html! {
        @if may_ever(&request.actor, action) {
            form method="post" action=(request.href(&format!("/imports/{}/{act}", file.id))) {
                (request.csrf_field())
                (button)
            }
        }
    }
}

fn discard_link(request: &Request, file: &import_file::Model) -> Markup {
    html! {
        @if may_ever(&request.actor, Action::ConfirmImport) {
            p class="govuk-body" {
                a class="govuk-link" href=(request.href(&format!("/imports/{}/discard", file.id))) {
                    "Discard this file"
                }
            }
        }
    }
}
