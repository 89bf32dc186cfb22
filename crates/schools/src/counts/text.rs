//! The figures as text for a terminal.

use super::{
    file,
    model::{measure::Measure, table::Cells},
    service::Report,
};

/// Measures in the columns of the terminal's table, with their short headings.
const COLUMNS: [(Measure, &str); 9] = [
    (Measure::Pupils, "pupils"),
    (Measure::Referrals, "referrals"),
    (Measure::FromSchool, "2A"),
    (Measure::FromEducation, "2A+2B"),
    (Measure::ReReferrals, "again"),
    (Measure::Assessments, "assessed"),
    (Measure::Enquiries, "s47"),
    (Measure::Conferences, "icpc"),
    (Measure::PlanStarts, "cp plans"),
];
/// Characters of a name that are shown.
const NAME: usize = 34;

/// The report as lines of text, one table for each window.
pub fn text(report: &Report) -> String {
    let mut out = format!("{}, definitions {}\n", report.organisation, report.definitions);
    for (index, facts) in report.table.windows.iter().enumerate() {
        out.push('\n');
        out.push_str(&file::window(facts));
        out.push('\n');
        let heading: String = COLUMNS.iter().map(|(_, heading)| format!(" {heading:>9}")).collect();
        out.push_str(&format!("{:>7} {:<NAME$}{heading}{:>9}\n", "URN", "School", "per 1,000"));
        for row in &report.table.schools {
            let rate = row.cells.get(index).map(|cells| cells.rate(Measure::Referrals).to_string());
            line(&mut out, &row.school.urn.to_string(), &row.school.name, row.cells.get(index), rate);
        }
        for row in &report.table.residuals {
            line(&mut out, "", row.reason.title(), row.cells.get(index), None);
        }
        line(&mut out, "", "Total", report.table.totals.get(index), None);
    }
    out.push_str(
        "\nper 1,000: referrals for each 1,000 pupils on roll. c hidden, : not available, z not applicable\n",
    );
    out
}

fn line(out: &mut String, urn: &str, name: &str, cells: Option<&Cells>, rate: Option<String>) {
    let Some(cells) = cells else { return };
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME).collect();
    let figures: String =
        COLUMNS.iter().map(|(measure, _)| format!(" {:>9}", cells.figure(*measure).to_string())).collect();
    out.push_str(&format!("{urn:>7} {name:<NAME$}{figures}{:>9}\n", rate.unwrap_or_default()));
}
