//! Values of a census: text into dates, codes, numbers, with everything odd reported.

use chrono::{Datelike, NaiveDate};

use crate::catalogue::{self, ProblemKind};
use crate::codes::{Code, CodeSet};
use crate::date::{self, Form};
use crate::limits::Limits;
use crate::problem::{Place, Problem, ProblemLog};
use crate::upn::{Upn, UpnFault};
use crate::year::CollectionYear;

use super::model::Sex;

/// An event before this year is probably a default value or a slip.
const EARLIEST_EVENT: i32 = 1990;
/// A child born this many years before the reference date is none.
const OLDEST: i32 = 30;

/// Checks values and remembers the problems of one record.
pub(crate) struct Checker {
    pub(crate) limits: Limits,
    pub(crate) year: CollectionYear,
    pub(crate) reference_date: NaiveDate,
    pub(crate) log: ProblemLog,
    /// Line of the element that is being read.
    pub(crate) line: u64,
    /// Number of the record, from 1; `None` outside of records.
    pub(crate) record: Option<u64>,
}

impl Checker {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            log: ProblemLog::new(limits.problems_per_file),
            limits,
            year: CollectionYear::LAST,
            reference_date: CollectionYear::LAST.reference_date(),
            line: 1,
            record: None,
        }
    }

    pub(crate) fn place(&self) -> Place {
        Place { line: self.line, record: self.record, record_id: None }
    }

    /// Reports a problem with a field at the present line.
    pub(crate) fn report(
        &mut self,
        kind: &'static ProblemKind,
        field: impl Into<std::borrow::Cow<'static, str>>,
        found: Option<&str>,
        message: impl Into<String>,
    ) {
        let mut problem = Problem::new(kind, self.place(), message).field(field);
        if let Some(found) = found {
            problem = problem.found(found, self.limits.found_chars);
        }
        self.log.push(problem);
    }

    /// A date of any kind, without a look at how plausible it is.
    pub(crate) fn date(&mut self, field: &'static str, text: &str) -> Option<NaiveDate> {
        match date::parse(text) {
            Ok(written) => {
                if written.form != Form::Iso || written.more || text.len() != 10 {
                    let message = "the date is not written as year-month-day";
                    self.report(&catalogue::DATE_FORMAT, field, Some(text), message);
                }
                Some(written.date)
            }
            Err(fault) => {
                self.report(&catalogue::BAD_DATE, field, Some(text), fault.message());
                None
            }
        }
    }

    /// The date of an event: neither long ago nor far ahead.
    pub(crate) fn event(&mut self, field: &'static str, text: &str) -> Option<NaiveDate> {
        let date = self.date(field, text)?;
        if date.year() < EARLIEST_EVENT {
            let message = format!("the event is dated before {EARLIEST_EVENT}");
            self.report(&catalogue::DATE_LONG_AGO, field, Some(text), message);
        }
        self.not_far_ahead(field, text, date);
        Some(date)
    }

    /// A date of birth: of somebody who can be a child in this return, or nearly.
    pub(crate) fn birth(&mut self, field: &'static str, text: &str) -> Option<NaiveDate> {
        let date = self.date(field, text)?;
        if date.year() < self.reference_date.year() - OLDEST {
            let message = format!("the date is more than {OLDEST} years before the reference date");
            self.report(&catalogue::DATE_LONG_AGO, field, Some(text), message);
        }
        self.not_far_ahead(field, text, date);
        Some(date)
    }

    fn not_far_ahead(&mut self, field: &'static str, text: &str, date: NaiveDate) {
        let limit = self.reference_date.checked_add_months(chrono::Months::new(12));
        if limit.is_some_and(|limit| date > limit) {
            let message = "the date is more than a year after the reference date";
            self.report(&catalogue::DATE_IN_FUTURE, field, Some(text), message);
        }
    }

    /// Yes or no: `1`, `0`, or the words in any case.
    pub(crate) fn boolean(&mut self, field: &'static str, text: &str) -> Option<bool> {
        match text {
            "0" => return Some(false),
            "1" => return Some(true),
            _ => {}
        }
        let word = if text.eq_ignore_ascii_case("true") {
            true
        } else if text.eq_ignore_ascii_case("false") {
            false
        } else {
            let message = "this is neither 0 nor 1";
            self.report(&catalogue::BAD_BOOLEAN, field, Some(text), message);
            return None;
        };
        let message = format!("a word stands for {}", u8::from(word));
        self.report(&catalogue::BOOLEAN_SPELLING, field, Some(text), message);
        Some(word)
    }

    /// A count: a whole number, nought included.
    pub(crate) fn count(&mut self, field: &'static str, text: &str) -> Option<u32> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if digits { text.parse().ok() } else { None };
        if number.is_none() {
            let message = "this is not a whole number, nought or more";
            self.report(&catalogue::BAD_NUMBER, field, Some(text), message);
        }
        number
    }

    /// A code of a set, judged by the collection's year.
    pub(crate) fn code(&mut self, field: &'static str, set: CodeSet, text: &str) -> Code {
        let code = Code::new(set, text);
        if !code.is_known() {
            let message = format!("this is not a {} code", set.name());
            self.report(&catalogue::UNKNOWN_CODE, field, Some(text), message);
            return code;
        }
        if code.as_str() != text {
            let message = format!("the code is written {}", code.as_str());
            self.report(&catalogue::CODE_SPELLING, field, Some(text), message);
        }
        self.code_year(field, set, code.as_str());
        code
    }

    fn code_year(&mut self, field: &'static str, set: CodeSet, code: &str) {
        let Some(entry) = set.entry(code) else { return };
        if entry.valid_in(self.year) {
            return;
        }
        let year = self.year;
        let message = match (entry.from, entry.to) {
            (Some(from), _) if from > year => format!("the code begins with {from}; this return is {year}"),
            (_, Some(to)) => format!("the code ended with {to}; this return is {year}"),
            _ => format!("the code does not belong to {year}"),
        };
        self.report(&catalogue::CODE_YEAR, field, Some(code), message);
    }

    /// Sex, from either of the two elements and in either of the two sets of codes.
    pub(crate) fn sex(&mut self, field: &'static str, text: &str) -> Option<Sex> {
        let first_of_sex = 2025;
        let (right_element, own_codes): (_, &[&str]) = if field == "Sex" {
            (self.year.closing() >= first_of_sex, &["M", "F", "U"])
        } else {
            (self.year.closing() < first_of_sex, &["0", "1", "2", "9"])
        };
        if !right_element {
            let message = format!("{field} does not belong to the collection of {}", self.year);
            self.report(&catalogue::SEX_ELEMENT_YEAR, field, None, message);
        }
        let sex = match text {
            "M" | "m" | "1" => Sex::Male,
            "F" | "f" | "2" => Sex::Female,
            "U" | "u" | "0" | "9" => Sex::Unknown,
            _ => {
                let message = format!("this is not one of {}", own_codes.join(", "));
                self.report(&catalogue::UNKNOWN_CODE, field, Some(text), message);
                return None;
            }
        };
        if !own_codes.contains(&text) {
            let upper = text.to_ascii_uppercase();
            if own_codes.contains(&upper.as_str()) {
                let message = format!("the code is written {upper}");
                self.report(&catalogue::CODE_SPELLING, field, Some(text), message);
            } else {
                let message = format!(
                    "{field} has the codes {}; this was read as {}",
                    own_codes.join(", "),
                    sex.code()
                );
                self.report(&catalogue::SEX_CODES_MIXED, field, Some(text), message);
            }
        }
        Some(sex)
    }

    /// A unique pupil number, kept as given whatever its faults.
    pub(crate) fn upn(&mut self, field: &'static str, text: &str) -> String {
        match Upn::parse(text) {
            Ok(_) => {}
            Err(fault @ UpnFault::CheckLetter { .. }) => {
                self.report(&catalogue::UPN_CHECK_LETTER, field, Some(text), fault.to_string());
            }
            Err(fault) => self.report(&catalogue::UPN_SHAPE, field, Some(text), fault.to_string()),
        }
        text.to_owned()
    }

    /// The authority's key of a child. From 2024-25 it is at most 20 letters and digits.
    pub(crate) fn child_id(&mut self, field: &'static str, text: &str) -> String {
        let from_2024_25 = self.year.closing() >= 2025;
        if from_2024_25 && (text.len() > 20 || !text.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            let message = "from 2024-25 the identifier has at most 20 characters, letters and digits only";
            self.report(&catalogue::ID_SHAPE, field, Some(text), message);
        }
        text.to_owned()
    }
}
