//! The measures of dose as a file.

use std::io::Write;

use super::{model::Kind, service::dose::DoseReport};
use crate::Result;

/// Writes a report as CSV: a line for each school. Hours have two decimals.
pub fn write_csv(report: &DoseReport, to: impl Write) -> Result<()> {
    let mut file = csv::Writer::from_writer(to);
    let mut head: Vec<String> = [
        "urn",
        "school",
        "window",
        "from",
        "counted_to",
        "days_planned",
        "days_actual",
        "days_covered",
        "sessions",
        "consultations",
        "hours",
        "staff_present",
        "staff_not_counted_sessions",
        "pupils_present",
        "pupils_not_counted_sessions",
    ]
    .map(str::to_owned)
    .into();
    let column = |kind: &Kind, what: &str| format!("{what}_{}", kind.slug().replace('-', "_"));
    head.extend(Kind::ALL.iter().map(|kind| column(kind, "hours")));
    head.extend(Kind::ALL.iter().map(|kind| column(kind, "sessions")));
    file.write_record(&head)?;
    for school in &report.schools {
        let dose = &school.dose;
        let mut line = vec![
            school.urn.to_string(),
            school.name.clone(),
            report.window.name.clone(),
            report.window.from.to_string(),
            report.counted_to.to_string(),
            dose.planned_days.to_string(),
            dose.actual_days.to_string(),
            dose.covered_days.to_string(),
            dose.all_sessions().to_string(),
            dose.consultations().to_string(),
            format!("{:.2}", dose.all_hours()),
            dose.staff.to_string(),
            dose.staff_unknown.to_string(),
            dose.pupils.to_string(),
            dose.pupils_unknown.to_string(),
        ];
        line.extend(Kind::ALL.iter().map(|kind| format!("{:.2}", dose.hours(*kind))));
        line.extend(Kind::ALL.iter().map(|kind| dose.sessions.get(kind).copied().unwrap_or(0).to_string()));
        file.write_record(&line)?;
    }
    file.flush().map_err(csv::Error::from)?;
    Ok(())
}
