//! A school's own picture, in plain words.

use govuk::{Cell, Details, InsetText, Table};
use maud::{Markup, html};
use platform::{
    policy::Action,
    web::{Outcome, Request, Route},
};
use record::ui;

use crate::{
    counts::{
        model::{measure::Measure, table::SchoolRow},
        service::Report,
    },
    door::service::{choice, picture},
};

/// Groups of measures with what they mean to a school.
const GROUPS: [(&str, &str, &[Measure]); 4] = [
    (
        "Pupils",
        "How many pupils the census counted, and how many of them were eligible for free school meals.",
        &[Measure::Pupils, Measure::FreeMeals],
    ),
    (
        "Referrals",
        "How often somebody told the council that a pupil may need help or protection, and how many of these came from schools. A high number is not a bad school: it may spot need well.",
        &[Measure::Referrals, Measure::FromSchool, Measure::FromEducation, Measure::ReReferrals],
    ),
    ("Assessments", "How many pupils a social worker assessed after a referral.", &[Measure::Assessments]),
    (
        "Child protection",
        "How often the council looked into whether a pupil was at risk of significant harm, met with the family and others about it, or made a child protection plan.",
        &[Measure::Enquiries, Measure::Conferences, Measure::PlanStarts],
    ),
];

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/schools/door/picture", Action::ViewOwnSchool, page)]
}

async fn page(request: Request) -> Outcome {
    let report = picture::picture(&request).await?;
    let schools = choice(&request, Action::ViewOwnSchool).await?;
    let body = html! {
        h1 class="govuk-heading-l" { "Our school" }
        @match &report {
            None => p class="govuk-body" { "The council has not loaded its returns yet, so there is nothing to show." },
            Some(report) if report.table.schools.is_empty() => p class="govuk-body" { "Your school is on no roll that the council has loaded, so there is nothing to show." },
            Some(report) => {
                p class="govuk-body" { "What the council’s returns say of pupils at your school, year by year. No child can be seen here." }
                @for row in &report.table.schools { (school(report, row)) }
                @if let Some(policy) = report.table.suppressed {
                    (InsetText::new(format!("c: hidden, because numbers from 1 to {} are not shown, nor those from which they could be worked out. : (colon): not available. 0: none.", policy.small)))
                }
            }
        }
        h2 class="govuk-heading-m" { "Time with your social worker" }
        @for (urn, name) in &schools {
            p class="govuk-body" { a class="govuk-link" href=(request.href(&format!("/schools/{urn}/book"))) { "Book time at " (name) } }
        }
    };
    Ok(request.page("Our school").wide().render(body))
}

fn school(report: &Report, row: &SchoolRow) -> Markup {
    html! {
        h2 class="govuk-heading-m" { (row.school.name) }
        @for (heading, words, measures) in &GROUPS {
            (Details::new(*heading, html! {
                p class="govuk-body" { (words) }
                (ui::scroll(&format!("{heading} by year, {}", row.school.name), table(report, row, measures)))
            }))
        }
    }
}

fn table(report: &Report, row: &SchoolRow, measures: &[Measure]) -> Table {
    let windows = &report.table.windows;
    let mut table = Table::new().first_cell_is_header(true).heading("What is counted");
    for facts in windows {
        table = table.heading(Cell::new(facts.window.title()).numeric(true));
    }
    for measure in measures {
        let figures = row.cells.iter().map(|cells| Cell::number(cells.figure(*measure)));
        table = table.row(std::iter::once(Cell::new(measure.title())).chain(figures));
    }
    table
}
