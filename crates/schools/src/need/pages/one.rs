//! One school: where it stands, why, and how sure that is.

use charts::{Bar, Bars, Chart as _};
use govuk::{Cell, InsetText, Table, WarningText, patterns::Scroll};
use maud::{Markup, Render as _, html};
use platform::web::Request;

use super::{
    choice::Choice,
    shared::{chance, gaps, grouped, meaning, missing, origin, rate, trend},
};
use crate::need::{
    model::{Beyond, LeftOut, Part, Row, SchoolIndex},
    service::Report,
};

/// A school that is not compared.
pub(super) fn left_out(left: &LeftOut) -> Markup {
    html! {
        span class="govuk-caption-xl" { "URN " (left.urn) }
        h1 class="govuk-heading-xl" { (left.name) }
        (InsetText::new(format!("{}. It is not compared with other schools.", left.reason.words())))
    }
}

pub(super) fn body(request: &Request, choice: &Choice, report: &Report, row: &Row) -> Markup {
    let assessment = &report.assessment;
    let ask = &assessment.ask;
    let count = assessment.rows.len();
    let window = report.origin.windows.first().map(|facts| facts.window.in_words()).unwrap_or_default();
    let index = row.index.as_ref().filter(|index| index.index.is_some());
    html! {
        span class="govuk-caption-xl" { "URN " (row.school.urn) ", " (row.school.kind.title()) }
        h1 class="govuk-heading-xl" { (row.school.name) }
        p class="govuk-body" { (window) ", compared with " (count.saturating_sub(1)) " other " (ask.group.plural()) "." }
        @for gap in report.origin.windows.iter().take(1).flat_map(gaps) { (WarningText::new(gap)) }
        h2 class="govuk-heading-l" { "Where it stands" }
        @match (index, &assessment.index) {
            (Some(index), Ok(_)) => (place(index, count, ask.highest)),
            (_, Err(silence)) => (InsetText::new(silence.words())),
            (None, Ok(_)) => (InsetText::new("Nothing that has a weight is known of this school, so it has no place.")),
        }
        @if let (Some(index), Ok(all)) = (index, &assessment.index) {
            h2 class="govuk-heading-l" { "Why" }
            (contributions(index, &all.parts.iter().map(|part| part.part).collect::<Vec<_>>()))
        }
        h2 class="govuk-heading-l" { "How sure" }
        (sureness(report, row))
        (figures(report, row))
        @for note in &row.notes { p class="govuk-body" { (note) } }
        p class="govuk-body" {
            a class="govuk-link" href=(request.href(&format!("/schools/{}?measure={}", row.school.urn, choice.measure.slug()))) {
                "All counts of this school over the years"
            }
        }
        (meaning(report))
        (origin(&report.origin, "The figures"))
    }
}

fn place(index: &SchoolIndex, count: usize, highest: usize) -> Markup {
    let (overall, weights) = (index.overall, index.by_weights);
    html! {
        p class="govuk-body" {
            "By the need index it stands somewhere from place " strong { (overall.low) " to " (overall.high) } " of " (count)
            ". The chance that it is among the " (highest) " highest is " strong { (chance(overall.among)) } "."
        }
        p class="govuk-body" {
            "If the rates were certain and only the weights in doubt, it would stand from place " (weights.low) " to " (weights.high) "."
        }
    }
}

fn contributions(index: &SchoolIndex, parts: &[Part]) -> Markup {
    let bars: Vec<Bar> = parts
        .iter()
        .zip(&index.contributions)
        .filter_map(|(part, value)| Some(Bar { label: part.title(), value: (*value)?, interval: None }))
        .collect();
    let chart = Bars {
        title: "What each part adds to the index".to_owned(),
        axis: "Below 0: less need than the average of its kind; above 0: more".to_owned(),
        bars,
        decimals: 2,
    };
    let mut table = Table::new()
        .caption("Parts of the index of this school")
        .first_cell_is_header(true)
        .heading("Part")
        .heading(Cell::new("Figure").numeric(true))
        .heading(Cell::new("Adds to the index").numeric(true));
    for ((part, value), adds) in parts.iter().zip(&index.values).zip(&index.contributions) {
        let unit = |value: f64| match part {
            Part::Size => charts::number::fixed(value, 0),
            Part::FreeMeals | Part::Trend => format!("{}%", charts::number::fixed(value, 0)),
            Part::Rate(_) => charts::number::fixed(value, 1),
        };
        table = table.row([
            Cell::new(part.title()),
            Cell::number(value.map_or_else(missing, unit)),
            Cell::number(adds.map_or_else(missing, |adds| charts::number::fixed(adds, 2))),
        ]);
    }
    let total = index.index.map_or_else(missing, |index| charts::number::fixed(index, 2));
    table = table.row([Cell::new("The index"), Cell::number(""), Cell::number(total)]);
    html! {
        (chart.figure("parts"))
        (Scroll::new("Parts of the index of this school", table.render()))
        @if index.contributions.iter().any(Option::is_none) {
            p class="govuk-body" { "What is marked : (colon) is not known of this school; its other parts take that weight." }
        }
    }
}

fn sureness(report: &Report, row: &Row) -> Markup {
    let assessment = &report.assessment;
    let (Ok(rates), Some(rate)) = (&assessment.rates, row.rate) else {
        let words =
            assessment.rates.as_ref().err().map(crate::need::model::Silence::words).unwrap_or_default();
        return html! { (InsetText::new(words)) };
    };
    let beyond = match (rate.beyond_chance, rate.beyond_spread) {
        (_, Beyond::Above) => "The counted rate lies above what is usual even among schools that differ.",
        (_, Beyond::Below) => "The counted rate lies below what is usual even among schools that differ.",
        (Beyond::Above, _) => {
            "The counted rate is higher than chance alone makes likely, but not unusual among schools that differ."
        }
        (Beyond::Below, _) => {
            "The counted rate is lower than chance alone makes likely, but not unusual among schools that differ."
        }
        (Beyond::No, Beyond::No) => {
            "The counted rate lies within what chance alone makes of the common rate."
        }
    };
    html! {
        p class="govuk-body" {
            "It counted " (row.count) " " (assessment.ask.measure.title().to_lowercase()) " among " (grouped(row.pupils)) " pupils: "
            (format!("{:.1}", rate.observed)) " for each 1,000. The estimate is " (format!("{:.1}", rate.estimate))
            ", with a true rate between " (format!("{:.1}", rate.low)) " and " (format!("{:.1}", rate.high)) " (90%). "
            "The common rate of its kind (" (format!("{:.1}", rates.target)) ") has a weight of " (format!("{:.0}%", rate.shrinkage * 100.0))
            " in that estimate: " @if rate.shrinkage > 0.5 { "its own figure tells less than what is known of its kind." }
            @else { "its own figure tells more than what is known of its kind." }
        }
        p class="govuk-body" { (beyond) }
    }
}

fn figures(report: &Report, row: &Row) -> Markup {
    let assessment = &report.assessment;
    let measure = assessment.ask.measure;
    let mut table = Table::new()
        .caption(format!("{} over the years", measure.title()))
        .first_cell_is_header(true)
        .heading("Period")
        .heading(Cell::new("Counted").numeric(true))
        .heading(Cell::new("Pupils").numeric(true))
        .heading(Cell::new("Per 1,000, as counted").numeric(true));
    for (at, facts) in report.origin.windows.iter().enumerate() {
        let covered = facts.covered == crate::counts::model::table::Coverage::Whole;
        let count = row.school.count(at, measure);
        #[expect(clippy::cast_precision_loss, reason = "counts are small")]
        let per =
            row.school.pupils(at).filter(|_| covered).map(|pupils| count as f64 * 1_000.0 / pupils as f64);
        table = table.row([
            Cell::new(facts.window.title()),
            Cell::number(if covered { count.to_string() } else { missing() }),
            Cell::number(row.school.pupils(at).map_or_else(missing, grouped)),
            Cell::number(per.map_or_else(missing, |per| format!("{per:.1}"))),
        ]);
    }
    html! {
        (Scroll::new(format!("{} over the years", measure.title()), table.render()))
        p class="govuk-body" {
            "Trend a year, estimated over up to three years: " (trend(row)) ". Estimated rate for each 1,000: " (rate(row)) "."
        }
    }
}
