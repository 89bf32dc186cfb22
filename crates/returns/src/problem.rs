//! What is wrong with a file, said so that the person who made it can mend it.

use std::borrow::Cow;

use serde::Serialize;

use crate::catalogue::ProblemKind;

/// How much a [`Problem`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Nothing was lost or guessed; worth knowing.
    Note,
    /// The value was taken, but somebody should look at it.
    Warning,
    /// A value or a whole record could not be taken, or was taken although it breaks the specification.
    Error,
}

impl Severity {
    /// The word shown to people: `note`, `warning` or `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Where in a file something is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, Serialize)]
pub struct Place {
    /// Line of the file, from 1. For XML, the line on which the element starts; for tables, the line on
    /// which the row starts (a quoted field may contain line ends, so this is not always the row number).
    pub line: u64,
    /// Number of the record, from 1: the n-th `Child` of a census, the n-th row under the headings of a table.
    pub record: Option<u64>,
    /// The file's own identifier of that record when it is known (`LAchildID`, URN, row id), shortened to
    /// [`Limits::found_chars`](crate::Limits::found_chars).
    pub record_id: Option<String>,
}

impl Place {
    /// A place that is known by its line only.
    pub fn line(line: u64) -> Self {
        Self { line, record: None, record_id: None }
    }
}

impl std::fmt::Display for Place {
    /// Writes the line and the record number, never the identifier: this form is safe for logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(record) = self.record {
            write!(f, ", record {record}")?;
        }
        Ok(())
    }
}

/// One thing wrong with a file: where, which field, what was found, what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// How much it matters.
    pub severity: Severity,
    /// Stable kebab-case name of the kind of problem; see [`catalogue`](crate::catalogue::catalogue).
    pub code: &'static str,
    /// Where it is.
    pub place: Place,
    /// The element or column, as the specification spells it; for an unknown element, its path.
    pub field: Option<Cow<'static, str>>,
    /// What the file says there, shortened to [`Limits::found_chars`](crate::Limits::found_chars).
    /// This can be personal data: show it to those who may see the file, keep it out of logs.
    pub found: Option<String>,
    /// What is wrong, in a plain sentence part without personal data.
    pub message: String,
    /// What to do about it.
    pub remedy: Cow<'static, str>,
}

impl Problem {
    /// A problem of a known kind, with the kind's severity and remedy.
    pub fn new(kind: &'static ProblemKind, place: Place, message: impl Into<String>) -> Self {
        Self {
            severity: kind.severity,
            code: kind.code,
            place,
            field: None,
            found: None,
            message: message.into(),
            remedy: Cow::Borrowed(kind.remedy),
        }
    }

    /// Names the field.
    pub fn field(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Says what was found there, shortened to `limit` characters.
    pub fn found(mut self, found: &str, limit: usize) -> Self {
        self.found = Some(shorten(found, limit));
        self
    }
}

/// One record of a file as it was read, with everything that was wrong with it.
///
/// `record` is `None` when the record could not be taken at all (a child without `LAchildID`, a row with too
/// few fields, a child larger than the limits). Then `problems` holds at least one [`Severity::Error`] that
/// says why, so that a reader's caller can always account for every record of the file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Read<T> {
    /// The record, unless it could not be taken.
    pub record: Option<T>,
    /// Where the record starts.
    pub place: Place,
    /// What was wrong with it, in the order of the file; at most
    /// [`Limits::problems_per_record`](crate::Limits::problems_per_record) and one that counts the rest.
    pub problems: Vec<Problem>,
}

impl<T> Read<T> {
    /// The gravest severity among the problems, or `None` when there are none.
    pub fn worst(&self) -> Option<Severity> {
        self.problems.iter().map(|problem| problem.severity).max()
    }
}

/// Shortens text to at most `limit` characters, marking a cut with an ellipsis, and replaces control
/// characters so that the result is safe on one line.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    let mut short = String::new();
    for (count, character) in text.chars().enumerate() {
        if count >= limit {
            short.push('…');
            break;
        }
        short.push(if character.is_control() { '\u{fffd}' } else { character });
    }
    short
}

/// Problems of one record or one file, bounded.
#[derive(Debug, Default)]
pub(crate) struct ProblemLog {
    problems: Vec<Problem>,
    limit: usize,
    dropped: u64,
}

impl ProblemLog {
    pub(crate) fn new(limit: usize) -> Self {
        Self { problems: Vec::new(), limit, dropped: 0 }
    }

    pub(crate) fn push(&mut self, problem: Problem) {
        if self.problems.len() < self.limit {
            self.problems.push(problem);
        } else {
            self.dropped += 1;
            // The reason why a record was not taken must never be the one that is cut.
            if problem.severity == Severity::Error
                && let Some(slot) =
                    self.problems.iter_mut().rev().find(|kept| kept.severity == Severity::Note)
            {
                *slot = problem;
            }
        }
    }

    /// Pushes even when the log is full: for the problem that explains why there is no record.
    pub(crate) fn push_always(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    pub(crate) fn as_slice(&self) -> &[Problem] {
        &self.problems
    }

    /// Takes the problems out and leaves the log empty.
    pub(crate) fn take(&mut self, place: &Place) -> Vec<Problem> {
        let mut problems = std::mem::take(&mut self.problems);
        let dropped = std::mem::take(&mut self.dropped);
        if dropped > 0 {
            problems.push(Problem::new(
                &crate::catalogue::MORE_PROBLEMS,
                place.clone(),
                format!("{dropped} more problems with this record are not listed"),
            ));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn long_text_is_cut_and_control_characters_replaced() {
        assert_eq!(shorten("a\u{0}b\nc", 10), "a\u{fffd}b\u{fffd}c");
        assert_eq!(shorten("ééééé", 3), "ééé…");
    }

    #[test]
    fn a_full_log_counts_what_it_drops_and_prefers_errors() {
        let mut log = ProblemLog::new(2);
        for _ in 0..3 {
            log.push(Problem::new(&catalogue::STRAY_TEXT, Place::line(1), "note"));
        }
        log.push(Problem::new(&catalogue::BAD_DATE, Place::line(2), "error"));
        let problems = log.take(&Place::line(1));
        assert_eq!(problems.len(), 3);
        assert!(problems.iter().any(|problem| problem.code == "bad-date"));
        assert!(problems[2].message.starts_with("2 more"));
    }
}
