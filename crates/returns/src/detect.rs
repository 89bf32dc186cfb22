//! What a file is, from its name and its first bytes.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde::Serialize;

use crate::decode;
use crate::error::FileError;
use crate::problem::shorten;
use crate::school_census::Term;
use crate::table::normalise;
use crate::xml;

/// How many of a file's first bytes are enough to tell what it is. The row of headings of GIAS alone takes
/// about 3,000; more bytes do no harm.
pub const ENOUGH: usize = 64 * 1024;

/// A file that can be read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// [`crate::cin`].
    CinCensus,
    /// [`crate::gias::establishments`].
    GiasEstablishments,
    /// [`crate::gias::links`].
    GiasLinks,
    /// [`crate::school_census::on_roll`].
    PupilsOnRoll,
    /// [`crate::school_census::no_longer_on_roll`].
    PupilsNoLongerOnRoll,
    /// [`crate::school_census::fsm_periods`].
    FreeSchoolMealPeriods,
}

impl FileKind {
    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::CinCensus => "children in need census",
            Self::GiasEstablishments => "schools (GIAS establishments)",
            Self::GiasLinks => "links between schools (GIAS)",
            Self::PupilsOnRoll => "pupils on roll (school census)",
            Self::PupilsNoLongerOnRoll => "pupils no longer on roll (school census)",
            Self::FreeSchoolMealPeriods => "free-school-meal periods (school census)",
        }
    }

    /// Whether reading it needs a [`Term`].
    pub fn needs_term(self) -> bool {
        matches!(self, Self::PupilsOnRoll | Self::PupilsNoLongerOnRoll | Self::FreeSchoolMealPeriods)
    }
}

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detected {
    /// The kind.
    pub kind: FileKind,
    /// The term that its name tells, for a school census table. When it is `None` and
    /// [`FileKind::needs_term`], somebody must say which term it is.
    pub term: Option<Term>,
}

/// Tells what a file is. The content decides; the name only tells the term.
///
/// # Errors
/// [`FileError::Empty`], [`FileError::WrongRoot`] for other XML, [`FileError::Unrecognised`] with what the file
/// looks like for anything else.
pub fn detect(name: &str, first_bytes: &[u8]) -> Result<Detected, FileError> {
    if first_bytes.is_empty() {
        return Err(FileError::Empty);
    }
    if let Some(reason) = other_format(first_bytes) {
        return Err(FileError::Unrecognised { reason: reason.to_owned() });
    }
    let text = decoded(first_bytes)?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let kind = if text.starts_with('<') { xml_kind(text)? } else { table_kind(text)? };
    let term = if kind.needs_term() { Term::from_file_name(name).ok() } else { None };
    Ok(Detected { kind, term })
}

fn decoded(bytes: &[u8]) -> Result<String, FileError> {
    let is_xml = bytes.trim_ascii_start().starts_with(b"<");
    let encoding = match (decode::by_mark(bytes), bytes) {
        (Some(encoding), _) => encoding,
        (None, [0, first, ..]) if *first != 0 => UTF_16BE,
        (None, [first, 0, ..]) if *first != 0 => UTF_16LE,
        _ if is_xml => decode::of_xml(bytes.get(..decode::HEAD).unwrap_or(bytes))?,
        // ASCII is enough for headings, and Windows-1252 reads any byte.
        _ => WINDOWS_1252,
    };
    Ok(Encoding::decode(encoding, bytes).0.into_owned())
}

/// Formats that people send instead, by their first bytes.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 6] = [
        (
            b"PK\x03\x04",
            "it is a spreadsheet or a zip file; save the sheet as CSV or take the file out of the zip",
        ),
        (b"PK\x05\x06", "it is an empty zip file"),
        (b"\xd0\xcf\x11\xe0", "it is an old spreadsheet; save the sheet as CSV"),
        (b"%PDF", "it is a PDF document"),
        (b"\x1f\x8b", "it is compressed (gzip); take the file out of it"),
        (b"SQLite format 3", "it is a database"),
    ];
    MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, reason)| *reason)
}

fn xml_kind(text: &str) -> Result<FileKind, FileError> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut depth = 0;
    let mut in_collection = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                let name = xml::name(&start);
                if depth == 0 && name != "Message" {
                    return Err(FileError::WrongRoot { found: shorten(name, 60), expected: "Message" });
                }
                if name == "Children" {
                    return Ok(FileKind::CinCensus);
                }
                in_collection = name == "Collection";
                depth += 1;
            }
            Ok(Event::Text(collection)) if in_collection => {
                let collection = collection.into_inner();
                let collection = collection.trim();
                if collection.eq_ignore_ascii_case("CIN") {
                    return Ok(FileKind::CinCensus);
                }
                let reason = format!("it is a return of the collection {}, not CIN", shorten(collection, 40));
                return Err(FileError::Unrecognised { reason });
            }
            Ok(Event::End(_)) => in_collection = false,
            Ok(Event::DocType(_)) => return Err(FileError::DocumentType { line: 1 }),
            // A Message that tells no more is left to the reader, which says what is wrong with it.
            Ok(Event::Eof) | Err(_) if depth > 0 => return Ok(FileKind::CinCensus),
            Ok(Event::Eof) | Err(_) => return Err(FileError::NotXml { line: 1 }),
            Ok(_) => {}
        }
    }
}

fn table_kind(text: &str) -> Result<FileKind, FileError> {
    const KINDS: [(FileKind, &[&str]); 5] = [
        (FileKind::GiasEstablishments, &["urn", "establishmentname", "establishmentnumber"]),
        (FileKind::GiasLinks, &["urn", "linkurn"]),
        (FileKind::FreeSchoolMealPeriods, &["pupilonrolltableid", "fsmstartdate"]),
        (FileKind::PupilsNoLongerOnRoll, &["pupilnolongeronrolltableid", "leavingdate"]),
        (FileKind::PupilsOnRoll, &["pupilonrolltableid", "upn", "entrydate"]),
    ];
    let line = text.lines().next().unwrap_or_default();
    let headings: Vec<String> =
        line.split(',').map(|heading| normalise(heading.trim().trim_matches('"'))).collect();
    let has = |wanted: &&str| headings.iter().any(|heading| heading == wanted);
    if let Some((kind, _)) = KINDS.iter().find(|(_, wanted)| wanted.iter().all(has)) {
        return Ok(*kind);
    }
    let reason = if headings.len() < 2 && line.contains([';', '\t', '|']) {
        "its fields are separated by something other than commas".to_owned()
    } else if headings.len() < 2 {
        "it is neither XML nor a table separated by commas".to_owned()
    } else {
        let some: Vec<&str> = line.split(',').take(5).collect();
        format!("no table that is read here has the headings {}", shorten(&some.join(", "), 120))
    };
    Err(FileError::Unrecognised { reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8]) -> Result<FileKind, &'static str> {
        detect("x", bytes).map(|detected| detected.kind).map_err(|error| error.code())
    }

    #[test]
    fn content_decides() {
        assert_eq!(kind(b"<?xml version='1.0'?><Message><Header>"), Ok(FileKind::CinCensus));
        assert_eq!(kind(b"\xef\xbb\xbf  <c:Message xmlns:c='x'><Children/>"), Ok(FileKind::CinCensus));
        let wide: Vec<u8> = "<Message><Header/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(kind(&wide), Ok(FileKind::CinCensus));
        assert_eq!(kind(b"\"URN\",\"LinkURN\"\n1,2"), Ok(FileKind::GiasLinks));
        assert_eq!(kind(b"EstablishmentName,x,Establishment Number,URN"), Ok(FileKind::GiasEstablishments));
        assert_eq!(kind(b"pupilonrolltableid,fsmstartdate"), Ok(FileKind::FreeSchoolMealPeriods));
        assert_eq!(kind(b"pupilonrolltableid,upn,entrydate"), Ok(FileKind::PupilsOnRoll));
        assert_eq!(kind(b"PupilNoLongerOnRollTableId,LeavingDate"), Ok(FileKind::PupilsNoLongerOnRoll));
    }

    #[test]
    fn other_files_are_named() {
        assert_eq!(kind(b""), Err("file-empty"));
        assert_eq!(kind(b"<EXPSSDA903>"), Err("file-wrong-root"));
        assert_eq!(kind(b"<Message><Collection>SWF</Collection>"), Err("file-unrecognised"));
        for bytes in [&b"PK\x03\x04"[..], b"hello", b"a;b;c", b"pupilonrolltableid,sentype", b"%PDF-1.7"] {
            assert_eq!(kind(bytes), Err("file-unrecognised"));
        }
    }

    #[test]
    fn the_name_tells_the_term_of_a_school_census_table() {
        let term = |name| detect(name, b"pupilonrolltableid,upn,entrydate").unwrap().term;
        assert_eq!(term("2025_spring_pupilonroll.csv").unwrap().to_string(), "spring 2025");
        assert_eq!(term("roll.csv"), None);
        assert_eq!(detect("2025_spring.xml", b"<Message>").unwrap().term, None);
    }
}
