//! The table of schools.

use std::cmp::Ordering;

use govuk::{
    Cell, DateInput, ErrorSummary, Input, InsetText, Pagination, Select, Table, WarningText,
    patterns::{Filter, FilterCategory, Scroll, Sort},
};
use maud::{Markup, Render as _, html};
use platform::web::Request;

use super::{
    choice::{Choice, charted},
    gaps, marks, meaning,
};
use crate::counts::{
    chart::{self, Bar},
    model::{
        measure::Measure,
        table::{Cells, Figure, ResidualRow, SchoolRow},
    },
    service::Report,
};

/// Schools on a page.
const ROWS: usize = 25;
/// The path of the page.
const PATH: &str = "/schools/counts";

pub(super) fn body(request: &Request, choice: &Choice, report: Option<&Report>) -> Markup {
    html! {
        @if !choice.errors.is_empty() {
            (choice.errors.iter().fold(ErrorSummary::new(), |summary, error| {
                summary.error((error.field.as_str(), error.message.as_str()))
            }))
        }
        (crate::ui::parts(request, PATH))
        h1 class="govuk-heading-xl" { "What happens in which school" }
        @if choice.options().is_empty() || (report.is_none() && choice.errors.is_empty()) {
            (InsetText::new("No children in need return was imported yet. Counts appear here when one is."))
        } @else {
            (filter(request, choice, report).above(
                "Choose the period, the measure or the schools",
                report.is_none(),
                match report {
                    Some(report) => results(request, choice, report),
                    None => html! { p class="govuk-body" { "Correct the period to see figures." } },
                },
            ))
        }
    }
}

fn filter(request: &Request, choice: &Choice, report: Option<&Report>) -> Filter {
    let mut phases: Vec<&str> = report
        .into_iter()
        .flat_map(|report| &report.table.schools)
        .filter_map(|row| row.school.phase.as_deref())
        .collect();
    phases.sort_unstable();
    phases.dedup();
    let [from, to] = &choice.typed;
    let date = |name: &str, legend: &str, [day, month, year]: &[String; 3]| {
        DateInput::new(name)
            .legend(legend)
            .values(day.as_str(), month.as_str(), year.as_str())
            .error(choice.errors.of(&format!("{name}-day")))
    };
    let options = html! {
        (Select::new("window").label("Period").items(choice.options()).value(choice.window_name.as_str())
            .error(choice.errors.of("window")))
        @if choice.offers_dates() {
            (date("from", "First day, for two dates of your own", from))
            (date("to", "Last day", to))
        }
        (Select::new("measure").label("Chart and trend").value(choice.measure.slug())
            .items(charted().map(|measure| (measure.slug(), measure.title()))))
        (Select::new("phase").label("Phase").value(choice.phase.as_str())
            .items(std::iter::once(("", "All phases")).chain(phases.into_iter().map(|phase| (phase, phase)))))
        (Input::new("name").label("Name or URN of school").value(choice.name.as_str()))
        input type="hidden" name="sort" value=(choice.sort);
    };
    let mut filter = Filter::new(request.href(PATH)).options(options).submit("Show figures");
    let link = |changes: &[(&str, &str)]| format!("{}{}", request.href(PATH), choice.query(changes));
    for (heading, field, value) in [("Phase", "phase", &choice.phase), ("Name", "name", &choice.name)] {
        if !value.is_empty() {
            let without = link(&[(field, ""), ("page", "1")]);
            filter = filter.selected(FilterCategory::new(heading).item(value.as_str(), without));
        }
    }
    filter.clear_href(link(&[("phase", ""), ("name", ""), ("page", "1")]))
}

fn results(request: &Request, choice: &Choice, report: &Report) -> Markup {
    let table = &report.table;
    let Some(facts) = table.windows.first() else { return html! {} };
    let rows = chosen(choice, &table.schools);
    let pages = u32::try_from(rows.len().div_ceil(ROWS)).unwrap_or(u32::MAX).max(1);
    let page = choice.page.clamp(1, pages);
    let shown: Vec<&SchoolRow> = rows.iter().skip(ROWS * (page as usize - 1)).take(ROWS).copied().collect();
    let link = |changes: &[(&str, &str)]| format!("{}{}", request.href(PATH), choice.query(changes));
    html! {
        h2 class="govuk-heading-l" { (facts.window.in_words()) }
        @for gap in gaps(facts) { (WarningText::new(gap)) }
        p class="govuk-body" {
            (rows.len()) @if rows.len() == 1 { " school" } @else { " schools" }
            @if let Some(census) = facts.census {
                ". Pupils on roll on " (platform::clock::date_in_words(census.day())) " (" (census) " census)"
            }
            @if report.own_schools_only { ". You see the schools where you work" }
            "."
        }
        (figures(choice, &shown, report, link))
        (Pagination::pages(page, pages, |page| link(&[("page", &page.to_string())])))
        (marks(report))
        p class="govuk-body" {
            a class="govuk-link" href={ (request.href("/schools/counts.csv")) (choice.query(&[])) } {
                "Download these figures (CSV, all schools)"
            }
        }
        (trend(choice, &shown, report))
        @if !table.residuals.is_empty() { (reasons(&table.residuals)) }
        (meaning(report))
    }
}

/// The schools that the filter leaves, in order. What is not a number stands last, so that the order of hidden
/// numbers tells nothing.
fn chosen<'a>(choice: &Choice, rows: &'a [SchoolRow]) -> Vec<&'a SchoolRow> {
    let wanted = choice.name.to_lowercase();
    let mut rows: Vec<&SchoolRow> = rows
        .iter()
        .filter(|row| choice.phase.is_empty() || row.school.phase.as_deref() == Some(choice.phase.as_str()))
        .filter(|row| {
            wanted.is_empty()
                || row.school.name.to_lowercase().contains(&wanted)
                || row.school.urn.to_string() == wanted
                || row
                    .school
                    .previous
                    .iter()
                    .any(|(urn, name)| urn.to_string() == wanted || name.to_lowercase().contains(&wanted))
        })
        .collect();
    let key = |row: &SchoolRow| row.cells.first().and_then(|cells| sort_key(cells, choice));
    if choice.sort.column() == "name" {
        if choice.sort.is_descending() {
            rows.reverse();
        }
        return rows;
    }
    rows.sort_by(|a, b| match (key(a), key(b)) {
        (Some(a), Some(b)) if choice.sort.is_descending() => b.total_cmp(&a),
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    });
    rows
}

#[expect(clippy::cast_precision_loss, reason = "counts of children are far below 2^52")]
fn sort_key(cells: &Cells, choice: &Choice) -> Option<f64> {
    match choice.sort.column() {
        "rate" => cells.rate(choice.measure).number(),
        column => cells.figure(Measure::from_slug(column)?).number().map(|count| count as f64),
    }
}

fn figures(
    choice: &Choice,
    shown: &[&SchoolRow],
    report: &Report,
    link: impl Fn(&[(&str, &str)]) -> String,
) -> Markup {
    let sorted = |sort: &Sort| link(&[("sort", &sort.to_string()), ("page", "1")]);
    let heading = |text: &str, column: &str| choice.sort.heading(text, column, sorted);
    let mut table = Table::new()
        .caption(format!(
            "Counts by school, {}",
            report.table.windows.first().map(|w| w.window.title()).unwrap_or_default()
        ))
        .first_cell_is_header(true)
        .heading(heading("School", "name"));
    for measure in Measure::ALL {
        table = table.heading(heading(measure.title(), measure.slug()).numeric(true));
        if measure == choice.measure {
            let text = format!("{} per 1,000 pupils", measure.title());
            table = table.heading(heading(&text, "rate").numeric(true));
        }
    }
    for row in shown {
        let Some(cells) = row.cells.first() else { continue };
        let urn = row.school.urn;
        let name = html! {
            a class="govuk-link" href={ "./" (urn) } { (row.school.name) }
        };
        table = table.row(line(Cell::new(name), cells, choice.measure));
    }
    let rest = report.table.residuals.iter().map(|row| (row.reason.title(), row.cells.first()));
    let total = std::iter::once(("Total: schools and children at no school", report.table.totals.first()));
    for (name, cells) in rest.chain(total) {
        if let Some(cells) = cells {
            table = table.row(line(Cell::new(name), cells, choice.measure));
        }
    }
    Scroll::new("Counts by school", table.render()).render()
}

fn line(name: Cell, cells: &Cells, charted: Measure) -> Vec<Cell> {
    let mut line = vec![name];
    for measure in Measure::ALL {
        line.push(Cell::number(cells.figure(measure)));
        if measure == charted {
            line.push(Cell::number(cells.rate(measure)));
        }
    }
    line
}

/// The chosen measure over the windows, as a chart of the latest and a table of all.
fn trend(choice: &Choice, shown: &[&SchoolRow], report: &Report) -> Markup {
    let measure = choice.measure;
    let windows = &report.table.windows;
    let bars: Vec<Bar> = shown
        .iter()
        .map(|row| Bar {
            label: row.school.name.clone(),
            value: row.cells.first().map_or(Figure::NotAvailable, |cells| cells.rate(measure)),
        })
        .collect();
    let period = windows.first().map(|facts| facts.window.title()).unwrap_or_default();
    let title = format!("{} per 1,000 pupils on roll, {period}", measure.title());
    let described = "A bar for each school on this page; the table below the chart has the same figures.";
    let mut table = Table::new()
        .caption(format!("{} by school over time", measure.title()))
        .first_cell_is_header(true)
        .heading("School");
    for facts in windows {
        table = table
            .heading(Cell::new(facts.window.title()).numeric(true))
            .heading(Cell::new(format!("{} per 1,000", facts.window.title())).numeric(true));
    }
    for row in shown {
        let cells = row
            .cells
            .iter()
            .flat_map(|cells| [Cell::number(cells.figure(measure)), Cell::number(cells.rate(measure))]);
        table = table.row(std::iter::once(Cell::new(row.school.name.as_str())).chain(cells));
    }
    html! {
        h2 class="govuk-heading-m" { (title) }
        (chart::bars("rates", &title, described, &bars))
        (Scroll::new(format!("{} by school over time", measure.title()), table.render()))
        // What the earlier periods lack matters here, and not above, where only the latest stands.
        @for gap in windows.iter().skip(1).flat_map(gaps) { p class="govuk-body" { (gap) } }
    }
}

fn reasons(residuals: &[ResidualRow]) -> Markup {
    html! {
        h2 class="govuk-heading-m" { "Children at no school" }
        p class="govuk-body" { "The total holds every child. Those who cannot be placed at a school stand in these rows:" }
        dl class="govuk-summary-list" {
            @for row in residuals {
                div class="govuk-summary-list__row" {
                    dt class="govuk-summary-list__key" { (row.reason.title()) }
                    dd class="govuk-summary-list__value" { (row.reason.words()) }
                }
            }
        }
    }
}
