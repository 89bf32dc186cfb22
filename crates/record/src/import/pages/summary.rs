//! What a file holds and what it changes: the preview before, the report after.

use govuk::{Cell, Table, WarningText, patterns::Scroll};
use maud::{Markup, html};
use platform::{Result, jobs::model::thousands, web::Request};

use super::{
    problems::examples,
    wording::{capital, count, severity, weight},
};
use crate::{
    entity::import_file,
    import::{ProblemCount, SchoolKeys, Summary},
    roll::Reason,
};

/// The numbers of an import; `done` says whether they tell what was changed or what would be.
pub(super) async fn overview(
    request: &Request,
    file: &import_file::Model,
    summary: &Summary,
    done: bool,
) -> Result<Markup> {
    let records = file.slot()?.kind().records();
    let examples = examples(request, file).await?;
    Ok(html! {
        @if let Some(fault) = &summary.ended_early {
            (WarningText::new(format!(
                "The file could be read only in part{}: {}. {}.",
                fault.line.map(|line| format!(" (to line {})", thousands(line))).unwrap_or_default(),
                fault.message,
                capital(&fault.remedy)
            )))
        }
        h2 class="govuk-heading-m" { (if done { "What changed" } else { "What would change" }) }
        (effect(summary, records, done))
        @if summary.changes_listed > 0 {
            p class="govuk-body" {
                a class="govuk-link" href=(request.href(&format!("/imports/{}/changes", file.id))) {
                    "See which " (records) " change or end"
                }
            }
        }
        (matching(request, file, summary, done)?)
        @if let Some(schools) = &summary.schools { (schools_of(request, file, schools)) }
        h2 class="govuk-heading-m" { "Problems in the file" }
        (problems(request, file, summary, &examples))
    })
}

fn effect(summary: &Summary, records: &str, done: bool) -> Markup {
    let lines = [
        ("New", summary.new, "not in the record before"),
        ("Changed", summary.changed, "in the record in another version, which is kept as it was known then"),
        ("Unchanged", summary.unchanged, "in the record just so"),
        ("Gone", summary.gone, "in the record from an earlier file, and no longer in this one: they end"),
        ("Undecided", summary.undecided, "in the record; the file ends before it could be told"),
        ("Repeated", summary.repeated, "given more than once in the file"),
        ("Not taken", summary.not_taken, "could not be read; the problems say why"),
    ];
    let mut table = Table::new()
        .caption(format!("{} in the file: {}", capital(records), thousands(summary.records)))
        .first_cell_is_header(true)
        .heading(Cell::new(if done { "Outcome" } else { "What would happen" }))
        .heading(Cell::number("Number").attribute("scope", "col"))
        .heading(Cell::new("Meaning"));
    for (index, (what, number, meaning)) in lines.into_iter().enumerate() {
        // The first four are always told; the others only where there are any.
        if index < 4 || number > 0 {
            table = table.row([Cell::new(what), Cell::number(thousands(number)), Cell::new(meaning)]);
        }
    }
    html! { (Scroll::new("What changes", html! { (table) })) }
}

/// Children by how they match the rolls, with the reasons of those who do not.
fn matching(request: &Request, file: &import_file::Model, summary: &Summary, done: bool) -> Result<Markup> {
    if summary.matching.is_empty() {
        return Ok(html! {});
    }
    let mut rows: Vec<(Reason, u64)> = summary
        .matching
        .iter()
        .filter_map(|(slug, number)| Some((Reason::from_slug(slug)?, *number)))
        .collect();
    rows.sort();
    let all: u64 = rows.iter().map(|(_, number)| number).sum();
    let matched: u64 = rows.iter().filter(|(reason, _)| reason.is_match()).map(|(_, number)| number).sum();
    let mut table = Table::new()
        .caption("Children by how they match the school rolls")
        .caption_classes("govuk-visually-hidden")
        .first_cell_is_header(true)
        .heading(Cell::new("Match or reason"))
        .heading(Cell::number("Children"));
    for (reason, number) in rows {
        let title = reason.title();
        let words = if done && !reason.is_match() {
            let link = request.href(&format!("/imports/{}/children?reason={}", file.id, reason.slug()));
            Cell::new(html! { a class="govuk-link" href=(link) { (title) } })
        } else {
            Cell::new(title)
        };
        table = table.row([words, Cell::number(thousands(number))]);
    }
    Ok(html! {
        h2 class="govuk-heading-m" { "Children on the school rolls" }
        p class="govuk-body" {
            (count(matched, "children")) " of " (thousands(all)) " " (if matched == 1 { "is" } else { "are" })
            " on a school roll that has been imported. The return names no school: children are found on the "
            "rolls by their UPN. All of them are imported, whether they match or not."
        }
        (Scroll::new("Children on the school rolls", html! { (table) }))
    })
}

fn schools_of(request: &Request, file: &import_file::Model, schools: &SchoolKeys) -> Markup {
    let unknown = schools.unknown.len() as u64 + schools.more_unknown;
    html! {
        h2 class="govuk-heading-m" { "Schools in the file" }
        p class="govuk-body" {
            (count(schools.known, "schools")) " known."
            @if unknown > 0 {
                " " (count(unknown, "identifiers")) " " (if unknown == 1 { "means" } else { "mean" })
                " no school that has been imported. "
                a class="govuk-link" href=(request.href(&format!("/imports/{}/schools", file.id))) {
                    "Say which schools they are"
                }
            }
        }
    }
}

/// Problems by kind, the gravest first.
fn problems(request: &Request, file: &import_file::Model, summary: &Summary, examples: &Markup) -> Markup {
    if summary.problems.is_empty() {
        return html! { p class="govuk-body" { "None was found." } };
    }
    let catalogue = returns::catalogue::catalogue();
    let mut kinds: Vec<(&String, &ProblemCount)> = summary.problems.iter().collect();
    kinds.sort_by_key(|(code, found)| (weight(&found.severity), u64::MAX - found.count, (*code).clone()));
    let mut table = Table::new()
        .caption("Problems by kind")
        .caption_classes("govuk-visually-hidden")
        .heading(Cell::new("Problem"))
        .heading(Cell::new("What to do"))
        .heading(Cell::new("How grave"))
        .heading(Cell::number("Times"));
    for (code, found) in kinds {
        let kind = catalogue.iter().find(|kind| kind.code == code.as_str());
        let (what, remedy) = kind.map_or((code.as_str(), ""), |kind| (kind.meaning, kind.remedy));
        let link = request.href(&format!("/imports/{}/problems?code={code}", file.id));
        table = table.row([
            Cell::new(html! { a class="govuk-link" href=(link) { (capital(what)) } }),
            Cell::new(capital(remedy)),
            Cell::new(severity(&found.severity)),
            Cell::number(thousands(found.count)),
        ]);
    }
    html! {
        p class="govuk-body" {
            (count(summary.problems_of("error"), "errors")) ", "
            (count(summary.problems_of("warning"), "warnings")) " and "
            (count(summary.problems_of("note"), "notes")) ". "
            "Mend them in the source system; records that could be read are taken all the same."
        }
        (Scroll::new("Problems by kind", html! { (table) }))
        (examples)
        p class="govuk-body" {
            a class="govuk-link" href=(request.href(&format!("/imports/{}/problems", file.id))) {
                "See every problem with its place"
            }
            " or "
            a class="govuk-link" href=(request.href(&format!("/imports/{}/problems.csv", file.id))) {
                "download them (CSV)"
            }
        }
    }
}
