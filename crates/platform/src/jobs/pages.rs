//! The list of jobs, one job's page, and the panel that shows how far it has come.

use axum::response::{Html, IntoResponse as _};
use govuk::{
    Button, Cell, Pagination, SummaryList, Table, Tag, TagColour,
    patterns::{JobProgress, ProgressBar, Scroll},
};
use maud::{Markup, html};
use uuid::Uuid;

use super::{
    State, service,
    store::{self, Job},
};
use crate::{
    Result,
    clock::in_words,
    policy::{Action, may_ever},
    web::{Outcome, Path, Request},
};

/// How many jobs stand on a page of the list.
const PER_PAGE: u64 = 50;

/// The list, newest first.
pub(super) async fn list(request: Request) -> Outcome {
    let page =
        request.query("page").and_then(|page| page.parse::<u32>().ok()).unwrap_or(1).clamp(1, 1_000_000);
    let (jobs, count) = store::list(request.db(), u64::from(page - 1) * PER_PAGE, PER_PAGE).await?;
    let last = u32::try_from(count.div_ceil(PER_PAGE)).unwrap_or(u32::MAX);
    let mut table = Table::new().caption("Jobs, newest first").caption_classes("govuk-visually-hidden");
    for heading in ["Job", "Ordered by", "Ordered", "State", "Progress"] {
        table = table.heading(Cell::new(heading));
    }
    for job in &jobs {
        let link = html! {
            a class="govuk-link" href=(request.href(&format!("/jobs/{}", job.id))) { (title(&request, job)) }
        };
        table = table.row([
            Cell::new(link),
            Cell::new(&job.created_by_name),
            Cell::new(in_words(job.created_at)),
            Cell::new(tag(job.state()?)),
            Cell::new(short(&request, job)?),
        ]);
    }
    Ok(request.page("Jobs").wide().render(html! {
        h1 class="govuk-heading-l" { "Jobs" }
        p class="govuk-body" { "Long work runs one job at a time, in the order in which it was ordered." }
        @if jobs.is_empty() {
            p class="govuk-body" { "No job has been ordered yet." }
        } @else {
            (Scroll::new("Jobs", html! { (table) }))
            (Pagination::pages(page, last, |page| request.href(&format!("/jobs?page={page}"))))
        }
    }))
}

/// One job.
pub(super) async fn show(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let job = service::find(&request, id).await?;
    let title = title(&request, &job);
    let mut summary = SummaryList::new()
        .row(("Ordered by", job.created_by_name.as_str()))
        .row(("Ordered", in_words(job.created_at)));
    if let Some(at) = job.started_at {
        summary = summary.row(("Begun", in_words(at)));
    }
    if let Some(at) = job.finished_at {
        summary = summary.row(("Ended", in_words(at)));
    }
    if job.attempts > 1 {
        summary = summary.row(("Times begun", job.attempts.to_string()));
    }
    let page = subject_page(&request, &job)?;
    let page_of = request.page(&title);
    let page_of =
        if may_ever(&request.actor, Action::ViewHealth) { page_of.back("Jobs", "/jobs") } else { page_of };
    Ok(page_of.render(html! {
        h1 class="govuk-heading-l" { (title) }
        (panel(&request, &job)?)
        (summary)
        @if let Some(path) = page {
            p class="govuk-body" { a class="govuk-link" href=(request.href(&path)) { "See what it works on" } }
        }
    }))
}

/// The panel alone, for the script that keeps it up to date.
pub(super) async fn progress(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let job = service::find(&request, id).await?;
    // Only a path of our own, so that nobody is led away.
    let own = format!("/jobs/{id}");
    let page = request.query("page").filter(|page| is_own_path(page)).unwrap_or(own);
    Ok(Html(inside(&request, &job, &page)?.into_string()).into_response())
}

/// How far a job has come, for the list. Units differ from job to job (bytes, children), so it says the share.
fn short(request: &Request, job: &Job) -> Result<String> {
    let state = job.state()?;
    if matches!(state, State::Done | State::Queued) {
        return Ok(String::new());
    }
    let progress = progress_of(request, job);
    Ok(progress.percent().map_or_else(|| progress.in_words(), |percent| format!("{percent}%")))
}

/// Whether a text is the path of a page below the organisation's own, and nothing else.
fn is_own_path(text: &str) -> bool {
    text.starts_with('/')
        && !text.starts_with("//")
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-'))
}

/// Stops it.
pub(super) async fn stop(request: Request, Path(id): Path<Uuid>) -> Outcome {
    service::stop(&request, id).await?;
    Ok(request.redirect(&format!("/jobs/{id}")))
}

/// Puts it back into the queue.
pub(super) async fn resume(request: Request, Path(id): Path<Uuid>) -> Outcome {
    service::resume(&request, id).await?;
    Ok(request.redirect(&format!("/jobs/{id}")))
}

/// How far a job has come, with its buttons. Any page may show it: where scripts run it keeps itself up to
/// date and loads the page again when the job has ended, where they do not there is a link that does so.
pub fn panel(request: &Request, job: &Job) -> Result<Markup> {
    Ok(html! {
        (inside(request, job, &request.path)?)
        (buttons(request, job)?)
    })
}

/// The part that is replaced while the job runs; `page` is where it leads when the job has ended.
fn inside(request: &Request, job: &Job, page: &str) -> Result<Markup> {
    let state = job.state()?;
    let progress = progress_of(request, job);
    let query = serde_urlencoded::to_string([("page", page)]).unwrap_or_default();
    let url = request.href(&format!("/jobs/{}/progress?{query}", job.id));
    let content = html! {
        p class="govuk-body" {
            (tag(state))
            @if state.has_ended() { " " (short(request, job)?) }
        }
        @if state == State::Queued {
            p class="govuk-hint" { "It begins when the jobs before it have ended." }
        }
        @if let Some(error) = &job.error {
            p class="govuk-error-message" {
                span class="govuk-visually-hidden" { "Error: " }
                "It could not be finished: " (error)
            }
        }
    };
    let mut part = JobProgress::new(format!("job-{}", job.id), url)
        .check_again_href(request.href(page))
        .content(content)
        .finished(state.has_ended());
    if state.is_under_way() {
        let step = if progress.step.is_empty() { "Under way".to_owned() } else { capital(&progress.step) };
        let bar = ProgressBar::new(format!("job-{}-bar", job.id), step);
        part = part.bar(match progress.percent() {
            Some(percent) => bar.done(percent),
            None if progress.done == 0 => bar,
            None => bar.text(progress.in_words()),
        });
    }
    // The page that shows a job which has ended already must not lead to itself again.
    if request.path.ends_with("/progress") {
        part = part.finished_url(request.href(page));
    }
    Ok(html! { (part) })
}

/// A step as a label begins.
fn capital(step: &str) -> String {
    let mut letters = step.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn buttons(request: &Request, job: &Job) -> Result<Markup> {
    let state = job.state()?;
    let may = may_ever(&request.actor, Action::ManageJobs);
    let button = |act: &str, button: Button| {
        html! {
            form method="post" action=(request.href(&format!("/jobs/{}/{act}", job.id))) {
                (request.csrf_field())
                (button)
            }
        }
    };
    Ok(match state {
        _ if !may => html! {},
        State::Queued | State::Running => button("stop", Button::new("Stop").secondary()),
        State::Stopped => button("resume", Button::new("Resume")),
        State::Failed => button("resume", Button::new("Try again")),
        State::Stopping | State::Done => html! {},
    })
}

/// The newest there is: from memory where this process runs the job, else as last written.
fn progress_of(request: &Request, job: &Job) -> super::Progress {
    request.org.jobs.progress(job.id).unwrap_or_else(|| job.progress())
}

fn tag(state: State) -> Markup {
    let colour = match state {
        State::Queued => TagColour::Yellow,
        State::Running => TagColour::Blue,
        State::Stopping => TagColour::Orange,
        State::Stopped => TagColour::Grey,
        State::Done => TagColour::Green,
        State::Failed => TagColour::Red,
    };
    html! { (Tag::new(state.title()).colour(colour)) }
}

/// The kind's own title; its stored name where this version no longer knows the kind.
fn title(request: &Request, job: &Job) -> String {
    kind_of(request, job).map_or_else(|| job.kind.clone(), |kind| kind.title().to_owned())
}

fn subject_page(request: &Request, job: &Job) -> Result<Option<String>> {
    let params = job.params()?;
    Ok(kind_of(request, job).and_then(|kind| kind.page(&params)))
}

fn kind_of(request: &Request, job: &Job) -> Option<Box<dyn super::JobKind>> {
    request.app.capabilities.iter().flat_map(|part| part.jobs()).find(|kind| kind.name() == job.kind)
}
