//! A preview in plain words.

use platform::{
    Ctx, Result,
    clock::{date_in_words, in_words},
    jobs::model::thousands,
};
use record::{
    entity::{import_file, import_problem},
    import::{Slot, Summary, problems},
    roll::Reason,
};

use crate::commands::out;

/// Places shown of each kind of problem; the report file and the page have them all.
const PLACES: u64 = 2;
/// Unknown schools shown.
const SCHOOLS: usize = 5;
/// Characters of a value or message that are shown.
const WIDTH: usize = 110;

/// Prints what a file holds and what importing it would change.
pub(super) async fn preview(ctx: &Ctx, file: &import_file::Model) -> Result<()> {
    let (slot, summary) = (file.slot()?, file.summary()?);
    out::line(format!("{}: {}", file.name, slot.title()));
    for line in content(slot, &summary).into_iter().chain(effect(slot, &summary)) {
        out::line(format!("  {line}"));
    }
    for line in matching(&summary).into_iter().chain(schools(&summary)) {
        out::line(format!("  {line}"));
    }
    found(ctx, file, &summary).await
}

/// What is already known of an imported file, in one line.
pub(super) fn imported(file: &import_file::Model) -> String {
    let when = file.applied_at.map(|at| format!(" on {}", in_words(at))).unwrap_or_default();
    let who = file.applied_by_name.as_ref().map(|name| format!(" by {name}")).unwrap_or_default();
    format!("the same file was imported{when}{who}; nothing to do")
}

fn content(slot: Slot, summary: &Summary) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(header) = &summary.header {
        let name = header.la_name.as_deref().unwrap_or("an authority of unknown name");
        let date = header.reference_date.map(date_in_words).unwrap_or_else(|| "not given".to_owned());
        let software = header.software.as_ref().map(|it| format!(", made with {it}")).unwrap_or_default();
        lines.push(format!("return of {name} ({}), reference date {date}{software}", header.la_code));
    }
    let kind = slot.kind().records();
    let mut line = format!("{} {kind} read, {} taken", thousands(summary.records), thousands(summary.taken));
    if summary.not_taken > 0 {
        line += &format!(", {} not taken (the problems say why)", thousands(summary.not_taken));
    }
    if summary.repeated > 0 {
        line += &format!(", {} only repeat an earlier one", thousands(summary.repeated));
    }
    lines.push(line);
    lines
}

fn effect(slot: Slot, summary: &Summary) -> Vec<String> {
    let kind = slot.kind().records();
    let mut lines = vec![format!(
        "against the record: {} new, {} changed, {} unchanged, {} gone",
        thousands(summary.new),
        thousands(summary.changed),
        thousands(summary.unchanged),
        thousands(summary.gone)
    )];
    if summary.gone > 0 {
        lines.push(format!("the {kind} that are gone end today; what was known of them before stays"));
    }
    if summary.undecided > 0 {
        lines.push(format!(
            "of {} {kind} of the record the file says nothing, because it ends early",
            thousands(summary.undecided)
        ));
    }
    lines
}

fn matching(summary: &Summary) -> Vec<String> {
    let reasons: Vec<(Reason, u64)> = Reason::all()
        .into_iter()
        .filter_map(|reason| Some((reason, *summary.matching.get(reason.slug().as_ref())?)))
        .collect();
    let all: u64 = reasons.iter().map(|(_, count)| count).sum();
    if all == 0 {
        return vec![];
    }
    let matched: u64 = reasons.iter().filter(|(one, _)| one.is_match()).map(|(_, count)| count).sum();
    let mut lines = vec![format!(
        "matched to a school roll: {} of {} children; not matched: {}",
        thousands(matched),
        thousands(all),
        thousands(all - matched)
    )];
    lines.extend(
        reasons.iter().map(|(reason, count)| format!("  {:>9}  {}", thousands(*count), reason.title())),
    );
    lines
}

fn schools(summary: &Summary) -> Vec<String> {
    let Some(schools) = &summary.schools else { return vec![] };
    let unknown = schools.unknown.len() as u64 + schools.more_unknown;
    let mut lines =
        vec![format!("schools: {} known, {} not known", thousands(schools.known), thousands(unknown))];
    lines.extend(
        schools
            .unknown
            .iter()
            .take(SCHOOLS)
            .map(|(key, rows)| format!("  {:>9}  rows of {key}", thousands(*rows))),
    );
    if unknown > SCHOOLS as u64 {
        lines.push(format!("  and {} more schools", thousands(unknown - SCHOOLS as u64)));
    }
    lines
}

async fn found(ctx: &Ctx, file: &import_file::Model, summary: &Summary) -> Result<()> {
    if summary.problems.is_empty() {
        out::line("  no problems found");
        return Ok(());
    }
    let [errors, warnings, notes] =
        ["error", "warning", "note"].map(|severity| summary.problems_of(severity));
    out::line(format!(
        "  problems: {} errors, {} warnings, {} notes",
        thousands(errors),
        thousands(warnings),
        thousands(notes)
    ));
    let rank = |severity: &str| ["error", "warning", "note"].iter().position(|known| *known == severity);
    let mut kinds: Vec<_> = summary.problems.iter().collect();
    kinds.sort_by_key(|(code, count)| {
        (rank(&count.severity), std::cmp::Reverse(count.count), code.to_owned())
    });
    for (code, count) in kinds {
        let places = problems(ctx, file.id, Some(code), 0, PLACES).await?;
        out::line(format!("  {:>9}  {} ({code})", thousands(count.count), count.severity));
        for problem in &places {
            out::line(format!("             {}", place(problem)));
        }
        if let Some(problem) = places.first() {
            out::line(format!("             what to do: {}", problem.remedy));
        }
    }
    Ok(())
}

fn place(problem: &import_problem::Model) -> String {
    let field = problem.field.as_ref().map(|field| format!(", {field}")).unwrap_or_default();
    let found = problem.found.as_ref().map(|found| format!(" `{}`", short(found))).unwrap_or_default();
    format!("line {}{field}{found}: {}", problem.line, short(&problem.message))
}

fn short(text: &str) -> String {
    let clean: String = text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    match clean.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", clean.get(..end).unwrap_or_default()),
        None => clean,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use record::import::Kind;

    use super::*;

    #[test]
    fn nothing_is_said_of_matching_where_nothing_was_to_match() {
        assert_eq!(matching(&Summary::default()), Vec::<String>::new());
    }

    #[test]
    fn every_unmatched_child_has_a_reason() {
        let counts = [("matched-upn", 1_200), ("no-upn-un3", 3), ("no-roll-school-age", 97)];
        let matching_counts: BTreeMap<_, _> = counts.map(|(slug, count)| (slug.to_owned(), count)).into();
        let lines = matching(&Summary { matching: matching_counts, ..Summary::default() });
        assert_eq!(lines.len(), 4);
        assert!(lines[0].contains("1,200 of 1,300 children; not matched: 100"), "{}", lines[0]);
        assert!(lines.iter().any(|line| line.contains("97") && line.contains("school age")));
    }

    #[test]
    fn a_file_that_ended_early_says_so() {
        let slot = Slot::parse("cin:2019").unwrap();
        assert_eq!(slot.kind(), Kind::Cin);
        let lines = effect(slot, &Summary { new: 4, undecided: 1_000, ..Summary::default() });
        assert!(lines[1].contains("1,000 children"), "{lines:?}");
    }

    #[test]
    fn what_came_from_a_file_cannot_move_the_cursor() {
        assert_eq!(short("a\u{1b}[2Jb"), "a [2Jb");
        assert_eq!(short(&"é".repeat(200)).chars().count(), WIDTH + 1);
    }
}
