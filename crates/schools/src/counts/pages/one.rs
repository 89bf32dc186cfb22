//! One school over the years.

use govuk::{Button, Cell, InsetText, Select, Table, WarningText, patterns::Scroll};
use maud::{Markup, Render as _, html};
use platform::web::Request;

use super::{
    choice::{Choice, charted},
    gaps, marks, meaning,
};
use crate::counts::{
    chart::{self, Bar},
    model::{measure::Measure, table::SchoolRow},
    service::Report,
};

pub(super) fn body(request: &Request, choice: &Choice, report: &Report, row: &SchoolRow) -> Markup {
    let windows = &report.table.windows;
    let measure = choice.measure;
    let bars: Vec<Bar> = windows
        .iter()
        .zip(&row.cells)
        .rev()
        .map(|(facts, cells)| Bar { label: facts.window.title(), value: cells.rate(measure) })
        .collect();
    let title = format!("{} per 1,000 pupils on roll", measure.title());
    let path = request.href(&format!("/schools/{}", row.school.urn));
    html! {
        span class="govuk-caption-xl" {
            "URN " (row.school.urn) @if let Some(phase) = &row.school.phase { ", " (phase) }
        }
        h1 class="govuk-heading-xl" { (row.school.name) }
        @if !row.school.previous.is_empty() { (InsetText::new(followed(row))) }
        @for gap in windows.iter().flat_map(gaps) { (WarningText::new(gap)) }
        form method="get" action=(path) {
            (Select::new("measure").label("Chart").value(measure.slug())
                .items(charted().map(|measure| (measure.slug(), measure.title()))))
            (Button::new("Show chart").secondary())
        }
        h2 class="govuk-heading-m" { (title) }
        (chart::bars("years", &title, "A bar for each census year; the table below the chart has the same figures.", &bars))
        (Scroll::new("Counts by census year", counts(report, row).render()))
        (marks(report))
        (meaning(report))
    }
}

/// The schools that this one followed, in words.
fn followed(row: &SchoolRow) -> String {
    let names: Vec<String> =
        row.school.previous.iter().map(|(urn, name)| format!("{name} (URN {urn})")).collect();
    format!("Counted with the schools that it followed: {}.", names.join(", "))
}

fn counts(report: &Report, row: &SchoolRow) -> Table {
    let mut table =
        Table::new().caption("Counts by census year").first_cell_is_header(true).heading("What is counted");
    for facts in &report.table.windows {
        table = table
            .heading(Cell::new(facts.window.title()).numeric(true))
            .heading(Cell::new(format!("{} per 1,000", facts.window.title())).numeric(true));
    }
    for measure in Measure::ALL {
        let cells = row.cells.iter().flat_map(|cells| {
            let rate = if measure.is_roll() { Cell::new("") } else { Cell::number(cells.rate(measure)) };
            [Cell::number(cells.figure(measure)), rate]
        });
        table = table.row(std::iter::once(Cell::new(measure.title())).chain(cells));
    }
    for (title, part, whole) in [
        ("Share eligible for free school meals, %", Measure::FreeMeals, Measure::Pupils),
        ("Share of referrals that are from schools, %", Measure::FromSchool, Measure::Referrals),
        ("Share of referrals that are re-referrals, %", Measure::ReReferrals, Measure::Referrals),
    ] {
        let cells =
            row.cells.iter().flat_map(|cells| [Cell::number(cells.share(part, whole)), Cell::new("")]);
        table = table.row(std::iter::once(Cell::new(title)).chain(cells));
    }
    table
}
