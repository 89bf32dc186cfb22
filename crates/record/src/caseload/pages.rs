//! The caseload's page and its file.

use axum::{http::header, response::IntoResponse as _};
use govuk::{
    Cell, Select, SelectItem, Table,
    patterns::{Filter as FilterForm, Sort},
};
use maud::{Markup, html};
use platform::{
    policy::{Action, Object, Role, decide},
    web::{Failure, Outcome, Request, Route},
};

use super::service::{By, Caseload, Filter, Line, caseload};
use crate::{
    clocks::State,
    model::Status,
    people::{age, pages::counted},
    ui,
};

/// Children on one page.
const PER_PAGE: usize = 25;
/// Children in one file.
const FILE_MAX: usize = 10_000;
const COLUMNS: [&str; 5] = ["due", "name", "age", "worker", "status"];

/// The routes of this module.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/caseload", Action::ListCaseload, page),
        Route::get("/caseload.csv", Action::ListCaseload, file),
    ]
}

fn filter_of(request: &Request) -> (Filter, Sort) {
    let query = |name: &str| request.query(name).unwrap_or_default();
    let sort = Sort::parse(&query("sort"), &COLUMNS, "due");
    let by = match sort.column() {
        "name" => By::Name,
        "age" => By::Age,
        "worker" => By::Worker,
        "status" => By::Status,
        _ => By::Due,
    };
    let clock = match query("clock").as_str() {
        "overdue" => Some(State::Overdue),
        "due-soon" => Some(State::DueSoon),
        "running" => Some(State::Running),
        _ => None,
    };
    let filter = Filter {
        worker: query("worker").parse().ok(),
        status: Status::from_slug(&query("status")),
        clock,
        by,
        descending: sort.is_descending(),
    };
    (filter, sort)
}

/// The address of this list with one thing changed. It holds choices from lists only, nothing about a child.
fn href(request: &Request, sort: &Sort, page: Option<u32>) -> String {
    let kept = ["worker", "status", "clock"]
        .into_iter()
        .filter_map(|name| Some((name, request.query(name).filter(|value| !value.is_empty())?)));
    let mut all: Vec<(&str, String)> = kept.collect();
    all.push(("sort", sort.to_string()));
    all.extend(page.map(|page| ("page", page.to_string())));
    let query: Vec<String> =
        all.into_iter().map(|(name, value)| format!("{name}={}", plain(&value))).collect();
    request.href(&format!("/caseload?{}", query.join("&")))
}

/// Every value of this page's addresses is a name, a number or an identifier; anything else is dropped.
fn plain(value: &str) -> String {
    value.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

async fn page(request: Request) -> Outcome {
    let (filter, sort) = filter_of(&request);
    let page = ui::page_number(request.query("page").as_deref());
    let found = caseload(&request, &filter, page, PER_PAGE).await?;
    let team = request.actor.has(Role::TeamManager);
    let heading = if team { "Your team’s children" } else { "Your children" };
    let results = html! {
        p class="govuk-body" role="status" { (counted(found.total, "child", "children")) }
        @if found.total > 0 {
            (ui::scroll(heading, table(&request, &found.lines, &sort)))
            (ui::pages(page, found.total, PER_PAGE, |page| href(&request, &sort, Some(page))))
            p class="govuk-body" {
                a class="govuk-link" href=(request.href("/caseload.csv")) { "Download as a CSV file" }
            }
        }
    };
    let body = html! {
        h1 class="govuk-heading-l" { (heading) }
        @if team { (by_worker(&found)) }
        (FilterForm::new(request.href("/caseload")).clear_href(request.href("/caseload"))
            .options(options(&request, &found, &filter, team))
            .beside(results))
    };
    Ok(request.page(heading).wide().render(body))
}

fn options(request: &Request, found: &Caseload, filter: &Filter, team: bool) -> Markup {
    let all = || SelectItem::new("", "All");
    html! {
        @if team {
            (Select::new("worker").label("Worker").item(all())
                .items(found.workers.keys().filter_map(|(name, id)| {
                    Some(SelectItem::new((*id)?.to_string(), name.as_str()))
                }))
                .value(filter.worker.map(|worker| worker.to_string())))
        }
        (Select::new("status").label("Status").item(all())
            .items(Status::ALL.map(|status| SelectItem::new(status.slug(), status.title())))
            .value(filter.status.map(|status| status.slug().to_owned())))
        (Select::new("clock").label("Next clock").item(all())
            .items([("overdue", State::Overdue), ("due-soon", State::DueSoon), ("running", State::Running)]
                .map(|(value, state)| SelectItem::new(value, state.title())))
            .value(request.query("clock")))
    }
}

fn by_worker(found: &Caseload) -> Markup {
    let table = Table::new()
        .caption("Children by worker")
        .caption_size(govuk::Size::Medium)
        .head(["Worker", "Children"])
        .first_cell_is_header(true)
        .rows(
            found
                .workers
                .iter()
                .map(|((name, _), children)| [Cell::new(name.as_str()), Cell::number(children)]),
        );
    html! { (table) }
}

fn table(request: &Request, lines: &[Line], sort: &Sort) -> Table {
    let link = |sort: &Sort| href(request, sort, None);
    let allocates = decide(&request.actor, Action::Allocate, Object::None).is_allowed();
    Table::new()
        .heading(sort.heading("Name", "name", link))
        .heading(sort.heading("Age", "age", link))
        .heading(sort.heading("Status", "status", link))
        .heading(sort.heading("Worker", "worker", link))
        .heading(sort.heading("Next clock", "due", link))
        .first_cell_is_header(true)
        .rows(lines.iter().map(|line| {
            let child = &line.child;
            let years = child.dob.clone().map(|dob| {
                age(dob, request.today()).map_or_else(|| "Not born".to_owned(), |years| years.to_string())
            });
            [
                Cell::new(html! {
                    a class="govuk-link" href=(request.href(&format!("/people/{}", child.id))) { (child.title()) }
                    @if child.restricted { " (restricted)" }
                }),
                Cell::new(ui::shown(&years)),
                Cell::new(ui::status_tag(&child.status)),
                Cell::new(html! {
                    (ui::shown(&child.worker))
                    @if allocates {
                        br; a class="govuk-link" href=(request.href(&format!("/people/{}/allocate", child.id))) {
                            "Change" span class="govuk-visually-hidden" { " the worker of " (child.title()) }
                        }
                    }
                }),
                Cell::new(match &line.clock {
                    Some(clock) => ui::clock_line(clock),
                    None => html! { "None running" },
                }),
            ]
        }))
}

async fn file(request: Request) -> Outcome {
    let (filter, _) = filter_of(&request);
    let found = caseload(&request, &filter, 0, FILE_MAX).await?;
    let mut out = csv::Writer::from_writer(vec![]);
    let broken = |error: csv::Error| {
        tracing::error!(error = %error, "a caseload could not be written as CSV");
        Failure::Internal
    };
    out.write_record([
        "Name",
        "Date of birth",
        "Child number",
        "Status",
        "Worker",
        "Next clock",
        "Due",
        "State",
    ])
    .map_err(broken)?;
    for Line { child, clock } in &found.lines {
        let due = clock.and_then(|clock| clock.due).map(|due| due.on.to_string());
        out.write_record([
            safe(&child.title()),
            child.dob.to_string(),
            safe(&child.number.to_string()),
            child.status.clone().map(Status::title).to_string(),
            safe(&child.worker.to_string()),
            clock.map_or("None running", |clock| clock.kind.title()).to_owned(),
            due.unwrap_or_default(),
            clock.map_or("", |clock| clock.state.title()).to_owned(),
        ])
        .map_err(broken)?;
    }
    let bytes = out.into_inner().map_err(|_| Failure::Internal)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"caseload.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, bytes).into_response())
}

/// A text that no spreadsheet takes for a formula.
fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(safe("=cmd()"), "'=cmd()");
        assert_eq!(safe("Ava O'Neill"), "Ava O'Neill");
        assert_eq!(plain("a b&c=\"x"), "abcx");
    }
}
