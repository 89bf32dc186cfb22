//! The figures as a file: one line for each window, row and measure, under a block that says what they are.

use std::io::Write;

use super::{
    model::{
        measure::Measure,
        table::{Cells, Coverage, Figure, WindowFacts},
    },
    service::Report,
};
use crate::Result;

/// Headings of the columns.
const HEADINGS: [&str; 12] = [
    "window",
    "first_day",
    "last_day",
    "row",
    "urn",
    "previous_urns",
    "name",
    "phase",
    "measure",
    "numerator",
    "pupils_on_roll",
    "rate_per_1000",
];

/// Writes the report as CSV in UTF-8. Lines of the block before the headings begin with `#`.
///
/// # Errors
/// [`crate::Error::Write`] when the destination takes no more.
pub fn write_csv(report: &Report, mut to: impl Write) -> Result<()> {
    for line in preamble(report) {
        writeln!(to, "# {}", line.replace(|c: char| c.is_control(), " ")).map_err(csv::Error::from)?;
    }
    let mut csv = csv::Writer::from_writer(to);
    csv.write_record(HEADINGS)?;
    let table = &report.table;
    for (index, facts) in table.windows.iter().enumerate() {
        for row in &table.schools {
            let previous: Vec<String> = row.school.previous.iter().map(|(urn, _)| urn.to_string()).collect();
            let school = &row.school;
            let names = [
                "school",
                &school.urn.to_string(),
                &previous.join(" "),
                &plain(&school.name),
                &plain(school.phase.as_deref().unwrap_or("")),
            ];
            lines(&mut csv, facts, names, row.cells.get(index))?;
        }
        for row in &table.residuals {
            lines(
                &mut csv,
                facts,
                [row.reason.slug(), "", "", row.reason.title(), ""],
                row.cells.get(index),
            )?;
        }
        let total = ["total", "", "", "All schools and residuals", ""];
        lines(&mut csv, facts, total, table.totals.get(index))?;
    }
    csv.flush().map_err(csv::Error::from)?;
    Ok(())
}

fn lines<W: Write>(
    csv: &mut csv::Writer<W>,
    facts: &WindowFacts,
    [row, urn, previous, name, phase]: [&str; 5],
    cells: Option<&Cells>,
) -> Result<()> {
    let Some(cells) = cells else { return Ok(()) };
    let school = row == "school";
    for measure in Measure::ALL {
        let pupils = if school { cells.figure(Measure::Pupils) } else { Figure::NotApplicable };
        let rate = if school && !measure.is_roll() { cells.rate(measure) } else { Figure::NotApplicable };
        csv.write_record([
            facts.window.name.as_str(),
            &facts.window.from.to_string(),
            &facts.window.to.to_string(),
            row,
            urn,
            previous,
            name,
            phase,
            measure.slug(),
            &cells.figure(measure).to_string(),
            &pupils.to_string(),
            &rate.to_string(),
        ])?;
    }
    Ok(())
}

/// A text that no spreadsheet takes for a formula.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// What the figures are, in lines.
fn preamble(report: &Report) -> Vec<String> {
    let mut lines = vec![
        "What happens in which school".to_owned(),
        format!("Organisation: {}", report.organisation),
        format!("Definitions: {}", report.definitions),
        format!("Counted at: {}", report.counted_at.format("%Y-%m-%dT%H:%M:%SZ")),
    ];
    lines.extend(report.table.windows.iter().map(|facts| format!("Window {}", window(facts))));
    match report.table.suppressed {
        Some(policy) => lines.push(format!(
            "Small numbers: 1 to {} are hidden, with further numbers so that they cannot be worked out",
            policy.small
        )),
        None => lines
            .push("Small numbers: shown. Handle this file as you would the children's records".to_owned()),
    }
    if report.own_schools_only {
        lines.push("Rows: only the schools where the reader works; no residual and no total".to_owned());
    }
    lines.push("Marks: c hidden, : not available, z not applicable".to_owned());
    lines.extend(
        Measure::ALL.iter().map(|measure| format!("Measure {}: {}", measure.slug(), measure.definition())),
    );
    lines.extend(report.sources.iter().map(|source| {
        let applied =
            source.applied_at.map_or_else(String::new, |at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string());
        format!("Source {}: {} sha256 {} imported {applied}", source.slot, source.name, source.sha256)
    }));
    lines
}

/// What can be said of a window, in one line.
pub(crate) fn window(facts: &WindowFacts) -> String {
    let census = match facts.census {
        Some(census) => format!("pupils on roll on {} ({census} census)", census.day()),
        None => "no roll imported for it".to_owned(),
    };
    let covered = match facts.covered {
        Coverage::Whole => "returns cover all of it".to_owned(),
        Coverage::Part(from, to) => format!("returns cover it only in part, {from} to {to}"),
        Coverage::None => "no return covers it".to_owned(),
    };
    let repeats = if facts.repeats { "" } else { "; re-referrals need the return of the year before" };
    format!(
        "{}: {} to {}; {census}; {covered}{repeats}",
        facts.window.name, facts.window.from, facts.window.to
    )
}
