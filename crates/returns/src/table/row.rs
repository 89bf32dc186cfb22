//! One row under its headings: fields into values, with everything odd reported.

use std::borrow::Cow;
use std::io::Read;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use encoding_rs::WINDOWS_1252;

use crate::catalogue::{self, ProblemKind};
use crate::date::{self, Form};
use crate::limits::Limits;
use crate::problem::{Place, Problem, ProblemLog, shorten};
use crate::upn::{Upn, UpnFault};

use super::columns::{Column, Layout};
use super::input::Rows;

/// A record that is read from the rows of a table.
pub(crate) trait TableRow: Sized {
    /// The columns that are read; no other is ever decoded.
    const COLUMNS: &'static [Column];
    /// Columns of which the file needs at least one.
    const ONE_OF: &'static [&'static str] = &[];
    /// Whether text that is not UTF-8 is expected, as in files that are Windows-1252 by custom.
    const SINGLE_BYTE: bool;

    /// Makes a record of a row, or reports why it cannot be taken.
    fn read(row: &mut Row<'_>) -> Option<Self>;
}

/// Where a row's values come from.
pub(crate) trait Fields {
    fn field(&self, index: usize) -> &[u8];
}

impl<R: Read> Fields for Rows<R> {
    fn field(&self, index: usize) -> &[u8] {
        Rows::field(self, index)
    }
}

/// A row that is being read.
pub(crate) struct Row<'a> {
    pub(crate) fields: &'a dyn Fields,
    pub(crate) layout: &'a Layout,
    pub(crate) limits: &'a Limits,
    pub(crate) single_byte: bool,
    /// Day against which dates are judged, when there is one.
    pub(crate) reference: Option<NaiveDate>,
    pub(crate) place: Place,
    pub(crate) log: ProblemLog,
}

impl<'a> Row<'a> {
    pub(crate) fn report(
        &mut self,
        kind: &'static ProblemKind,
        column: &'static str,
        found: Option<&str>,
        message: impl Into<String>,
    ) {
        let mut problem = Problem::new(kind, self.place.clone(), message).field(column);
        if let Some(found) = found {
            problem = problem.found(found, self.limits.found_chars);
        }
        self.log.push(problem);
    }

    /// The row cannot be taken, for want of an identifier.
    pub(crate) fn refuse(&mut self, column: &'static str, found: Option<&str>, message: &'static str) {
        let mut problem = Problem::new(&catalogue::MISSING_ID, self.place.clone(), message).field(column);
        if let Some(found) = found {
            problem = problem.found(found, self.limits.found_chars);
        }
        self.log.push_always(problem);
    }

    /// Names the record in the places of its problems.
    pub(crate) fn identify(&mut self, id: &str) {
        self.place.record_id = Some(shorten(id, self.limits.found_chars));
    }

    /// A required value that is missing.
    pub(crate) fn missing(&mut self, column: &'static str, message: &'static str) {
        self.report(&catalogue::MISSING_VALUE, column, None, message);
    }

    /// Reports a required value when its field is empty; one that was dropped has been reported already.
    pub(crate) fn require(&mut self, column: &'static str, message: &'static str) {
        let position = self.layout.position(column);
        if position.is_none_or(|position| self.fields.field(position).trim_ascii().is_empty()) {
            self.missing(column, message);
        }
    }

    /// The text of a column, trimmed and clean; `None` when it is empty or the file has no such column.
    pub(crate) fn text(&mut self, column: &'static str) -> Option<Cow<'a, str>> {
        let bytes: &'a [u8] = self.fields.field(self.layout.position(column)?).trim_ascii();
        if bytes.is_empty() {
            return None;
        }
        if bytes.len() > self.limits.value_bytes {
            let start = bytes.get(..self.limits.found_chars).unwrap_or_default();
            let found = String::from_utf8_lossy(start).into_owned();
            let message = format!("the value is longer than {} bytes", self.limits.value_bytes);
            self.report(&catalogue::VALUE_TOO_LONG, column, Some(&found), message);
            return None;
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => {
                let (text, _, _) = WINDOWS_1252.decode(bytes);
                if !self.single_byte {
                    let message = "the value is not UTF-8; it was read as Windows-1252";
                    let found = text.clone().into_owned();
                    self.report(&catalogue::ENCODING_GUESSED, column, Some(&found), message);
                }
                text
            }
        };
        // Nearly every value is plain text, already trimmed.
        if let Cow::Borrowed(plain) = &text
            && bytes.iter().all(|byte| (0x20..0x7f).contains(byte))
        {
            return Some(Cow::Borrowed(*plain));
        }
        if text.chars().any(|character| character.is_control() || character == '\u{fffd}') {
            let message = "the value has control characters or bytes that are no text";
            self.report(&catalogue::BAD_CHARACTERS, column, Some(&text.clone()), message);
            let kept: String = text.chars().filter(|character| !character.is_control()).collect();
            let kept = kept.trim().to_owned();
            return (!kept.is_empty()).then_some(Cow::Owned(kept));
        }
        // White space beyond that of ASCII, such as a no-break space.
        match text {
            Cow::Borrowed(text) => Some(Cow::Borrowed(text.trim())),
            Cow::Owned(text) => Some(Cow::Owned(text.trim().to_owned())),
        }
        .filter(|text| !text.is_empty())
    }

    pub(crate) fn string(&mut self, column: &'static str) -> Option<String> {
        self.text(column).map(Cow::into_owned)
    }

    /// A whole number; `136.0` is one, as some systems write it.
    pub(crate) fn number<N: FromStr>(&mut self, column: &'static str) -> Option<N> {
        let text = self.text(column)?;
        let whole = match text.split_once('.') {
            Some((whole, part)) if !part.is_empty() && part.bytes().all(|byte| byte == b'0') => whole,
            _ => &text,
        };
        let digits = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
        let number = if digits { whole.parse().ok() } else { None };
        if number.is_none() {
            let message = "this is not a whole number that can stand here";
            self.report(&catalogue::BAD_NUMBER, column, Some(&text), message);
        }
        number
    }

    /// A percentage from 0 to 100.
    pub(crate) fn percent(&mut self, column: &'static str) -> Option<f64> {
        let text = self.text(column)?;
        let digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number = text.parse::<f64>().ok().filter(|number| digits && (0.0..=100.0).contains(number));
        if number.is_none() {
            let message = "this is not a percentage from 0 to 100";
            self.report(&catalogue::BAD_NUMBER, column, Some(&text), message);
        }
        number
    }

    /// Yes or no, as a word, a letter or a digit.
    pub(crate) fn boolean(&mut self, column: &'static str) -> Option<bool> {
        let text = self.text(column)?;
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" | "1" | "1.0" => Some(true),
            "false" | "no" | "n" | "0" | "0.0" => Some(false),
            _ => {
                self.report(&catalogue::BAD_BOOLEAN, column, Some(&text), "this is neither true nor false");
                None
            }
        }
    }

    /// A date in the life of a school, which may be centuries ago, written day first.
    pub(crate) fn school_date(&mut self, column: &'static str) -> Option<NaiveDate> {
        let text = self.text(column)?;
        match date::parse_since(&text, 500) {
            Ok(written) => {
                if written.form != Form::DayFirst || written.more {
                    let message = "the date is not written as day-month-year";
                    self.report(&catalogue::DATE_FORMAT, column, Some(&text), message);
                }
                Some(written.date)
            }
            Err(fault) => {
                self.report(&catalogue::BAD_DATE, column, Some(&text), fault.message());
                None
            }
        }
    }

    /// A date in the life of a pupil, in any form, judged by the reference day.
    pub(crate) fn pupil_date(&mut self, column: &'static str) -> Option<NaiveDate> {
        let text = self.text(column)?;
        let date = match date::parse(&text) {
            Ok(written) => written.date,
            Err(fault) => {
                self.report(&catalogue::BAD_DATE, column, Some(&text), fault.message());
                return None;
            }
        };
        let Some(reference) = self.reference else { return Some(date) };
        if date.year() < reference.year() - 30 {
            let message = "the date is more than 30 years before the census day";
            self.report(&catalogue::DATE_LONG_AGO, column, Some(&text), message);
        }
        if reference.checked_add_months(chrono::Months::new(12)).is_some_and(|limit| date > limit) {
            let message = "the date is more than a year after the census day";
            self.report(&catalogue::DATE_IN_FUTURE, column, Some(&text), message);
        }
        Some(date)
    }

    /// Reports an end before its start.
    pub(crate) fn in_order(
        &mut self,
        column: &'static str,
        start: Option<NaiveDate>,
        end: Option<NaiveDate>,
    ) {
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            let message = format!("the end is before the start, {start}");
            self.report(&catalogue::DATES_REVERSED, column, Some(&end.to_string()), message);
        }
    }

    /// A unique pupil number, kept as given whatever its faults.
    pub(crate) fn upn(&mut self, column: &'static str) -> Option<String> {
        let text = self.text(column)?;
        match Upn::parse(&text) {
            Ok(_) => {}
            Err(fault @ UpnFault::CheckLetter { .. }) => {
                self.report(&catalogue::UPN_CHECK_LETTER, column, Some(&text), fault.to_string());
            }
            Err(fault) => self.report(&catalogue::UPN_SHAPE, column, Some(&text), fault.to_string()),
        }
        Some(text.into_owned())
    }
}
