//! A choice as a file: one line for each school of a cluster and for each that is left out, under a block that says what
//! it is. The same rows as CSV and as a workbook.

use std::io::Write;

use chrono::{DateTime, Utc};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

use super::{
    model::{Choice, Frozen, Link, Settings},
    service::Report,
};
use crate::Result;

/// Headings of the columns.
const HEADINGS: [&str; 16] = [
    "cluster",
    "secondary_urn",
    "secondary",
    "workers",
    "role",
    "urn",
    "name",
    "kind",
    "basis",
    "pupils_moved_to_secondary",
    "pupils_moved_to_any_secondary",
    "share_percent",
    "distance_km",
    "children_expected",
    "children_within_places",
    "reason",
];

/// What stands in a cell.
enum Value {
    Text(String),
    Number(f64),
    Hidden,
    Empty,
}

impl Value {
    fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    fn to_csv(&self) -> String {
        match self {
            // A text that a spreadsheet would take for a formula is marked as text.
            Self::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Hidden => "c".to_owned(),
            Self::Empty => String::new(),
        }
    }
}

/// A choice on its way into a file.
pub struct Sheet<'a> {
    /// The organisation's name.
    pub organisation: &'a str,
    /// What was asked for.
    pub settings: &'a Settings,
    /// What was chosen.
    pub choice: &'a Choice,
    /// When.
    pub at: DateTime<Utc>,
    /// Further lines for the block.
    pub lines: Vec<String>,
    /// Whether numbers of single schools are hidden: their children, and moves of 1 to 5 pupils.
    pub hide: bool,
}

impl<'a> Sheet<'a> {
    /// A choice for those who may see small numbers.
    pub fn of_report(report: &'a Report) -> Self {
        Self {
            organisation: &report.organisation,
            settings: &report.question.settings,
            choice: &report.choice,
            at: report.at,
            lines: vec![
                format!("Figures hash: {}", report.question.figures_hash),
                format!("Links hash: {}", report.question.links_hash),
            ],
            hide: false,
        }
    }

    /// A frozen plan, single schools' numbers hidden.
    pub fn of_plan(plan: &'a Frozen, content_hash: &str) -> Self {
        Self {
            organisation: &plan.organisation,
            settings: &plan.settings,
            choice: &plan.choice,
            at: plan.at,
            lines: vec![
                format!("Plan: {}", plan.title),
                format!("Frozen by: {}", plan.by),
                format!("Content hash: {content_hash}"),
                format!("Figures hash: {}", plan.figures_hash),
                format!("Links hash: {}", plan.links_hash),
            ],
            hide: true,
        }
    }

    fn block(&self) -> Vec<String> {
        let settings = self.settings;
        let mut lines = vec![
            "Clusters of schools".to_owned(),
            format!("Organisation: {}", self.organisation),
            format!("Made at: {}", self.at.format("%Y-%m-%dT%H:%M:%SZ")),
            format!(
                "Settings: {} clusters, {} workers, {} children for each, {} km, {}, {} months open, few moves {}, least share {} percent",
                settings.clusters,
                settings.workers,
                settings.children_per_worker,
                settings.distance_km,
                settings.need.title().to_lowercase(),
                settings.months_open,
                settings.few_moves,
                settings.field("share"),
            ),
            format!("Optimality: {}", self.choice.optimality()),
        ];
        lines.extend(self.lines.iter().cloned());
        lines.extend(self.choice.notes.iter().map(|note| format!("Note: {note}")));
        lines.extend(self.choice.nothing.iter().map(|why| format!("Nothing chosen: {why}")));
        lines.push(if self.hide {
            "Small numbers: children of single schools and moves of 1 to 5 pupils are hidden (c)".to_owned()
        } else {
            "Small numbers: shown. Handle this file as you would the children's records".to_owned()
        });
        lines
    }

    fn link(&self, link: &Link) -> [Value; 4] {
        let small = self.hide && (1..=5).contains(&link.moved);
        let pupils = |count: u64| {
            if self.hide && (small || (1..=5).contains(&count)) { Value::Hidden } else { whole(count) }
        };
        let share = match link.share() {
            _ if small || (self.hide && link.of <= 5) => Value::Hidden,
            Some(share) => Value::Number(tenths(share * 100.0)),
            None => Value::Empty,
        };
        [
            pupils(link.moved),
            pupils(link.of),
            share,
            link.km.map_or(Value::Empty, |km| Value::Number(tenths(km))),
        ]
    }

    fn rows(&self) -> Vec<Vec<Value>> {
        let mut rows = Vec::new();
        let own = |need: f64| if self.hide { Value::Hidden } else { Value::Number(tenths(need)) };
        for (place, cluster) in (1_u32..).zip(&self.choice.clusters) {
            let lead = |role: &str| {
                vec![
                    Value::Number(f64::from(place)),
                    Value::Number(f64::from(cluster.urn)),
                    Value::text(&cluster.name),
                    Value::Number(f64::from(cluster.workers)),
                    Value::text(role),
                ]
            };
            let mut row = lead("cluster");
            row.extend([
                Value::Empty,
                Value::Empty,
                Value::Empty,
                Value::Empty,
                Value::Empty,
                Value::Empty,
                Value::Empty,
                Value::Empty,
            ]);
            row.extend([
                Value::Number(tenths(cluster.need)),
                Value::Number(tenths(cluster.reached)),
                Value::Text(cluster.reason()),
            ]);
            rows.push(row);
            let mut row = lead("secondary");
            row.extend([
                Value::Number(f64::from(cluster.urn)),
                Value::text(&cluster.name),
                Value::text(cluster.kind.slug()),
                Value::Empty,
                Value::Empty,
                Value::Empty,
                Value::Empty,
                Value::Empty,
                own(cluster.own_need),
                Value::Empty,
                Value::Empty,
            ]);
            rows.push(row);
            for member in &cluster.members {
                let mut row = lead("member");
                row.extend([
                    Value::Number(f64::from(member.urn)),
                    Value::text(&member.name),
                    Value::text(member.kind.slug()),
                    Value::text(member.link.basis.title()),
                ]);
                row.extend(self.link(&member.link));
                row.extend([own(member.need), Value::Empty, Value::Empty]);
                rows.push(row);
            }
        }
        let name = |urn: u32| self.name(urn);
        let secondaries =
            self.choice.not_chosen.iter().map(|(urn, school, _)| (*urn, school, "Not chosen".to_owned()));
        let others = self.choice.left.iter().map(|left| (left.urn, &left.name, left.why.words(name)));
        for (urn, school, why) in secondaries.chain(others) {
            let mut row =
                vec![Value::Empty, Value::Empty, Value::Empty, Value::Empty, Value::text("left out")];
            row.extend([Value::Number(f64::from(urn)), Value::text(school)]);
            row.extend((0..8).map(|_| Value::Empty));
            row.push(Value::Text(why));
            rows.push(row);
        }
        rows
    }

    fn name(&self, urn: u32) -> String {
        let chosen = self.choice.clusters.iter().map(|cluster| (cluster.urn, &cluster.name));
        let others = self.choice.not_chosen.iter().map(|(urn, name, _)| (*urn, name));
        chosen
            .chain(others)
            .find(|(other, _)| *other == urn)
            .map_or_else(|| format!("URN {urn}"), |(_, name)| name.clone())
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pupils are far below 2^52")]
fn whole(count: u64) -> Value {
    Value::Number(count as f64)
}

fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// Writes a choice as CSV in UTF-8. Lines of the block before the headings begin with `#`.
///
/// # Errors
/// [`crate::Error::Write`] when the destination takes no more.
pub fn write_csv(sheet: &Sheet<'_>, mut to: impl Write) -> Result<()> {
    for line in sheet.block() {
        writeln!(to, "# {}", line.replace(|c: char| c.is_control(), " ")).map_err(csv::Error::from)?;
    }
    let mut csv = csv::Writer::from_writer(to);
    csv.write_record(HEADINGS)?;
    for row in sheet.rows() {
        csv.write_record(row.iter().map(Value::to_csv))?;
    }
    csv.flush().map_err(csv::Error::from)?;
    Ok(())
}

/// A choice as a workbook: the schools on one sheet, what they are on another.
///
/// # Errors
/// Where the library refuses, which it does for sheets that are too large.
pub fn xlsx(sheet: &Sheet<'_>) -> Result<Vec<u8>> {
    let build = || -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
        let mut book = Workbook::new();
        // The library would take the machine's clock.
        let made = ExcelDateTime::from_timestamp(sheet.at.timestamp())?;
        book.set_properties(
            &DocProperties::new().set_creation_datetime(&made).set_author(sheet.organisation),
        );
        let bold = Format::new().set_bold();
        let schools = book.add_worksheet().set_name("Clusters")?;
        for (column, heading) in (0_u16..).zip(HEADINGS) {
            schools.write_string_with_format(0, column, heading.replace('_', " "), &bold)?;
        }
        for (line, row) in (1_u32..).zip(sheet.rows()) {
            for (column, value) in (0_u16..).zip(&row) {
                match value {
                    Value::Text(text) => schools.write_string(line, column, text)?,
                    Value::Number(number) => schools.write_number(line, column, *number)?,
                    Value::Hidden => schools.write_string(line, column, "c")?,
                    Value::Empty => continue,
                };
            }
        }
        schools.set_freeze_panes(1, 0)?;
        for (column, width) in [(2, 30), (6, 34), (15, 60)] {
            schools.set_column_width(column, width)?;
        }
        let about = book.add_worksheet().set_name("About")?;
        about.set_column_width(0, 120)?;
        for (line, text) in (0_u32..).zip(sheet.block()) {
            about.write_string(line, 0, text)?;
        }
        book.save_to_buffer()
    };
    build().map_err(|error| platform::Error::invalid("workbook", error.to_string()).into())
}
