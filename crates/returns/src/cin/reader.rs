//! The reader of a return: the header first, then one child at a time.

use std::io::Read;

use quick_xml::events::Event;

use crate::catalogue;
use crate::duplicates::DuplicateIds;
use crate::error::FileError;
use crate::limits::Limits;
use crate::problem::{self, Place, Problem, ProblemLog, shorten};
use crate::xml::{self, XmlSource};

use super::check::Checker;
use super::header::RawHeader;
use super::model::{Child, Header};
use super::parse::{Parser, Stop};

/// Where the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Inside `Message`, outside `Children`.
    Message,
    /// Inside `Children`.
    Children,
    /// At the end, good or bad.
    Done,
}

/// Reads a children in need census as a stream of children.
///
/// One child and fixed buffers are held at a time, so memory does not depend on the size of the file; the check
/// for duplicates alone grows with the number of children and can be left out
/// ([`Limits::duplicate_ids`] of 0).
///
/// An `Err` of the iterator ends it; children given before stay good.
///
/// ```
/// # fn main() -> Result<(), returns::FileError> {
/// let file = "<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2019</Year>
///     <ReferenceDate>2019-03-31</ReferenceDate></CollectionDetails>
///     <Source><SourceLevel>L</SourceLevel><LEA>852</LEA></Source></Header>
///     <Children><Child><ChildIdentifiers><LAchildID>A1</LAchildID></ChildIdentifiers></Child></Children></Message>";
/// let mut reader = returns::cin::CinReader::open(file.as_bytes(), returns::Limits::default())?;
/// assert_eq!(reader.header().collection_year.to_string(), "2018-19");
/// for child in reader.by_ref() {
///     let child = child?;
///     assert!(child.problems.iter().any(|problem| problem.code == "missing-value"));
/// }
/// assert!(reader.file_problems().is_empty());
/// # Ok(())
/// # }
/// ```
pub struct CinReader<R> {
    parser: Parser<R>,
    header: Header,
    state: State,
    records: u64,
    file_log: ProblemLog,
    duplicates: DuplicateIds,
}

impl<R: Read> CinReader<R> {
    /// Opens a return and reads its header.
    ///
    /// # Errors
    /// Any [`FileError`] up to the first child: not XML, another root, no header, a header without an authority
    /// or a year, a year whose form is not known.
    pub fn open(source: R, limits: Limits) -> Result<Self, FileError> {
        let source = XmlSource::open(source, &limits)?;
        let duplicates = DuplicateIds::new(limits.duplicate_ids);
        let mut parser = Parser::new(source, Checker::new(limits));
        let (header, state) = read_header(&mut parser)?;
        parser.check.year = header.collection_year;
        parser.check.reference_date = header.reference_date;
        let for_records = ProblemLog::new(parser.check.limits.problems_per_record);
        let file_log = std::mem::replace(&mut parser.check.log, for_records);
        Ok(Self { parser, header, state, records: 0, file_log, duplicates })
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Problems of the file as a whole: those of the header at once, those between and after the children when
    /// the iterator has come to its end.
    pub fn file_problems(&self) -> &[Problem] {
        self.file_log.as_slice()
    }

    /// The number of children met so far, taken or not.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The line of the file that has been reached.
    pub fn line(&mut self) -> u64 {
        self.parser.source.line()
    }

    /// Bytes read so far, counted as UTF-8: for progress.
    pub fn bytes(&mut self) -> u64 {
        self.parser.source.bytes()
    }

    fn advance(&mut self) -> Result<Option<problem::Read<Child>>, FileError> {
        let mut buffer = Vec::new();
        loop {
            if self.state == State::Done {
                return Ok(None);
            }
            let event = self.parser.source.next(&mut buffer)?;
            self.parser.check.line = self.parser.source.line();
            match event {
                Event::Start(start) => {
                    let name = xml::name(&start);
                    match (self.state, name) {
                        (State::Children, "Child") => return self.child().map(Some),
                        (State::Message, "Children") => {
                            self.state = State::Children;
                            let message = "there is more than one Children; all were read";
                            self.note(&catalogue::REPEATED_GROUP, "Children", message);
                        }
                        (State::Message, "Header") => {
                            let message = "there is more than one Header; the first was taken";
                            self.note(&catalogue::REPEATED_ELEMENT, "Header", message);
                            self.skip("Header")?;
                            // It was reported in its own words, not as an unknown element.
                            self.parser.check.log.take(&Place::default());
                        }
                        (_, other) => {
                            let other = shorten(other, 60);
                            self.skip(&other)?;
                            self.move_log();
                        }
                    }
                }
                Event::End(_) if self.state == State::Children => self.state = State::Message,
                Event::End(_) => {
                    self.state = State::Done;
                    self.after_the_end()?;
                }
                Event::Text(text) => self.stray(&text.into_inner()),
                Event::CData(text) => self.stray(&text.into_inner()),
                Event::Eof => {
                    let inside = if self.state == State::Children { "Children" } else { "Message" };
                    let inside = format!("{inside}, after {} records", self.records);
                    return Err(FileError::Truncated { line: self.parser.source.line(), inside });
                }
                _ => {}
            }
        }
    }

    fn child(&mut self) -> Result<problem::Read<Child>, FileError> {
        self.records += 1;
        let mut place =
            Place { line: self.parser.source.line(), record: Some(self.records), record_id: None };
        let depth = self.parser.source.depth();
        self.parser.check.record = Some(self.records);
        self.parser.begin_record();
        let mut child = Child::default();
        let outcome = self.parser.read(&mut child);
        self.parser.check.line = place.line;
        let taken = match outcome {
            Ok(()) if child.la_child_id.is_empty() => {
                let message = "the child has no LAchildID";
                let problem = Problem::new(&catalogue::MISSING_ID, place.clone(), message).field("LAchildID");
                self.parser.check.log.push_always(problem);
                false
            }
            Ok(()) => {
                self.check_duplicate(&child.la_child_id, &place);
                true
            }
            Err(Stop::File(error)) => return Err(error),
            Err(Stop::RecordTooLarge) => {
                self.parser.skip_to(depth)?;
                let message = "the child has more elements or bytes than any true one";
                let problem =
                    Problem::new(&catalogue::RECORD_TOO_LARGE, place.clone(), message).field("Child");
                self.parser.check.log.push_always(problem);
                false
            }
        };
        if !child.la_child_id.is_empty() {
            place.record_id = Some(shorten(&child.la_child_id, self.parser.check.limits.found_chars));
        }
        child.unknown = std::mem::take(&mut self.parser.unknown);
        let mut problems = self.parser.check.log.take(&place);
        for problem in &mut problems {
            problem.place.record_id.clone_from(&place.record_id);
        }
        self.parser.check.record = None;
        Ok(problem::Read { record: taken.then_some(child), place, problems })
    }

    fn check_duplicate(&mut self, id: &str, place: &Place) {
        let limits = &self.parser.check.limits;
        match self.duplicates.check(id, place.line) {
            Some(first_line) => {
                let message = format!("the identifier was already used by the child at line {first_line}");
                let problem = Problem::new(&catalogue::DUPLICATE_ID, place.clone(), message)
                    .field("LAchildID")
                    .found(id, limits.found_chars);
                self.parser.check.log.push_always(problem);
            }
            None if self.duplicates.just_filled() => {
                let message =
                    format!("after {} children the check for duplicates stopped", limits.duplicate_ids);
                let problem = Problem::new(&catalogue::DUPLICATES_UNCHECKED, place.clone(), message);
                self.file_log.push(problem.field("LAchildID"));
            }
            None => {}
        }
    }

    /// Reports something about the file at the present line.
    fn note(&mut self, kind: &'static catalogue::ProblemKind, field: &'static str, message: &'static str) {
        let place = self.parser.check.place();
        self.file_log.push(Problem::new(kind, place, message).field(field));
    }

    /// Passes over an element between the children, noting it as unknown.
    fn skip(&mut self, name: &str) -> Result<(), FileError> {
        self.parser.begin_record();
        let outcome = self.parser.unknown_element(name);
        self.parser.unknown.clear();
        match outcome {
            Ok(()) => Ok(()),
            Err(Stop::File(error)) => Err(error),
            // Only records are counted against the limits.
            Err(Stop::RecordTooLarge) => Ok(()),
        }
    }

    /// Moves what was reported outside of the children to the file's own problems.
    fn move_log(&mut self) {
        let place = self.parser.check.place();
        for problem in self.parser.check.log.take(&place) {
            self.file_log.push(problem);
        }
    }

    fn stray(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            let place = self.parser.check.place();
            let problem = Problem::new(&catalogue::STRAY_TEXT, place, "text stands between the children");
            self.file_log.push(problem.found(text, self.parser.check.limits.found_chars));
        }
    }

    /// Nothing may follow the outermost element: another one would be a second return in the same file.
    fn after_the_end(&mut self) -> Result<(), FileError> {
        let mut buffer = Vec::new();
        loop {
            let event = self.parser.source.next(&mut buffer)?;
            self.parser.check.line = self.parser.source.line();
            match event {
                Event::Eof => return Ok(()),
                Event::Text(text) => self.stray(&text.into_inner()),
                Event::Start(_) => {
                    let detail = "another element follows the end of Message".to_owned();
                    return Err(FileError::Malformed { line: self.parser.source.line(), detail });
                }
                _ => {}
            }
        }
    }
}

impl<R: Read> Iterator for CinReader<R> {
    type Item = Result<problem::Read<Child>, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.advance().transpose();
        if matches!(item, Some(Err(_))) {
            self.state = State::Done;
        }
        item
    }
}

/// Reads up to the start of `Children`, or to the end of a return without.
fn read_header<R: Read>(parser: &mut Parser<R>) -> Result<(Header, State), FileError> {
    let mut header: Option<(RawHeader, u64)> = None;
    let mut buffer = Vec::new();
    let state = loop {
        let event = parser.source.next(&mut buffer)?;
        let line = parser.source.line();
        parser.check.line = line;
        match event {
            Event::Start(start) if parser.source.depth() == 1 => {
                let name = xml::name(&start);
                if name != "Message" {
                    let found = shorten(name, 60);
                    return Err(FileError::WrongRoot { found, expected: "Message" });
                }
            }
            Event::Start(start) => match xml::name(&start) {
                "Children" => break State::Children,
                "Header" if header.is_none() => {
                    let mut raw = RawHeader::default();
                    parser.read(&mut raw).map_err(end_of_file)?;
                    header = Some((raw, line));
                }
                other => {
                    let other = shorten(other, 60);
                    parser.unknown_element(&other).map_err(end_of_file)?;
                }
            },
            Event::End(_) => {
                let message = "the return has no Children";
                parser.check.report(&catalogue::MISSING_VALUE, "Children", None, message);
                break State::Done;
            }
            Event::Eof => return Err(FileError::Truncated { line, inside: "Message".to_owned() }),
            _ => {}
        }
    };
    let line = parser.source.line();
    let (raw, header_line) = header.ok_or(FileError::MissingHeader { element: "Header", line })?;
    Ok((raw.understand(&mut parser.check, header_line)?, state))
}

fn end_of_file(stop: Stop) -> FileError {
    match stop {
        Stop::File(error) => error,
        // Only records are counted against the limits, and there is none yet.
        Stop::RecordTooLarge => {
            FileError::TooLarge { what: "the header", line: 1, limit: Limits::default().child_bytes }
        }
    }
}
