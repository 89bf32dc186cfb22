//! The schools of one kind in the order of need.

use govuk::{
    Cell, Details, ErrorSummary, Input, InputWidth, InsetText, Select, Table, WarningText,
    patterns::{Filter, Scroll},
};
use maud::{Markup, Render as _, html};
use platform::web::Request;

use super::{
    choice::{Choice, field, measures},
    shared::{chance, funnel, funnel_words, gaps, grouped, intervals, meaning, missing, origin, rate, trend},
};
use crate::need::{
    model::{Assessment, Group, Part, Silence},
    service::Report,
};

/// The path of the page.
const PATH: &str = "/schools/need";

pub(super) fn body(request: &Request, choice: &Choice, report: Option<&Report>) -> Markup {
    html! {
        @if !choice.errors.is_empty() {
            (choice.errors.iter().fold(ErrorSummary::new(), |summary, error| {
                summary.error((error.field.as_str(), error.message.as_str()))
            }))
        }
        (crate::ui::parts(request, PATH))
        h1 class="govuk-heading-xl" { "Which schools need a social worker" }
        @if !choice.has_returns() {
            (InsetText::new("No children in need return was imported yet. Need appears here when one is, with a school roll and the register of schools."))
        } @else {
            (filter(request, choice).above(
                "Choose the kind of school, the period and the weights",
                report.is_none(),
                match report {
                    Some(report) => results(request, choice, report),
                    None => html! { p class="govuk-body" { "Correct what is marked to see the schools." } },
                },
            ))
        }
    }
}

fn filter(request: &Request, choice: &Choice) -> Filter {
    let weight = |part: Part, typed: &str| {
        Input::new(field(part))
            .label(part.title().as_str())
            .value(typed)
            .width(InputWidth::Chars4)
            .inputmode("decimal")
            .error(choice.errors.of(&field(part)))
    };
    let options = html! {
        (Select::new("kind").label("Kind of school").value(choice.group.slug())
            .items(Group::ALL.map(|group| (group.slug(), group.title()))))
        (Select::new("window").label("Period").items(choice.options()).value(choice.window_name.as_str())
            .error(choice.errors.of("window")))
        (Select::new("measure").label("Rate of").value(choice.measure.slug())
            .items(measures().map(|measure| (measure.slug(), measure.title()))))
        (Input::new("highest").label("How many schools can have a social worker").value(choice.highest.as_str())
            .whole_number().width(InputWidth::Chars3).error(choice.errors.of("highest")))
        fieldset class="govuk-fieldset" {
            legend class="govuk-fieldset__legend govuk-fieldset__legend--s" { "Weights of the need index" }
            p class="govuk-hint" {
                "From 0 to " (Choice::largest()) ". Only their proportions count: 50, 25, 25 is the same as 2, 1, 1. With 0 a part is left out."
            }
            @for (part, typed) in &choice.typed { (weight(*part, typed)) }
        }
    };
    Filter::new(request.href(PATH)).options(options).heading("Choose").submit("Show schools")
}

fn results(request: &Request, choice: &Choice, report: &Report) -> Markup {
    let assessment = &report.assessment;
    let ask = &assessment.ask;
    let window = report.origin.windows.first().map(|facts| facts.window.in_words()).unwrap_or_default();
    let link = |path: &str| format!("{}{}", request.href(path), choice.query(&[]));
    html! {
        h2 class="govuk-heading-l" { (ask.group.title()) ", " (window) }
        @for gap in report.origin.windows.iter().take(1).flat_map(gaps) { (WarningText::new(gap)) }
        @if ask.group == Group::Secondary && assessment.rows.iter().any(|row| Group::of(row.school.kind) == Some(Group::Secondary) && row.school.kind == crate::figures::Kind::AllThrough) {
            p class="govuk-body" { "All-through schools stand among secondary schools; their figures are of pupils of all ages." }
        }
        @match &assessment.rates {
            Ok(_) => {
                @if let Some(chart) = funnel(report) { (chart) }
                @if let Some(words) = funnel_words(assessment) { (words) }
                @if let Some(words) = assessment.regression() { (InsetText::new(words)) }
            }
            Err(silence) => (InsetText::new(silence.words())),
        }
        @if !assessment.rows.is_empty() {
            h2 class="govuk-heading-l" { "The order, and how sure it is" }
            @if let Err(silence) = &assessment.index { @if assessment.rates.as_ref().err() != Some(silence) { (InsetText::new(silence.words())) } }
            (table(request, choice, assessment))
            p class="govuk-body-s" { ": (colon): not known. Trend: change of the rate in one year." }
            p class="govuk-body" {
                a class="govuk-link" href=(link("/schools/need/forum")) { "Priority list for Schools Forum, to print" } br;
                a class="govuk-link" href=(link("/schools/need.xlsx")) { "Download as a workbook (XLSX)" } br;
                a class="govuk-link" href=(link("/schools/need.csv")) { "Download as CSV" }
            }
        }
        (weights(assessment))
        @if let Some(chart) = intervals(assessment) { (chart) }
        (trends(assessment))
        (left_out(request, choice, assessment))
        (meaning(report))
        (origin(&report.origin, "The figures"))
    }
}

fn table(request: &Request, choice: &Choice, assessment: &Assessment) -> Markup {
    let ask = &assessment.ask;
    let caption = format!("{} in the order of the need index", ask.group.title());
    let mut table = Table::new().caption(caption.as_str()).first_cell_is_header(true).heading("School");
    for heading in [
        "Index".to_owned(),
        "Place, from-to".to_owned(),
        format!("Chance of being among the {} highest", ask.highest),
        ask.measure.title().to_owned(),
        "Estimated per 1,000 (90% interval)".to_owned(),
        "Place by rate, from-to".to_owned(),
        format!("Chance of being among the {} highest by rate", ask.highest),
        "Pupils".to_owned(),
        "Free school meals, %".to_owned(),
        "Trend a year (90% interval)".to_owned(),
    ] {
        table = table.heading(Cell::new(heading).numeric(true));
    }
    for row in &assessment.rows {
        let index = row.index.as_ref().filter(|index| index.index.is_some());
        let span = index.map(|index| index.overall);
        let name = html! {
            a class="govuk-link" href={ (request.href("/schools/need/")) (row.school.urn) (choice.query(&[])) } { (row.school.name) }
        };
        let cells = [
            index.and_then(|index| index.index).map_or_else(missing, |index| charts::number::fixed(index, 2)),
            span.map_or_else(missing, |span| format!("{} to {}", span.low, span.high)),
            span.map_or_else(missing, |span| chance(span.among)),
            row.count.to_string(),
            rate(row),
            row.rate.map_or_else(missing, |rate| format!("{} to {}", rate.rank_low, rate.rank_high)),
            row.rate.map_or_else(missing, |rate| chance(rate.among)),
            grouped(row.pupils),
            row.free_meals.map_or_else(missing, |percent| format!("{percent:.0}")),
            trend(row),
        ];
        table = table.row(std::iter::once(Cell::new(name)).chain(cells.into_iter().map(Cell::number)));
    }
    Scroll::new(caption, table.render()).render()
}

/// The parts of the index and how firm the order is.
fn weights(assessment: &Assessment) -> Markup {
    let Ok(index) = &assessment.index else { return html! {} };
    let highest = assessment.ask.highest;
    let mut table = Table::new()
        .caption("Parts of the index")
        .first_cell_is_header(true)
        .heading("Part")
        .heading(Cell::new("Share of the weights").numeric(true))
        .heading(Cell::new("Likeness of the order without it").numeric(true));
    for part in &index.parts {
        table =
            table.row([
                Cell::new(part.part.title()),
                Cell::number(format!("{:.0}%", part.share * 100.0)),
                Cell::number(part.without.map_or_else(
                    || "nothing would be left".to_owned(),
                    |value| charts::number::fixed(value, 2),
                )),
            ]);
    }
    html! {
        h2 class="govuk-heading-l" { "How firm the order is" }
        ul class="govuk-list govuk-list--bullet" {
            li {
                "Under other weights near these, and other values for what is missing, " (format!("{:.0}%", index.stay * 100.0))
                " of the " (highest) " highest stay among the " (highest) " highest."
            }
            @match &index.year {
                Some(year) => li {
                    "By the same weights, " (year.shared) " of the " (highest) " highest were among the " (highest) " highest in " (year.window)
                    ". The likeness of both orders is " (charts::number::fixed(year.correlation, 2)) " (1: the same; 0: no likeness)."
                },
                None => li { "Whether the order held from the year before cannot be told: that year was not wholly imported, or nothing happened in it." },
            }
            @if index.incomplete > 0 {
                li { (index.incomplete) " of " (assessment.rows.len()) " schools lack a part; their other parts take its weight." }
            } @else {
                li { "No school lacks a part." }
            }
        }
        (Scroll::new("Parts of the index", table.render()))
        @for remark in &index.remarks { p class="govuk-body" { (remark) } }
    }
}

fn trends(assessment: &Assessment) -> Markup {
    html! {
        h2 class="govuk-heading-m" { "Over the years" }
        @match &assessment.trend {
            Ok(trend) => p class="govuk-body" {
                "From " (trend.windows.first().map(String::as_str).unwrap_or_default()) " to "
                (trend.windows.last().map(String::as_str).unwrap_or_default())
                " the rate of all these schools changed by " (charts::number::fixed(trend.common * 100.0, 0)) "% a year. "
                @if trend.differ { "Schools differ in their trend by more than chance." }
                @else { "Their trends differ no more than chance alone would make them, so no school can be said to rise or fall by itself." }
            },
            Err(Silence::OneSchool(_) | Silence::NoSchool(_)) => p class="govuk-body" { "There is no trend to compare." },
            Err(silence) => p class="govuk-body" { (silence.words()) },
        }
    }
}

fn left_out(request: &Request, choice: &Choice, assessment: &Assessment) -> Markup {
    if assessment.left_out.is_empty() && assessment.other == 0 {
        return html! {};
    }
    let content = html! {
        @if !assessment.left_out.is_empty() {
            ul class="govuk-list govuk-list--bullet" {
                @for left in &assessment.left_out {
                    li {
                        a class="govuk-link" href={ (request.href("/schools/need/")) (left.urn) (choice.query(&[])) } { (left.name) }
                        ": " (left.reason.words()) "." @if left.count > 0 { " Events in the period: " (left.count) "." }
                    }
                }
            }
        }
        @if assessment.other > 0 {
            p class="govuk-body" { (assessment.other) " independent schools, colleges and schools of unknown kind are compared with none." }
        }
    };
    html! { (Details::new("Schools that are not compared", content)) }
}
