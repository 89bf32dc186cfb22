use std::path::PathBuf;

use stats::StatsError;
use thiserror::Error;

/// Why an analysis could not be done, and what to do about it.
#[derive(Debug, Error)]
pub enum AnalysisError {
    /// The plan is not as it should be.
    #[error("{0}")]
    Plan(PlanError),
    /// A file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The data are not as they should be.
    #[error("{file}{}: {message}", place(*.line, .column.as_deref()))]
    Data {
        /// Name of the file.
        file: String,
        /// Line from 1 (the header is line 1), where it is known.
        line: Option<u64>,
        /// Name of the column, where it is known.
        column: Option<String>,
        /// What is wrong and what to do.
        message: String,
    },
    /// The method has no answer for these data.
    #[error("{part}: {source}")]
    Method {
        /// Which part of the analysis.
        part: String,
        /// Why.
        source: StatsError,
    },
    /// Somebody asked for the work to stop.
    #[error("stopped on request")]
    Stopped,
}

/// What the functions of this crate return.
pub type Result<T, E = AnalysisError> = std::result::Result<T, E>;

/// What is wrong in a plan, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}{}: {message}{}{}", place_of(.at), snippet(.at), helping(.help))]
pub struct PlanError {
    /// Name of the file.
    pub file: String,
    /// What is wrong, in lower case.
    pub message: String,
    /// Where, if it has one place.
    pub at: Option<Position>,
    /// What to do.
    pub help: Option<String>,
}

/// A place in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Line from 1.
    pub line: usize,
    /// Column in characters from 1.
    pub column: usize,
    /// How many characters are meant.
    pub length: usize,
    /// The line's text.
    pub text: String,
}

impl Position {
    /// The place of these bytes in a text.
    #[must_use]
    pub fn of(text: &str, span: std::ops::Range<usize>) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(start..).unwrap_or("").chars().count() + 1;
        let whole = text.get(start..).unwrap_or("").lines().next().unwrap_or("").to_owned();
        let meant = text.get(span).unwrap_or("").lines().next().unwrap_or("").chars().count();
        let length = meant.clamp(1, (whole.chars().count() + 1).saturating_sub(column).max(1));
        Self { line, column, length, text: whole }
    }

    /// The place where a value stands in quotation marks, if it stands there.
    #[must_use]
    pub fn of_value(text: &str, value: &str) -> Option<Self> {
        ['"', '\''].into_iter().find_map(|mark| {
            let quoted = format!("{mark}{value}{mark}");
            text.find(&quoted).map(|at| Self::of(text, at..at + quoted.len()))
        })
    }
}

fn place(line: Option<u64>, column: Option<&str>) -> String {
    let mut out = String::new();
    if let Some(line) = line {
        out.push_str(&format!(", line {line}"));
    }
    if let Some(column) = column {
        out.push_str(&format!(", column '{column}'"));
    }
    out
}

fn place_of(at: &Option<Position>) -> String {
    at.as_ref().map_or_else(String::new, |at| format!(", line {}, column {}", at.line, at.column))
}

fn snippet(at: &Option<Position>) -> String {
    at.as_ref().map_or_else(String::new, |at| {
        let number = at.line.to_string();
        let margin = " ".repeat(number.len());
        let tabs: String = at
            .text
            .chars()
            .take(at.column - 1)
            .map(|letter| if letter == '\t' { '\t' } else { ' ' })
            .collect();
        format!("\n {margin} |\n {number} | {}\n {margin} | {tabs}{}", at.text, "^".repeat(at.length))
    })
}

fn helping(help: &Option<String>) -> String {
    help.as_ref().map_or_else(String::new, |help| format!("\n  {help}"))
}

/// The known name nearest to one that is not known, if one is near.
#[must_use]
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    known
        .into_iter()
        .map(|other| (strsim::damerau_levenshtein(&lower, &other.to_lowercase()), other))
        .filter(|(distance, other)| *distance <= 1 + other.chars().count().max(name.chars().count()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}

/// "did you mean …? There are …" for a name that is not known.
#[must_use]
pub(crate) fn suggestion(name: &str, known: &[&str], what: &str) -> String {
    let listed: Vec<&str> = known.iter().copied().take(30).collect();
    let more = if known.len() > 30 { format!(" and {} more", known.len() - 30) } else { String::new() };
    let all = format!("{what}: {}{more}", listed.join(", "));
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean '{near}'? {all}"),
        None => all,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_under_its_line() {
        let text = "title = \"x\"\n[outcome]\ncolumn = \"yq\"\n";
        let error = PlanError {
            file: "plan.toml".into(),
            message: "the data have no column 'yq'".into(),
            at: Position::of_value(text, "yq"),
            help: Some("did you mean 'yp'?".into()),
        };
        assert_eq!(
            error.to_string(),
            "plan.toml, line 3, column 10: the data have no column 'yq'\n   |\n 3 | column = \"yq\"\n   |          ^^^^\n  did you mean 'yp'?"
        );
    }

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        assert_eq!(nearest("shcool", ["school", "pupils"]), Some("school"));
        assert_eq!(nearest("zebra", ["school", "pupils"]), None);
    }
}
