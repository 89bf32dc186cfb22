//! The figures as rows and columns, for CSV, for a workbook and as JSON. All three come from one table.

use std::io::Write;

use rust_xlsxwriter::{Format, Workbook, Worksheet};
use serde_json::{Map, Value, json};

use super::{
    model::{Assessment, Beyond, Row},
    service::{Origin, Report},
};
use crate::Result;

/// A column: its name in files and what it means.
type Column = (&'static str, &'static str);

/// The columns that every school has, before those of the index's parts.
const COLUMNS: [Column; 27] = [
    ("place", "Place by the need index, 1 for the highest need"),
    ("urn", "URN, to which earlier ones are folded"),
    ("school", "Name"),
    ("kind", "Kind of school"),
    ("pupils", "Pupils on roll on the census day, else by the register"),
    ("pupils_from", "roll or register"),
    ("free_meals_percent", "Pupils eligible for free school meals, per cent"),
    ("events", "Events of the measure in the window"),
    ("rate_observed", "Events for each 1,000 pupils"),
    ("rate_estimate", "Empirical Bayes estimate of that rate (gamma-Poisson)"),
    ("rate_low", "Lower end of its 90% interval"),
    ("rate_high", "Upper end of its 90% interval"),
    ("weight_of_all", "Weight of the common rate in the estimate, 0 to 1"),
    ("rate_place_low", "Highest place by rate that the school may have (90%)"),
    ("rate_place_high", "Lowest place by rate that the school may have (90%)"),
    ("chance_highest_rate", "Probability of being among the highest by rate"),
    ("outside_chance", "above or below the 99.8% limits of chance alone"),
    ("outside_spread", "above or below the 99.8% limits that allow for the spread between schools"),
    ("trend_ratio", "Rate divided by that of the year before, estimated over up to three years"),
    ("trend_low", "Lower end of its 90% interval"),
    ("trend_high", "Upper end of its 90% interval"),
    ("chance_rising", "Probability that the rate rises"),
    ("index", "Need index: 0 is the average of the group, 1 a standard deviation more need"),
    ("place_low", "Highest place by index under other weights, missing data and chance (90%)"),
    ("place_high", "Lowest place by index under other weights, missing data and chance (90%)"),
    ("chance_highest", "Probability of being among the highest by index"),
    ("notes", "What to know when reading the figures"),
];

fn number(value: f64) -> Value {
    // Six digits after the point are more than any of these figures carries.
    json!((value * 1e6).round() / 1e6)
}

fn beyond(beyond: Beyond) -> Value {
    json!(match beyond {
        Beyond::No => "no",
        Beyond::Above => "above",
        Beyond::Below => "below",
    })
}

fn cells(place: usize, row: &Row) -> Vec<Value> {
    let optional = |value: Option<f64>| value.map_or(Value::Null, number);
    let rate = row.rate.as_ref();
    let trend = row.trend.as_ref();
    let index = row.index.as_ref().filter(|index| index.index.is_some());
    vec![
        if index.is_some() { json!(place) } else { Value::Null },
        json!(row.school.urn),
        json!(row.school.name),
        json!(row.school.kind.title()),
        json!(row.pupils),
        json!(if row.pupils_by_register { "register" } else { "roll" }),
        optional(row.free_meals),
        json!(row.count),
        optional(rate.map(|rate| rate.observed)),
        optional(rate.map(|rate| rate.estimate)),
        optional(rate.map(|rate| rate.low)),
        optional(rate.map(|rate| rate.high)),
        optional(rate.map(|rate| rate.shrinkage)),
        json!(rate.map(|rate| rate.rank_low)),
        json!(rate.map(|rate| rate.rank_high)),
        optional(rate.map(|rate| rate.among)),
        rate.map_or(Value::Null, |rate| beyond(rate.beyond_chance)),
        rate.map_or(Value::Null, |rate| beyond(rate.beyond_spread)),
        optional(trend.map(|trend| trend.ratio)),
        optional(trend.map(|trend| trend.low)),
        optional(trend.map(|trend| trend.high)),
        optional(trend.map(|trend| trend.rising)),
        optional(index.and_then(|index| index.index)),
        json!(index.map(|index| index.overall.low)),
        json!(index.map(|index| index.overall.high)),
        optional(index.map(|index| index.overall.among)),
        json!(row.notes.join(" ")),
    ]
}

/// Names of columns, and a row of values for each school, in the order of the page. `null` is what is not known.
pub fn rows(assessment: &Assessment) -> (Vec<String>, Vec<Vec<Value>>) {
    let mut names: Vec<String> = COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let parts = assessment.index.as_ref().map(|index| index.parts.as_slice()).unwrap_or_default();
    for part in parts {
        names.push(format!("value_{}", part.part.slug()));
        names.push(format!("adds_{}", part.part.slug()));
    }
    let rows = assessment.rows.iter().enumerate().map(|(at, row)| {
        let mut line = cells(at + 1, row);
        for part in 0..parts.len() {
            let of = |values: &dyn Fn(&super::model::SchoolIndex) -> Option<f64>| {
                row.index.as_ref().and_then(values).map_or(Value::Null, number)
            };
            line.push(of(&|index| index.values.get(part).copied().flatten()));
            line.push(of(&|index| index.contributions.get(part).copied().flatten()));
        }
        line
    });
    (names, rows.collect())
}

/// Everything as JSON.
pub fn json(report: &Report) -> Value {
    let (names, rows) = rows(&report.assessment);
    let schools: Vec<Value> = rows
        .into_iter()
        .map(|row| Value::Object(names.iter().cloned().zip(row).collect::<Map<String, Value>>()))
        .collect();
    let left: Vec<Value> = report
        .assessment
        .left_out
        .iter()
        .map(|left| json!({ "urn": left.urn, "school": left.name, "reason": left.reason.slug(), "events": left.count }))
        .collect();
    json!({ "about": about(report), "schools": schools, "left_out": left })
}

/// What the figures are, in lines.
pub fn about(report: &Report) -> Vec<String> {
    let assessment = &report.assessment;
    let ask = &assessment.ask;
    let mut lines = vec![
        "Which schools need a social worker: need, with how sure it is".to_owned(),
        format!("Organisation: {}", report.origin.organisation),
        format!("Schools: {}; compared with their own kind only", ask.group.title()),
        format!("Measure: {}. {}", ask.measure.title(), ask.measure.definition()),
        format!("Highest: the {} highest", ask.highest),
        format!("Weights: {}", ask.weights),
        format!("Schools of other kinds (independent schools, colleges), not compared: {}", assessment.other),
        "Small numbers: shown. Handle this file as you would the children's records".to_owned(),
    ];
    lines.extend(origin(&report.origin));
    for silence in
        [assessment.rates.as_ref().err(), assessment.trend.as_ref().err(), assessment.index.as_ref().err()]
            .into_iter()
            .flatten()
    {
        lines.push(format!("Not said: {}", silence.words()));
    }
    lines.extend(assessment.regression().map(|words| format!("Regression to the mean: {words}")));
    if let Ok(index) = &assessment.index {
        lines.extend(index.remarks.iter().map(|remark| format!("Index: {remark}")));
    }
    lines.extend(assessment.left_out.iter().map(|left| {
        format!("Left out: {} {}: {}; events {}", left.urn, left.name, left.reason.words(), left.count)
    }));
    lines.extend(COLUMNS.iter().map(|(name, words)| format!("Column {name}: {words}")));
    lines.push(
        "Column value_...: the figure that a part of the index weighs; adds_...: what it adds to the index"
            .to_owned(),
    );
    lines
}

fn origin(origin: &Origin) -> Vec<String> {
    let mut lines = vec![
        format!("Definitions: {}", origin.definitions),
        format!("Made at: {}", origin.made_at.format("%Y-%m-%dT%H:%M:%SZ")),
        format!("Figures: sha256 {}", origin.hash),
    ];
    lines.extend(
        origin.windows.iter().map(|facts| format!("Window {}", crate::counts::window_in_one_line(facts))),
    );
    lines.extend(
        origin
            .sources
            .iter()
            .map(|source| format!("Source {}: {} sha256 {}", source.slot, source.name, source.sha256)),
    );
    lines
}

/// Writes the schools as CSV in UTF-8. Lines before the headings begin with `#` and say what the figures are.
///
/// # Errors
/// [`crate::Error::Write`] when the destination takes no more.
pub fn write_csv(report: &Report, mut to: impl Write) -> Result<()> {
    for line in about(report) {
        writeln!(to, "# {}", line.replace(|c: char| c.is_control(), " ")).map_err(csv::Error::from)?;
    }
    let (names, rows) = rows(&report.assessment);
    let mut csv = csv::Writer::from_writer(to);
    csv.write_record(&names)?;
    for row in rows {
        csv.write_record(row.iter().map(|value| match value {
            Value::Null => String::new(),
            Value::String(text) => plain(text),
            other => other.to_string(),
        }))?;
    }
    csv.flush().map_err(csv::Error::from)?;
    Ok(())
}

/// A text that no spreadsheet takes for a formula.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// The schools as a workbook: a sheet of figures, one of schools left out, and one that says what they are.
///
/// # Errors
/// [`crate::Error::Workbook`] when it cannot be made.
pub fn workbook(report: &Report) -> Result<Vec<u8>> {
    let bold = Format::new().set_bold().set_text_wrap();
    let (names, rows) = rows(&report.assessment);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Schools")?;
    heading(sheet, &names, &bold)?;
    for (line, row) in (1_u32..).zip(&rows) {
        write_row(sheet, line, row)?;
    }
    sheet.set_freeze_panes(1, 3)?;
    sheet.set_column_width(2, 34)?;
    let sheet = book.add_worksheet().set_name("Left out")?;
    heading(sheet, &["urn", "school", "reason", "events"].map(str::to_owned), &bold)?;
    for (line, left) in (1_u32..).zip(&report.assessment.left_out) {
        write_row(
            sheet,
            line,
            &[json!(left.urn), json!(left.name), json!(left.reason.words()), json!(left.count)],
        )?;
    }
    sheet.set_column_width(1, 34)?.set_column_width(2, 60)?;
    let sheet = book.add_worksheet().set_name("About")?;
    for (line, words) in (0_u32..).zip(about(report)) {
        sheet.write_string(line, 0, words)?;
    }
    sheet.set_column_width(0, 120)?;
    Ok(book.save_to_buffer()?)
}

fn heading(sheet: &mut Worksheet, names: &[String], bold: &Format) -> Result<()> {
    for (column, name) in (0_u16..).zip(names) {
        sheet.write_string_with_format(0, column, name, bold)?;
    }
    Ok(())
}

fn write_row(sheet: &mut Worksheet, line: u32, row: &[Value]) -> Result<()> {
    for (column, value) in (0_u16..).zip(row) {
        match value {
            Value::Null => {}
            Value::Number(number) => {
                sheet.write_number(line, column, number.as_f64().unwrap_or(f64::NAN))?;
            }
            // Written as a string, which a spreadsheet never takes for a formula.
            other => {
                let text = other.as_str().map_or_else(|| other.to_string(), str::to_owned);
                sheet.write_string(line, column, text)?;
            }
        }
    }
    Ok(())
}
