//! Need as text for a terminal.

use super::{model::Row, service::Report};

/// Characters of a name that are shown.
const NAME: usize = 32;

/// The report as lines of text.
pub fn text(report: &Report) -> String {
    let assessment = &report.assessment;
    let ask = &assessment.ask;
    let window = report.origin.windows.first().map(|facts| facts.window.in_words()).unwrap_or_default();
    let mut out = format!(
        "{}: {}, {window}\n{}; weights {}\n\n",
        report.origin.organisation,
        ask.group.title(),
        ask.measure.title(),
        ask.weights
    );
    if !assessment.rows.is_empty() {
        out.push_str(&format!(
            "{:>5} {:<9} {:>7} {:<NAME$} {:>6} {:>6} {:>6} {:>6} {:<16} {:>6}\n",
            "place", "(90%)", "URN", "School", "index", "pupils", "events", "rate", "(90%)", "top"
        ));
    }
    for (at, row) in assessment.rows.iter().enumerate() {
        out.push_str(&line(at + 1, row));
    }
    out.push_str(&format!(
        "\nrate: estimated {} for each 1,000 pupils. top: probability of being among the {} highest by index.\n",
        ask.measure.title().to_lowercase(),
        ask.highest
    ));
    if let Some(words) = assessment.regression() {
        out.push_str(&format!("\n{words}\n"));
    }
    let silences =
        [assessment.rates.as_ref().err(), assessment.trend.as_ref().err(), assessment.index.as_ref().err()];
    let mut said: Vec<String> = silences.into_iter().flatten().map(super::model::Silence::words).collect();
    said.dedup();
    for words in said {
        out.push_str(&format!("\n{words}\n"));
    }
    if let Ok(index) = &assessment.index {
        out.push_str(&format!(
            "\nUnder other weights {:.0}% of the {} highest stay among them.\n",
            index.stay * 100.0,
            ask.highest
        ));
        for remark in &index.remarks {
            out.push_str(&format!("{remark}\n"));
        }
    }
    for left in &assessment.left_out {
        out.push_str(&format!(
            "Left out: {} {} ({}; events {})\n",
            left.urn,
            clean(&left.name),
            left.reason.words(),
            left.count
        ));
    }
    out
}

fn clean(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(NAME).collect()
}

fn line(place: usize, row: &Row) -> String {
    let index = row.index.as_ref().filter(|index| index.index.is_some());
    let optional = |value: Option<String>| value.unwrap_or_else(|| ":".to_owned());
    format!(
        "{:>5} {:<9} {:>7} {:<NAME$} {:>6} {:>6} {:>6} {:>6} {:<16} {:>6}\n",
        optional(index.map(|_| place.to_string())),
        optional(index.map(|index| format!("{} to {}", index.overall.low, index.overall.high))),
        row.school.urn,
        clean(&row.school.name),
        optional(index.and_then(|index| index.index).map(|index| format!("{index:.2}"))),
        row.pupils,
        row.count,
        optional(row.rate.map(|rate| format!("{:.1}", rate.estimate))),
        optional(row.rate.map(|rate| format!("{:.1} to {:.1}", rate.low, rate.high))),
        optional(index.map(|index| format!("{:.0}%", index.overall.among * 100.0))),
    )
}
