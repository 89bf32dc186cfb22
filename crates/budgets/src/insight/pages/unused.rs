//! What was not used, and why.

use charts::{Chart as _, Line, Series};
use govuk::{Button, Cell, Input, InputWidth, InsetText, Table};
use maud::{Markup, html};
use platform::{
    clock::date_in_words,
    policy::{Action, Object, decide},
    web::{Errors, Outcome, Request},
};
use record::ui;

use super::{NO_FUND, about, fund_field, funds};
use crate::{
    insight::{
        model::unused::{WEEKS, WEEKS_MAX, Week},
        service::{Eligible, Quiet, Unused, Wanted, unused},
    },
    pots::model::OwnerKind,
    ui as room,
};

/// The path of the page.
pub(super) const PATH: &str = "/budgets/insight/unused";
/// Pots on one page.
const PER_PAGE: usize = 50;

pub(super) async fn show(request: Request) -> Outcome {
    let (all, chosen) = funds(&request).await?;
    let typed = request.query("weeks").unwrap_or_else(|| WEEKS.to_string());
    let mut errors = Errors::new();
    let weeks = typed.trim().parse::<u32>().ok().filter(|weeks| (1..=WEEKS_MAX).contains(weeks));
    if weeks.is_none() {
        errors.add("weeks", format!("Enter a whole number of weeks from 1 to {WEEKS_MAX}"));
    }
    let report = match chosen {
        Some(fund) => Some(unused(&request, Wanted { fund, weeks: weeks.unwrap_or(WEEKS) }).await?),
        None => None,
    };
    let body = html! {
        (ui::summary(&errors))
        (room::parts(&request, PATH))
        h1 class="govuk-heading-xl" { "What was not used" }
        p class="govuk-body-l" {
            "In the pilots much of the money was not used. This page is for asking what stands in the way. It is no target, and it places no worker above another."
        }
        @if let Some(report) = report {
            form method="get" action=(request.href(PATH)) {
                (fund_field(&all, report.fund.id))
                (Input::new("weeks").label("Nothing spent for how many weeks?").value(typed.as_str()).whole_number()
                    .width(InputWidth::Chars3).error(errors.of("weeks")))
                (Button::new("Show").secondary())
            }
            @if errors.is_empty() { (results(&request, &report)) }
        } @else {
            (InsetText::new(NO_FUND))
        }
    };
    Ok(request.page("What was not used").wide().in_error(!errors.is_empty()).render(body))
}

fn results(request: &Request, report: &Unused) -> Markup {
    let weeks = if report.weeks == 1 { "a week".to_owned() } else { format!("{} weeks", report.weeks) };
    let points: Vec<String> = report.teams.iter().filter_map(|team| team.facts.talking_point()).collect();
    let exact = decide(&request.actor, Action::ViewUnsuppressedCounts, Object::None).is_allowed();
    html! {
        p class="govuk-body" {
            "Nothing was spent for " (weeks) " or longer from " (report.quiet) " of " (report.open) " open pots."
        }
        @if !points.is_empty() {
            h2 class="govuk-heading-l" { "To talk about in supervision" }
            ul class="govuk-list govuk-list--bullet" { @for point in &points { li { (point) } } }
        }
        h2 class="govuk-heading-l" { "The fund week by week" }
        (chart(&report.chart))
        h2 class="govuk-heading-l" { "By team" }
        (ui::scroll("Money by team", teams(report)))
        h2 class="govuk-heading-l" { "Reasons that workers gave" }
        @if report.reasons.is_empty() {
            p class="govuk-body" { "Nobody has said why yet. Workers are asked on Today when nothing was spent from a pot for " (WEEKS) " weeks." }
        } @else {
            (ui::scroll("Reasons", report.reasons.iter().fold(
                Table::new().first_cell_is_header(true).heading("Reason").heading(Cell::new("Pots").numeric(true)),
                |table, (reason, count)| table.row([Cell::new(reason.title()), Cell::number(*count)]),
            )))
            p class="govuk-body-s" { "The latest word on each open pot." }
        }
        h2 class="govuk-heading-l" { "Families who qualify and were not reached" }
        (eligible(&report.eligible, exact))
        h2 class="govuk-heading-l" { "Pots from which nothing was spent" }
        (pots(request, report))
    }
}

fn chart(weeks: &[Week]) -> Markup {
    let Some(first) = weeks.first() else {
        return html! { p class="govuk-body" { "No money has moved yet." } };
    };
    let line = |name: &str, of: fn(&Week) -> f64| Line {
        name: name.to_owned(),
        points: weeks.iter().enumerate().map(|(place, week)| (place as f64, of(week))).collect(),
        ..Line::default()
    };
    let series = Series {
        title: "The fund at the end of each week".to_owned(),
        axis: "Pounds".to_owned(),
        time_axis: format!("Weeks since that which ended on {}", date_in_words(first.ends_on)),
        lines: vec![
            line("Allocated", |week| week.allocated.as_pounds()),
            line("Agreed, not paid", |week| week.committed.as_pounds()),
            line("Spent", |week| week.spent.as_pounds()),
        ],
        began: None,
        from_zero: true,
    };
    html! { div class="govuk-body" { (series.figure("weeks")) } }
}

fn teams(report: &Unused) -> Table {
    let mut table = Table::new().first_cell_is_header(true).heading("Team");
    for head in ["Given to it", "Agreed, not paid", "Spent", "Left", "Open pots", "Not used"] {
        table = table.heading(Cell::new(head).numeric(true));
    }
    report.teams.iter().fold(table, |table, team| {
        table.row([
            Cell::new(team.name.as_str()),
            Cell::number(team.allocated),
            Cell::number(team.committed),
            Cell::number(team.spent),
            Cell::number(team.left),
            Cell::number(team.facts.pots),
            Cell::number(team.facts.unused),
        ])
    })
}

fn eligible(all: &[Eligible], exact: bool) -> Markup {
    if all.is_empty() {
        return html! { p class="govuk-body" { "No rules hold today, so nobody can qualify." } };
    }
    let mut table = Table::new().first_cell_is_header(true).heading("Rules").heading("Who");
    for head in ["Qualify", "Of these with a pot", "Of these reached", "Not reached"] {
        table = table.heading(Cell::new(head).numeric(true));
    }
    let table = all.iter().fold(table, |table, one| {
        let rules = &one.policy.policy;
        table.row([
            Cell::new(rules.name.as_str()),
            Cell::new(match rules.owner {
                OwnerKind::Person => "Young people",
                _ => "Families",
            }),
            Cell::number(about(one.qualify, exact)),
            Cell::number(about(one.with_pot, exact)),
            Cell::number(about(one.reached, exact)),
            Cell::number(about(one.qualify.saturating_sub(one.reached), exact)),
        ])
    });
    html! {
        (ui::scroll("Families who qualify", table))
        p class="govuk-body" {
            "By age and standing in the record today. What a person judges besides, and who was drawn, is not counted. “With a pot” includes the
             caseloads of workers who have one."
        }
    }
}

fn pots(request: &Request, report: &Unused) -> Markup {
    let page =
        request.query("page").and_then(|text| text.parse::<usize>().ok()).unwrap_or(1).clamp(1, 10_000) - 1;
    let elsewhere = report.quiet - report.pots.len();
    let shown: Vec<&Quiet> = report.pots.iter().skip(page * PER_PAGE).take(PER_PAGE).collect();
    let table = shown.iter().fold(
        Table::new()
            .first_cell_is_header(true)
            .heading("Pot")
            .heading("Whose")
            .heading("Team")
            .heading(Cell::new("Weeks").numeric(true))
            .heading("Last payment")
            .heading(Cell::new("Left").numeric(true))
            .heading(Cell::new("Agreed, not paid").numeric(true))
            .heading("Why"),
        |table, one| {
            let kind = one.pot.owner.parts().0;
            table.row([
                Cell::new(html! {
                    a class="govuk-link" href=(request.href(&format!("/budgets/pots/{}", one.pot.id))) { (one.pot.name) }
                }),
                Cell::new(kind.title()),
                Cell::new(one.team.as_str()),
                Cell::number(one.weeks),
                Cell::new(one.paid_on.map_or_else(|| "None".to_owned(), date_in_words)),
                Cell::number(crate::ui::left(&one.pot, one.standing.available, &report.as_needed)),
                Cell::number(one.standing.committed),
                Cell::new(html! {
                    @match &one.why {
                        Some((reason, on, words)) => {
                            (reason.title()) " (" (date_in_words(*on)) ")"
                            @if let Some(words) = words { br; (words) }
                        }
                        None => { "Not said" }
                    }
                }),
            ])
        },
    );
    let href = |page: u32| {
        request.href(&format!("{PATH}?fund={}&weeks={}&page={page}", report.fund.id, report.weeks))
    };
    html! {
        @if shown.is_empty() {
            p class="govuk-body" { "There is none that you may see." }
        } @else {
            (ui::scroll("Pots from which nothing was spent", table))
            (ui::pages(page, report.pots.len(), PER_PAGE, href))
        }
        @if elsewhere > 0 {
            p class="govuk-body" { (elsewhere) " more belong to others and are counted above." }
        }
        p class="govuk-body-s" { "Pots stand in the order of their references. A pot that is not used may be just what its family wants." }
    }
}
