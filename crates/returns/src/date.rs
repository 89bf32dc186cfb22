//! Dates as files write them.

use chrono::{Datelike, NaiveDate};

/// The earliest year that a date in any of these files can have. Nobody in a return was born before it, and
/// what is older comes from a default value or a slip of a key.
pub(crate) const EARLIEST_YEAR: i32 = 1900;

/// How a date was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `2020-04-25`.
    Iso,
    /// `25/04/2020`, also with `-` or `.`.
    DayFirst,
    /// `2020-Apr-25` or `25-Apr-2020`.
    MonthName,
}

/// A date and how it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) date: NaiveDate,
    pub(crate) form: Form,
    /// A time of day or a time zone followed, which is not part of the date.
    pub(crate) more: bool,
}

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotADate {
    /// It has no known form.
    Form,
    /// It has a known form, but the calendar has no such day.
    NoSuchDay,
    /// The year is before the earliest possible one (1900 unless told otherwise) or after 2199.
    Year,
}

impl NotADate {
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Form => "this is not a date",
            Self::NoSuchDay => "the calendar has no such day",
            Self::Year => "no date here can be of that year",
        }
    }
}

/// Reads a date in any of the forms that are not ambiguous. Years have four digits; a day comes before its month.
pub(crate) fn parse(text: &str) -> Result<Written, NotADate> {
    parse_since(text, EARLIEST_YEAR)
}

/// As [`parse`], with another earliest year.
pub(crate) fn parse_since(text: &str, earliest: i32) -> Result<Written, NotADate> {
    let (text, more) = without_time(text);
    let separator = text.bytes().find(|byte| matches!(byte, b'-' | b'/' | b'.')).ok_or(NotADate::Form)?;
    let mut parts = text.split(char::from(separator));
    let (Some(first), Some(second), Some(third), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(NotADate::Form);
    };
    let named = month_by_name(second);
    let (year, month, day, form) = if first.len() == 4 {
        let form = if named.is_some() { Form::MonthName } else { Form::Iso };
        (first, second, third, form)
    } else {
        let form = if named.is_some() { Form::MonthName } else { Form::DayFirst };
        (third, second, first, form)
    };
    if year.len() != 4 || day.len() > 2 {
        return Err(NotADate::Form);
    }
    let month = match named {
        Some(month) => month,
        None if second.len() <= 2 => digits(month)?,
        None => return Err(NotADate::Form),
    };
    let year = i32::try_from(digits(year)?).map_err(|_| NotADate::Form)?;
    let date = NaiveDate::from_ymd_opt(year, month, digits(day)?).ok_or(NotADate::NoSuchDay)?;
    if !(earliest..2200).contains(&date.year()) {
        return Err(NotADate::Year);
    }
    Ok(Written { date, form, more })
}

fn digits(text: &str) -> Result<u32, NotADate> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotADate::Form);
    }
    text.parse().map_err(|_| NotADate::Form)
}

fn month_by_name(text: &str) -> Option<u32> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let months = MONTHS.iter().zip(1..);
    months.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, number)| number)
}

/// Cuts off a time of day (after `T` or a space) or the zone of a date (`Z`, `+01:00`).
fn without_time(text: &str) -> (&str, bool) {
    if let Some((date, time)) = text.split_once(['T', ' ']) {
        let clock = time.bytes().all(|byte| byte.is_ascii_digit() || b":.+-Z ".contains(&byte));
        let starts = time.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
        return if clock && starts && time.contains(':') { (date, true) } else { (text, false) };
    }
    if let Some(date) = text.strip_suffix('Z') {
        return (date, true);
    }
    match text.split_at_checked(10) {
        Some((date, zone)) if zone.len() == 6 && zone.starts_with(['+', '-']) && zone.contains(':') => {
            (date, true)
        }
        _ => (text, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(String, Form, bool), NotADate> {
        parse(text).map(|written| (written.date.to_string(), written.form, written.more))
    }

    #[test]
    fn every_form_is_read() {
        let april = |form, more| Ok(("2020-04-05".to_owned(), form, more));
        assert_eq!(read("2020-04-05"), april(Form::Iso, false));
        assert_eq!(read("2020/4/5"), april(Form::Iso, false));
        assert_eq!(read("2020-04-05T10:11:12.5Z"), april(Form::Iso, true));
        assert_eq!(read("2020-04-05 00:00:00"), april(Form::Iso, true));
        assert_eq!(read("2020-04-05+01:00"), april(Form::Iso, true));
        assert_eq!(read("2020-04-05Z"), april(Form::Iso, true));
        assert_eq!(read("05/04/2020"), april(Form::DayFirst, false));
        assert_eq!(read("5.4.2020"), april(Form::DayFirst, false));
        assert_eq!(read("05-04-2020"), april(Form::DayFirst, false));
        assert_eq!(read("2020-Apr-05 00:00:00"), april(Form::MonthName, true));
        assert_eq!(read("05-APR-2020"), april(Form::MonthName, false));
    }

    #[test]
    fn what_is_no_date_is_named() {
        for text in [
            "",
            "x",
            "2020",
            "20-04-05",
            "2020-04",
            "2020-04-05-06",
            "2020-04-05 noon",
            "２０２０-04-05",
            "+020-04-05",
            "2020-Foo-05",
            "05/04/20",
        ] {
            assert_eq!(read(text), Err(NotADate::Form), "{text}");
        }
        assert_eq!(read("2021-02-29"), Err(NotADate::NoSuchDay));
        assert_eq!(read("13/13/2020"), Err(NotADate::NoSuchDay));
        assert_eq!(read("1066-04-13"), Err(NotADate::Year));
        assert_eq!(read("1899-12-31"), Err(NotADate::Year));
        assert_eq!(read("9999-12-31"), Err(NotADate::Year));
        assert!(read("1900-01-01").is_ok());
    }
}
