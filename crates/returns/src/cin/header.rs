//! The header of a return and the collection that it is for.

use std::io::Read;

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use crate::catalogue;
use crate::date;
use crate::error::FileError;
use crate::la::LaCode;
use crate::problem::shorten;
use crate::year::CollectionYear;

use super::check::Checker;
use super::model::Header;
use super::parse::{Block, Parser, Stop};
use super::spec::{self, BlockSpec};

/// A value of the header and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Value {
    text: String,
    line: u64,
}

/// The header as it stands.
#[derive(Debug, Default)]
pub(crate) struct RawHeader {
    collection: Option<Value>,
    year: Option<Value>,
    reference_date: Option<Value>,
    source_level: Option<Value>,
    lea: Option<Value>,
    software: Option<Value>,
    release: Option<Value>,
    serial: Option<Value>,
    date_time: Option<Value>,
}

impl Block for RawHeader {
    const SPEC: &'static BlockSpec = &spec::HEADER;

    fn leaf(&mut self, _field: &'static str, _text: &str, _check: &mut Checker) {}

    fn block<R: Read>(&mut self, field: &'static str, parser: &mut Parser<R>) -> Result<(), Stop> {
        if field == "Source" {
            parser.read(&mut Source { header: self })
        } else {
            parser.read(&mut CollectionDetails { header: self })
        }
    }
}

struct CollectionDetails<'a> {
    header: &'a mut RawHeader,
}

impl Block for CollectionDetails<'_> {
    const SPEC: &'static BlockSpec = &spec::COLLECTION_DETAILS;

    fn leaf(&mut self, field: &'static str, text: &str, check: &mut Checker) {
        let value = Some(Value { text: text.to_owned(), line: check.line });
        match field {
            "Collection" => self.header.collection = value,
            "Year" => self.header.year = value,
            _ => self.header.reference_date = value,
        }
    }
}

struct Source<'a> {
    header: &'a mut RawHeader,
}

impl Block for Source<'_> {
    const SPEC: &'static BlockSpec = &spec::SOURCE;

    fn leaf(&mut self, field: &'static str, text: &str, check: &mut Checker) {
        let value = Some(Value { text: text.to_owned(), line: check.line });
        match field {
            "SourceLevel" => self.header.source_level = value,
            "LEA" => self.header.lea = value,
            "SoftwareCode" => self.header.software = value,
            "Release" => self.header.release = value,
            "SerialNo" => self.header.serial = value,
            _ => self.header.date_time = value,
        }
    }
}

impl RawHeader {
    /// Makes sense of the header. `line` is where it starts.
    pub(crate) fn understand(self, check: &mut Checker, line: u64) -> Result<Header, FileError> {
        check.line = line;
        self.check_collection(check)?;
        let lea = self.authority(check, line)?;
        let (collection_year, reference_date) = self.collection_year(check, line)?;
        if let Some(level) = self.source_level.filter(|level| level.text != "L") {
            check.line = level.line;
            let message = "SourceLevel is not L, a local authority";
            check.report(&catalogue::HEADER_VALUE, "SourceLevel", Some(&level.text), message);
        }
        let date_time = self.date_time.and_then(|value| {
            let parsed = date_time(&value.text);
            if parsed.is_none() {
                check.line = value.line;
                let message = "DateTime is not a date and a time";
                check.report(&catalogue::HEADER_VALUE, "DateTime", Some(&value.text), message);
            }
            parsed
        });
        Ok(Header {
            collection_year,
            reference_date,
            lea,
            software: self.software.map(|value| value.text),
            release: self.release.map(|value| value.text),
            serial: self.serial.map(|value| value.text),
            date_time,
        })
    }

    fn check_collection(&self, check: &mut Checker) -> Result<(), FileError> {
        match &self.collection {
            Some(value) if value.text.eq_ignore_ascii_case("CIN") => Ok(()),
            Some(value) => {
                let found = shorten(&value.text, check.limits.found_chars);
                Err(FileError::BadHeader { element: "Collection", found, line: value.line })
            }
            None => {
                let message = "the header has no Collection; the file was read as CIN";
                check.report(&catalogue::HEADER_VALUE, "Collection", None, message);
                Ok(())
            }
        }
    }

    fn authority(&self, check: &mut Checker, line: u64) -> Result<LaCode, FileError> {
        let Some(value) = &self.lea else {
            return Err(FileError::BadHeader { element: "LEA", found: "missing".to_owned(), line });
        };
        let Ok(lea) = value.text.parse::<LaCode>() else {
            let found = shorten(&value.text, check.limits.found_chars);
            return Err(FileError::BadHeader { element: "LEA", found, line: value.line });
        };
        if lea.name().is_none() {
            check.line = value.line;
            let message = "no local authority has this number";
            check.report(&catalogue::UNKNOWN_AUTHORITY, "LEA", Some(&value.text), message);
        }
        Ok(lea)
    }

    /// The collection: a reference date of 31 March decides, then `Year`, then the year around the date.
    fn collection_year(
        &self,
        check: &mut Checker,
        line: u64,
    ) -> Result<(CollectionYear, NaiveDate), FileError> {
        let date = self.reference_date.as_ref().and_then(|value| {
            check.line = value.line;
            check.date("ReferenceDate", &value.text)
        });
        let year = self.year.as_ref().and_then(|value| {
            let year = Some(value.text.as_str()).filter(|text| text.len() == 4)?.parse::<u16>().ok();
            if year.is_none() {
                check.line = value.line;
                let message = "Year is not a year of four digits";
                check.report(&catalogue::HEADER_VALUE, "Year", Some(&value.text), message);
            }
            year.map(i32::from)
        });
        let date_line = self.reference_date.as_ref().map_or(line, |value| value.line);
        let year_line = self.year.as_ref().map_or(line, |value| value.line);
        let (closing, line) = match (date, year) {
            (Some(date), year) if (date.month(), date.day()) == (3, 31) => {
                match year {
                    Some(year) if year != date.year() => {
                        check.line = year_line;
                        let message = format!(
                            "Year is {year} but ReferenceDate is {date}; the reference date was used"
                        );
                        check.report(&catalogue::HEADER_DISAGREES, "Year", Some(&year.to_string()), message);
                    }
                    Some(_) => {}
                    None => self.no_year(check, year_line),
                }
                (date.year(), date_line)
            }
            (Some(date), Some(year)) => {
                check.line = date_line;
                let message = format!("ReferenceDate is {date}, not a 31 March; Year, {year}, was used");
                check.report(&catalogue::HEADER_DISAGREES, "ReferenceDate", Some(&date.to_string()), message);
                (year, year_line)
            }
            (Some(date), None) => {
                self.no_year(check, year_line);
                let closing =
                    CollectionYear::containing(date).map_or(date.year(), |year| year.closing().into());
                check.line = date_line;
                let message = format!("ReferenceDate is {date}, not a 31 March; the year around it was used");
                check.report(&catalogue::HEADER_DISAGREES, "ReferenceDate", Some(&date.to_string()), message);
                (closing, date_line)
            }
            (None, Some(year)) => {
                check.line = date_line;
                let message = format!("ReferenceDate is missing or no date; Year, {year}, was used");
                check.report(&catalogue::HEADER_VALUE, "ReferenceDate", None, message);
                (year, year_line)
            }
            (None, None) => {
                let found = "missing or no date, and so is Year".to_owned();
                return Err(FileError::BadHeader { element: "ReferenceDate", found, line: date_line });
            }
        };
        let collection = u16::try_from(closing).ok().and_then(CollectionYear::new);
        let collection = collection.ok_or(FileError::UnknownYear { closing, line })?;
        Ok((collection, date.unwrap_or_else(|| collection.reference_date())))
    }

    fn no_year(&self, check: &mut Checker, line: u64) {
        if self.year.is_none() {
            check.line = line;
            let message = "the header has no Year; the reference date was used";
            check.report(&catalogue::HEADER_VALUE, "Year", None, message);
        }
    }
}

/// A date and a time, a zone and parts of a second left out.
fn date_time(text: &str) -> Option<NaiveDateTime> {
    let clock = text.get(..19)?;
    date::parse(clock.get(..10)?).ok()?;
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(clock, format).ok())
}
