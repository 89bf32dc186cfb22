//! Pages: the table of schools, one school over time, and the figures as a file.

mod choice;
mod list;
mod one;

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use govuk::Details;
use maud::{Markup, html};
use platform::{
    policy::Action,
    web::{Failure, Outcome, Path, Request, Route},
};

use self::choice::Choice;
use super::{
    file,
    model::{
        measure::Measure,
        table::{Coverage, WindowFacts},
    },
    service::{self, Purpose, Report},
};

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/schools/counts", Action::ViewCounts, counts),
        Route::get("/schools/counts.csv", Action::ViewCounts, download),
        Route::get("/schools/{urn}", Action::ViewCounts, school),
    ]
}

async fn counts(request: Request) -> Outcome {
    let choice =
        Choice::of(&request, service::years(&request).await?, service::suppression(&request).is_some());
    let report = match choice.windows() {
        Some(windows) => Some(service::count(&request, &windows, Purpose::Look).await?),
        None => None,
    };
    let page = request.page("What happens in which school").wide().in_error(!choice.errors.is_empty());
    Ok(page.render(list::body(&request, &choice, report.as_ref())))
}

async fn download(request: Request) -> Outcome {
    let choice =
        Choice::of(&request, service::years(&request).await?, service::suppression(&request).is_some());
    let Some(windows) = choice.windows() else {
        return Err(Failure::BadRequest("Choose a period first.".to_owned()));
    };
    let report = service::count(&request, &windows, Purpose::Export).await?;
    let mut bytes = Vec::new();
    file::write_csv(&report, &mut bytes)?;
    let name = windows.first().map(|window| window.name.replace("..", "-to-")).unwrap_or_default();
    Ok(csv(bytes, &format!("schools-{name}.csv")))
}

async fn school(request: Request, Path(urn): Path<u32>) -> Outcome {
    let choice =
        Choice::of(&request, service::years(&request).await?, service::suppression(&request).is_some());
    let Some(windows) = choice.years_up_to_now() else { return Err(Failure::NotFound) };
    let report = service::count(&request, &windows, Purpose::Look).await?;
    let Some(row) = report.table.school(urn) else { return Err(Failure::NotFound) };
    let page = request.page(row.school.name.clone()).wide().back("Schools", "/schools/counts");
    Ok(page.render(one::body(&request, &choice, &report, row)))
}

fn csv(bytes: Vec<u8>, name: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, bytes).into_response()
}

/// What the figures mean, in plain words.
fn meaning(report: &Report) -> Markup {
    let content = html! {
        p class="govuk-body" {
            "An event counts at the school whose roll holds the child on the day of the event. Over a holiday the last school
             keeps the child, so those who leave year 6 stay with their primary in August. A school that became an academy or
             merged is counted under its present name for all years. Children whose records were merged count once."
        }
        p class="govuk-body" {
            "A high rate is not a bad school. Rates follow need, how well a school spots it, and how the council records it.
             Councils differ in what they call a referral, so figures of one council say little about another."
        }
        dl class="govuk-summary-list" {
            @for measure in Measure::ALL {
                div class="govuk-summary-list__row" {
                    dt class="govuk-summary-list__key" { (measure.title()) }
                    dd class="govuk-summary-list__value" { (measure.definition()) }
                }
            }
        }
        p class="govuk-body-s" {
            "Definitions " (report.definitions) ", counted " (platform::clock::in_words(report.counted_at)) " from "
            (report.sources.len()) " imported files. The download names each with its hash."
        }
    };
    html! { (Details::new("What these figures mean", content)) }
}

/// What the marks mean.
fn marks(report: &Report) -> Markup {
    html! {
        p class="govuk-body-s" {
            @if let Some(policy) = report.table.suppressed {
                "c: hidden, because numbers from 1 to " (policy.small) " are not shown, nor those from which they could be worked out. "
            }
            ": (colon): not available, because a file that it needs was not imported. z: not applicable. 0: none."
        }
    }
}

/// What is missing for a window, in words; nothing where nothing is.
fn gaps(facts: &WindowFacts) -> Vec<String> {
    let words = platform::clock::date_in_words;
    let title = facts.window.title();
    let mut gaps = Vec::new();
    match facts.covered {
        Coverage::Whole => {}
        Coverage::Part(from, to) => gaps.push(format!(
            "{title}: the imported returns cover only {} to {}, so every count is too low.",
            words(from),
            words(to)
        )),
        Coverage::None => gaps.push(format!("{title}: no children in need return was imported.")),
    }
    if !facts.repeats && facts.covered != Coverage::None {
        gaps.push(format!(
            "{title}: re-referrals are not available, because they need the return of the year before."
        ));
    }
    if facts.census.is_none() {
        gaps.push(format!("{title}: no roll of a school census in this period was imported, so there are no pupils and no rates."));
    }
    gaps
}
