//! A comparison as a file: one line for each school, under a block that says what it is.

use std::io::Write;

use super::model::{Frozen, Outcome, Settings};
use crate::Result;

/// A text that no spreadsheet takes for a formula.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// Writes what was found as CSV in UTF-8. Lines of the block before the headings begin with `#`. `frozen` is the record,
/// where it was frozen.
///
/// # Errors
/// [`crate::Error::Write`] when the destination takes no more.
pub fn write_csv(
    settings: &Settings,
    outcome: &Outcome,
    figures_hash: &str,
    frozen: Option<&Frozen>,
    mut to: impl Write,
) -> Result<()> {
    for line in preamble(settings, outcome, figures_hash, frozen) {
        writeln!(to, "# {}", line.replace(|c: char| c.is_control(), " ")).map_err(csv::Error::from)?;
    }
    let mut csv = csv::Writer::from_writer(to);
    let mut headings: Vec<&str> =
        vec!["role", "urn", "name", "kind", "matched_with", "distance", "weight", "events", "pupils"];
    headings.extend(outcome.covariates.iter().map(|one| one.slug()));
    headings.push("reason");
    csv.write_record(&headings)?;
    for unit in &outcome.units {
        let group = outcome.groups.iter().find(|group| {
            if unit.treated {
                group.treated == unit.urn
            } else {
                group.matches.iter().any(|one| one.urn == unit.urn)
            }
        });
        let with = group.map_or_else(String::new, |group| {
            if unit.treated {
                group.matches.iter().map(|one| one.urn.to_string()).collect::<Vec<_>>().join(" ")
            } else {
                group.treated.to_string()
            }
        });
        let distance = group
            .filter(|_| !unit.treated)
            .and_then(|group| group.matches.iter().find(|one| one.urn == unit.urn))
            .map_or_else(String::new, |one| format!("{:.4}", one.distance));
        let role = match (unit.treated, group.is_some()) {
            (true, _) => "chosen",
            (false, true) => "comparison",
            (false, false) => "not used",
        };
        let why = outcome.unmatched.iter().find(|one| one.urn == unit.urn);
        let mut record = vec![
            role.to_owned(),
            unit.urn.to_string(),
            plain(&unit.name),
            unit.kind.slug().to_owned(),
            with,
            distance,
            unit.weight.to_string(),
            unit.count.to_string(),
            unit.pupils.to_string(),
        ];
        record.extend(unit.values.iter().map(f64::to_string));
        record.push(why.map_or_else(String::new, |one| one.why.clone()));
        csv.write_record(&record)?;
    }
    for one in &outcome.left_out {
        let mut record =
            vec!["left out".to_owned(), one.urn.to_string(), plain(&one.name), one.kind.slug().to_owned()];
        record.resize(9 + outcome.covariates.len(), String::new());
        record.push(plain(&one.reason));
        csv.write_record(&record)?;
    }
    csv.flush().map_err(csv::Error::from)?;
    Ok(())
}

/// What the file is, in lines.
fn preamble(
    settings: &Settings,
    outcome: &Outcome,
    figures_hash: &str,
    frozen: Option<&Frozen>,
) -> Vec<String> {
    let mut lines = vec!["Comparison of schools before outcomes".to_owned()];
    match frozen {
        Some(frozen) => {
            let document = &frozen.document;
            lines.push(format!("Purpose: {} (comparison {})", document.purpose, document.number));
            lines.push(format!("Frozen: {} by {}", document.frozen_at.to_rfc3339(), document.frozen_by));
            lines.push(format!("Record SHA-256: {}", frozen.hash));
        }
        None => lines.push("Not frozen: a look only".to_owned()),
    }
    lines.push(format!("Figures SHA-256: {figures_hash}"));
    lines.push(format!("Programme starts: {}", settings.starts_on));
    if let Some(plan) = &settings.plan {
        lines.push(format!(
            "Chosen schools: of the cluster plan {}, content SHA-256 {}",
            plan.title, plan.hash
        ));
    }
    lines.push(format!("Past windows, the baseline first: {}", settings.windows.join(", ")));
    lines.push(format!("Measure: {}; rate: {}", settings.measure, settings.rate.title()));
    lines.push("Small numbers: shown. Handle this file as you would the children's records".to_owned());
    lines.extend(outcome.remarks.iter().map(|remark| format!("Note: {remark}")));
    lines.extend(outcome.balance.iter().map(|row| {
        format!(
            "Balance {}: before {}, after {}",
            row.name,
            super::text::difference(row.before),
            super::text::difference(row.after)
        )
    }));
    lines
}
