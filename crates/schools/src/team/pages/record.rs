//! Writing a session down, and correcting one.

use ::record::ui;
use govuk::{Button, Input, NotificationBanner, WarningText};
use maud::{Markup, html};
use platform::web::{Errors, Failure, Form, Outcome, Path, Request};
use uuid::Uuid;

use super::{
    form,
    parts::{caught, minutes},
};
use crate::team::{
    entity::activity_session::Model,
    model::Kind,
    service::{
        activity::{self, Log},
        session_of,
        sessions::REASON_MAX,
    },
};

const PATH: &str = "/schools/team/activity/new";

pub(super) async fn new(request: Request) -> Outcome {
    let like = request.query("like").and_then(|id| id.parse::<Uuid>().ok());
    let form = match request.draft().await? {
        Some(draft) => draft,
        None => form::filled(&activity::proposal(&request, like).await?),
    };
    let saved = match request.query("saved").and_then(|id| id.parse::<Uuid>().ok()) {
        Some(id) => Some(activity::history(&request, id).await?),
        None => None,
    };
    page(&request, &form, &Errors::new(), saved.as_ref()).await
}

pub(super) async fn create(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let schools = activity::choices(&request).await?;
    let session = form::read(&request, &form, &schools, request.actor.id, &mut errors);
    if let (Some(session), true) = (session, errors.is_empty())
        && let Some(id) = caught(activity::record(&request, &session).await, &mut errors)?
    {
        return Ok(request.redirect(&format!("{PATH}?saved={id}")));
    }
    page(&request, &form, &errors, None).await
}

async fn page(request: &Request, form: &Form, errors: &Errors, saved: Option<&Log>) -> Outcome {
    let schools = activity::choices(request).await?;
    let body = html! {
        (ui::summary(errors))
        @if let Some(log) = saved { @if let Some(row) = log.rows.first() { (banner(request, log, row)) } }
        h1 class="govuk-heading-l" { "Record work" }
        @if schools.is_empty() {
            p class="govuk-body" { "The register of schools was not imported yet, so no school can be chosen." }
        }
        (ui::form(request, PATH, &html! {
            (form::fields(request, form, &schools, errors))
            (form::save())
        }))
        p class="govuk-body-s" { "This counts as activity. It is never a contact or a referral." }
    };
    Ok(request
        .page("Record work")
        .back("The team in schools", "/schools/team")
        .in_error(!errors.is_empty())
        .render(body))
}

fn banner(request: &Request, log: &Log, row: &Model) -> Markup {
    let kind = Kind::from_slug(&row.kind).map_or("Session", Kind::title);
    let again = request.href(&format!("{PATH}?like={}", row.id));
    let words = html! {
        p class="govuk-notification-banner__heading" {
            "Saved: " (kind) ", " (minutes(row.minutes)) " at " (log.school(row.urn))
        }
        p class="govuk-body" {
            a class="govuk-notification-banner__link" href=(again) { "Add another like this" } " or "
            a class="govuk-notification-banner__link" href=(request.href("/schools/team/activity")) { "see all activity" }
        }
    };
    html! { (NotificationBanner::new(words).success(true)) }
}

pub(super) async fn correct_form(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let (log, row) = correctable(&request, id).await?;
    let form = match request.draft().await? {
        Some(draft) => draft,
        None => form::filled(&session_of(&row)?),
    };
    correct_page(&request, &log, &row, &form, &Errors::new()).await
}

/// The latest version of a session that the actor may correct.
async fn correctable(request: &Request, id: Uuid) -> Result<(Log, Model), Failure> {
    let log = activity::history(request, id).await?;
    let row = log.rows.first().cloned().ok_or(Failure::NotFound)?;
    if activity::may_correct(request, &row).await? { Ok((log, row)) } else { Err(Failure::NotFound) }
}

pub(super) async fn correct(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let (log, row) = correctable(&request, id).await?;
    let mut errors = Errors::new();
    // The version that was on the screen, so that nobody's correction is written over unseen.
    let seen = form.text("version").parse::<Uuid>().map_err(|_| Failure::NotFound)?;
    errors.required(&form, "reason", "Enter why it changes");
    errors.at_most(&form, "reason", REASON_MAX, "The reason");
    let reason = form.text("reason");
    let done = if form.text("action") == "withdraw" {
        if errors.is_empty() {
            caught(activity::withdraw(&request, seen, reason).await, &mut errors)?
        } else {
            None
        }
    } else {
        let schools = choices(&request, &log, &row).await?;
        let session = form::read(&request, &form, &schools, row.worker_id, &mut errors);
        match session.filter(|_| errors.is_empty()) {
            Some(session) => caught(activity::correct(&request, seen, &session, reason).await, &mut errors)?,
            None => None,
        }
    };
    match done {
        Some(series) => Ok(request.redirect(&format!("/schools/team/activity/{series}"))),
        None => correct_page(&request, &log, &row, &form, &errors).await,
    }
}

/// The schools to choose from, and the one of the session where it has closed since.
async fn choices(request: &Request, log: &Log, row: &Model) -> Result<Vec<(u32, String)>, Failure> {
    let mut schools = activity::choices(request).await?;
    if let Ok(urn) = u32::try_from(row.urn)
        && !schools.iter().any(|(known, _)| *known == urn)
    {
        schools.insert(0, (urn, log.school(row.urn)));
    }
    Ok(schools)
}

async fn correct_page(request: &Request, log: &Log, row: &Model, form: &Form, errors: &Errors) -> Outcome {
    let schools = choices(request, log, row).await?;
    let path = format!("/schools/team/activity/{}", row.series_id);
    let seen = match form.text("version") {
        "" => row.id.to_string(),
        seen => seen.to_owned(),
    };
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Correct what was written down" }
        p class="govuk-body" { "What was written before stays to be seen, with your reason." }
        (ui::form(request, &format!("{path}/correct"), &html! {
            input type="hidden" name="version" value=(seen);
            (form::fields(request, form, &schools, errors))
            (Input::new("reason").label("Why does it change?").hint("For example: I chose the wrong school")
                .value(form.raw("reason")).error(errors.of("reason")))
            (Button::new("Save the correction").name("action").value("correct"))
            (WarningText::new("If it did not happen, or was written down twice, give the reason above and withdraw it. It then counts no more."))
            (Button::new("Withdraw").warning().name("action").value("withdraw"))
        }))
    };
    Ok(request.page("Correct activity").back("Back", &path).in_error(!errors.is_empty()).render(body))
}
