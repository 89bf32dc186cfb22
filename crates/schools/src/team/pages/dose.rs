//! How much of the team each school had.

use ::record::ui;
use axum::{http::header, response::IntoResponse as _};
use charts::{Bar, Bars, Chart as _};
use govuk::{Button, Cell, InsetText, Select, Table};
use maud::{Markup, html};
use platform::{
    clock::date_in_words,
    web::{Outcome, Request},
};

use crate::{
    counts::model::window::{Census, Season, TermDates, Window},
    team::{
        model::Kind,
        service::dose::{self, DoseReport},
        write_csv,
    },
};

const PATH: &str = "/schools/team/dose";
/// Bars of the chart: more would not fit a page.
const BARS: usize = 25;

/// The windows to choose from: this academic year and the one before, their terms, and the census years.
fn windows(request: &Request) -> Vec<Window> {
    use chrono::Datelike as _;
    let today = request.today();
    let opening = if today.month() >= 9 { today.year() } else { today.year() - 1 };
    let dates = TermDates::default();
    let mut all = Vec::new();
    for opening in [opening, opening - 1] {
        all.push(Window::academic_year(opening));
        for census in [
            Census { year: opening + 1, season: Season::Summer },
            Census { year: opening + 1, season: Season::Spring },
            Census { year: opening, season: Season::Autumn },
        ] {
            all.push(Window::term(census, &dates));
        }
        all.push(Window::census_year(opening));
    }
    all.retain(|window| window.from <= today);
    all
}

fn chosen(request: &Request, windows: &[Window]) -> Option<Window> {
    let asked = request.query("window").unwrap_or_default();
    let parsed = Window::parse(&asked, &TermDates::default()).ok();
    parsed.or_else(|| windows.first().cloned())
}

pub(super) async fn show(request: Request) -> Outcome {
    let windows = windows(&request);
    let Some(window) = chosen(&request, &windows) else { return Err(platform::web::Failure::NotFound) };
    let report = dose::measure(&request, &window).await?;
    let body = html! {
        (crate::ui::parts(&request, PATH))
        h1 class="govuk-heading-xl" { "How much work each school had" }
        form method="get" action=(request.href(PATH)) {
            (Select::new("window").label("Period").value(window.name.as_str())
                .items(windows.iter().map(|window| (window.name.clone(), window.in_words()))))
            (Button::new("Show").secondary())
        }
        h2 class="govuk-heading-l" { (window.in_words()) }
        @if report.counted_to < window.to { p class="govuk-body" { "Counted up to " (date_in_words(report.counted_to)) "." } }
        @if report.schools.is_empty() {
            (InsetText::new("No place and no activity is written down for this period."))
        } @else {
            (chart(&report))
            (ui::scroll("How much work each school had", table(&report)))
            p class="govuk-body" {
                a class="govuk-link" href={ (request.href("/schools/team/dose.csv")) "?window=" (window.name) } {
                    "Download (CSV, with hours and sessions of every kind)"
                }
            }
            (meaning())
        }
    };
    Ok(request.page("Dose").wide().render(body))
}

fn chart(report: &DoseReport) -> Markup {
    let mut schools: Vec<_> = report.schools.iter().collect();
    schools.sort_by(|a, b| b.dose.all_minutes().cmp(&a.dose.all_minutes()).then(a.name.cmp(&b.name)));
    let bars = Bars {
        title: "Hours of work at each school".to_owned(),
        axis: "Hours".to_owned(),
        bars: schools
            .iter()
            .take(BARS)
            .map(|school| Bar { label: school.name.clone(), value: school.dose.all_hours(), interval: None })
            .collect(),
        decimals: 1,
    };
    html! {
        // The chart takes the type of the page from around it.
        div class="govuk-body" { (bars.figure("dose")) }
        @if schools.len() > BARS {
            p class="govuk-body-s" { "The chart shows the " (BARS) " schools with most hours; the table has all." }
        }
    }
}

fn table(report: &DoseReport) -> Table {
    let number = |text: &str| Cell::new(text.to_owned()).numeric(true);
    let mut table = Table::new().first_cell_is_header(true).heading("School");
    for heading in [
        "Days planned",
        "Days there",
        "Hours",
        "Sessions",
        "Consultations",
        "Staff present",
        "Pupils present",
    ] {
        table = table.heading(number(heading));
    }
    for kind in Kind::ALL {
        table = table.heading(number(&format!("Hours: {}", kind.title().to_lowercase())));
    }
    for school in &report.schools {
        let dose = &school.dose;
        let people = |count: u64, unknown: u32| {
            if unknown == 0 { count.to_string() } else { format!("{count} (+ {unknown} not counted)") }
        };
        let mut cells = vec![
            Cell::new(school.name.as_str()),
            Cell::number(dose.planned_days),
            Cell::number(dose.actual_days),
            Cell::number(format!("{:.1}", dose.all_hours())),
            Cell::number(dose.all_sessions()),
            Cell::number(dose.consultations()),
            number(&people(dose.staff, dose.staff_unknown)),
            number(&people(dose.pupils, dose.pupils_unknown)),
        ];
        cells.extend(Kind::ALL.iter().map(|kind| Cell::number(format!("{:.1}", dose.hours(*kind)))));
        table = table.row(cells);
    }
    table
}

fn meaning() -> Markup {
    html! {
        (govuk::Details::new("What these figures mean", html! {
            p class="govuk-body" {
                "Days planned: working days of the worker’s place, without bank holidays and school holidays. Two workers on
                 a day are two days. Days there: planned days on which nobody wrote down an absence, or somebody stood in, and
                 further days with work at the school. Nobody signs in at the school, so this is what was written down, not
                 what was seen."
            }
            p class="govuk-body" {
                "Hours: minutes of the sessions that were written down. What nobody wrote down is missing. People present
                 are counted each time they come: somebody who came three times counts three times. “Not counted” is the number
                 of sessions at which nobody counted them."
            }
            p class="govuk-body" { "None of this is a contact or a referral." }
        }))
    }
}

pub(super) async fn download(request: Request) -> Outcome {
    let windows = windows(&request);
    let Some(window) = chosen(&request, &windows) else { return Err(platform::web::Failure::NotFound) };
    let report = dose::measure(&request, &window).await?;
    let mut bytes = Vec::new();
    write_csv(&report, &mut bytes)?;
    let name = window.name.replace("..", "-to-");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"dose-{name}.csv\"")),
    ];
    Ok((headers, bytes).into_response())
}
