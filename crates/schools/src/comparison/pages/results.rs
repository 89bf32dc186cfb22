//! What was found: balance before and after, the matches, and who has none or was left out.

use charts::{Chart as _, Love, LoveRow};
use govuk::{Cell, Details, SummaryList, Table, WarningText};
use maud::{Markup, Render as _, html};
use platform::clock::date_in_words;

use super::super::{
    model::{BALANCED, Group, LeftOut, Outcome, Settings, Unit},
    text::{difference, heading, shown},
};
use crate::counts::model::measure::Measure;

/// What was chosen.
pub(super) fn settings(settings: &Settings, figures_hash: &str) -> Markup {
    let or_none = |texts: Vec<String>| if texts.is_empty() { "None".to_owned() } else { texts.join("; ") };
    let measure = Measure::from_slug(&settings.measure).map_or("", Measure::title);
    let calipers = settings
        .calipers
        .iter()
        .map(|one| format!("{} within {} standard deviations", one.of.title(), one.deviations));
    let strata = settings.exact.iter().map(|one| one.title().to_owned());
    let covariates: Vec<&str> = settings.covariates.iter().map(|one| one.title()).collect();
    let mut list = SummaryList::new().row(("Programme starts", date_in_words(settings.starts_on)));
    if let Some(plan) = &settings.plan {
        let words = html! { "The cluster plan " (plan.title) ", content hash " span class="app-hash" { (plan.hash) } };
        list = list.row(("Chosen schools of", words));
    }
    list.row(("Past years, the baseline first", settings.windows.join(", ")))
        .row(("Rate", format!("{measure}. {}", settings.rate.title())))
        .row(("Alike in", covariates.join(", ")))
        .row((
            "Always within",
            std::iter::once("Same kind of school".to_owned()).chain(strata).collect::<Vec<_>>().join("; "),
        ))
        .row(("Limits", or_none(calipers.collect())))
        .row(("Comparison schools for each", settings.each.to_string()))
        .row(("Hash of the figures", html! { span class="app-hash" { (figures_hash) } }))
        .render()
}

/// Everything that was found.
pub(super) fn markup(settings: &Settings, outcome: &Outcome) -> Markup {
    let (chosen, candidates) = outcome.sizes();
    let by_hand: Vec<&LeftOut> = outcome.left_out.iter().filter(|one| one.by_hand).collect();
    let by_rule: Vec<&LeftOut> = outcome.left_out.iter().filter(|one| !one.by_hand).collect();
    html! {
        @for remark in &outcome.remarks { (WarningText::new(remark.as_str())) }
        p class="govuk-body" {
            (count(chosen, "chosen school")) ", " (count(candidates, "school")) " to choose from. "
            (count(outcome.matched(), "comparison school")) " found, worth "
            (format!("{:.1}", outcome.effective_size)) " of equal weight."
        }
        (verdict(outcome))
        (balance(outcome))
        h2 class="govuk-heading-l" { "The schools compared" }
        (::record::ui::scroll("The schools compared", matches(settings, outcome).render()))
        @if !outcome.unmatched.is_empty() {
            h2 class="govuk-heading-m" { "Chosen schools with fewer comparison schools than wanted" }
            (::record::ui::scroll("Chosen schools with fewer comparison schools than wanted", Table::new()
                .head(["School", "Found", "Why"]).first_cell_is_header(true)
                .rows(outcome.unmatched.iter().map(|one| {
                    [Cell::new(outcome.name(one.urn)), Cell::number(one.found), Cell::new(one.why.as_str())]
                }))))
        }
        @if !by_hand.is_empty() {
            h2 class="govuk-heading-m" { "Left out by hand" }
            (::record::ui::scroll("Schools left out by hand", left_out(&by_hand)))
        }
        @if !by_rule.is_empty() {
            (Details::new(format!("{} that cannot be compared with, and why", count(by_rule.len(), "school")),
                ::record::ui::scroll("Schools that cannot be compared with", left_out(&by_rule))))
        }
        (unused(settings, outcome))
    }
}

fn count(many: usize, what: &str) -> String {
    if many == 1 { format!("1 {what}") } else { format!("{many} {what}s") }
}

/// What the balance means, before its numbers.
fn verdict(outcome: &Outcome) -> Markup {
    let far = outcome.unbalanced();
    let names: Vec<&str> = far.iter().map(|row| row.name.as_str()).collect();
    html! {
        @if outcome.groups.is_empty() {
            (WarningText::new("No chosen school has a comparison school. Loosen a limit, take a year more, or leave fewer schools out."))
        } @else if far.is_empty() {
            p class="govuk-body" { "After matching both sides are alike: no difference is beyond " (BALANCED) " standard deviations." }
        } @else {
            (WarningText::new(format!(
                "After matching the schools still differ by more than {BALANCED} standard deviations in: {}. Adjust for it in the analysis, or \
                 match more strictly.", names.join("; "))))
        }
    }
}

fn balance(outcome: &Outcome) -> Markup {
    let love = Love {
        title: "Differences before and after matching".to_owned(),
        rows: outcome
            .balance
            .iter()
            .filter_map(|row| {
                Some(LoveRow { label: row.name.clone(), before: row.before?, after: row.after })
            })
            .collect(),
        threshold: BALANCED,
    };
    let table = Table::new()
        .caption("Balance")
        .first_cell_is_header(true)
        .head(["Covariate"])
        .heading(Cell::new("All chosen").numeric(true))
        .heading(Cell::new("All candidates").numeric(true))
        .heading(Cell::new("Chosen, matched").numeric(true))
        .heading(Cell::new("Comparison").numeric(true))
        .heading(Cell::new("Difference before").numeric(true))
        .heading(Cell::new("Difference after").numeric(true))
        .rows(outcome.balance.iter().map(|row| {
            let mean =
                |value: Option<f64>| value.map_or_else(|| ":".to_owned(), |value| format!("{value:.2}"));
            [
                Cell::new(row.name.as_str()),
                Cell::number(format!("{:.2}", row.treated)),
                Cell::number(format!("{:.2}", row.candidates)),
                Cell::number(mean(row.matched_treated)),
                Cell::number(mean(row.comparison)),
                Cell::number(difference(row.before)),
                Cell::number(if row.comparison.is_some() { difference(row.after) } else { ":".to_owned() }),
            ]
        }));
    html! {
        h2 class="govuk-heading-l" { "How alike they are" }
        (love.figure("balance"))
        (::record::ui::scroll("Balance", table))
        p class="govuk-body-s" {
            "Means, and differences of means in standard deviations (of both sides, before matching). Up to " (BALANCED)
            " either way counts as balanced. : not available. z: nothing varies."
        }
    }
}

fn values(settings: &Settings, outcome: &Outcome, unit: Option<&Unit>) -> Vec<Cell> {
    outcome
        .covariates
        .iter()
        .enumerate()
        .map(|(place, covariate)| {
            let value = unit.and_then(|unit| unit.values.get(place));
            Cell::number(value.map_or_else(|| ":".to_owned(), |value| shown(settings, *covariate, *value)))
        })
        .collect()
}

fn headings(settings: &Settings, outcome: &Outcome, table: Table) -> Table {
    outcome
        .covariates
        .iter()
        .fold(table, |table, covariate| table.heading(Cell::new(heading(settings, *covariate)).numeric(true)))
}

/// A chosen school and below it its comparison schools.
fn matches(settings: &Settings, outcome: &Outcome) -> Table {
    let table = Table::new().first_cell_is_header(true).head(["School", "Part", "URN"]);
    let mut table = headings(settings, outcome, table).heading(Cell::new("Distance").numeric(true));
    let line = |urn: u32, part: &str, distance: Option<f64>| {
        let unit = outcome.unit(urn);
        let mut cells = vec![Cell::new(outcome.name(urn)), Cell::new(part), Cell::new(urn.to_string())];
        cells.extend(values(settings, outcome, unit));
        cells.push(Cell::number(distance.map_or_else(String::new, |distance| format!("{distance:.2}"))));
        cells
    };
    for Group { treated, matches } in &outcome.groups {
        table = table.row(line(*treated, "Chosen", None));
        for one in matches {
            table = table.row(line(one.urn, "Comparison", Some(one.distance)));
        }
    }
    table
}

fn left_out(schools: &[&LeftOut]) -> Table {
    Table::new().head(["School", "URN", "Kind", "Why"]).first_cell_is_header(true).rows(schools.iter().map(
        |one| {
            [
                Cell::new(one.name.as_str()),
                Cell::new(one.urn.to_string()),
                Cell::new(one.kind.title()),
                Cell::new(one.reason.as_str()),
            ]
        },
    ))
}

/// Candidates that nobody was matched with.
fn unused(settings: &Settings, outcome: &Outcome) -> Markup {
    let rest: Vec<&Unit> = outcome.units.iter().filter(|unit| !unit.treated && unit.weight == 0.0).collect();
    if rest.is_empty() {
        return html! {};
    }
    let table = Table::new().first_cell_is_header(true).head(["School", "Kind", "URN"]);
    let table = headings(settings, outcome, table).rows(rest.iter().map(|unit| {
        let mut cells = vec![
            Cell::new(unit.name.as_str()),
            Cell::new(unit.kind.title()),
            Cell::new(unit.urn.to_string()),
        ];
        cells.extend(values(settings, outcome, Some(unit)));
        cells
    }));
    html! {
        (Details::new(format!("{} that could have been compared with and were not needed", count(rest.len(), "school")),
            ::record::ui::scroll("Schools that were not needed", table)))
    }
}
