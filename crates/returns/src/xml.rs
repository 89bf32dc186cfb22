//! XML as a bounded stream of events with their lines.

use std::io::Read;

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::decode::{self, Decoded, Rejoined, TokenTooLong};
use crate::error::FileError;
use crate::limits::Limits;
use crate::problem::shorten;

/// A stream of events. Empty elements come as a start and an end; names of end tags are known to fit.
pub(crate) struct XmlSource<R> {
    reader: Reader<Decoded<Rejoined<R>>>,
    depth: usize,
    max_depth: usize,
    token_bytes: usize,
    seen_element: bool,
}

impl<R: Read> XmlSource<R> {
    pub(crate) fn open(inner: R, limits: &Limits) -> Result<Self, FileError> {
        let (head, inner) = decode::peek(inner)?;
        if head.is_empty() {
            return Err(FileError::Empty);
        }
        let encoding = decode::of_xml(&head)?;
        let mut reader = Reader::from_reader(Decoded::new(inner, encoding, limits.token_bytes));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Ok(Self {
            reader,
            depth: 0,
            max_depth: limits.depth,
            token_bytes: limits.token_bytes,
            seen_element: false,
        })
    }

    /// The line on which the latest event starts.
    pub(crate) fn line(&mut self) -> u64 {
        self.reader.get_mut().token_line()
    }

    /// Open elements after the latest event.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// Bytes read so far, as UTF-8.
    pub(crate) fn bytes(&mut self) -> u64 {
        self.reader.get_mut().consumed()
    }

    /// The next event. `buffer` is cleared first and holds what the event refers to.
    pub(crate) fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, FileError> {
        buffer.clear();
        self.reader.get_mut().start_token();
        let event = match self.reader.read_event_into(buffer) {
            Ok(event) => event,
            Err(error) => return Err(self.explain(error)),
        };
        match &event {
            Event::Start(_) => {
                self.depth += 1;
                self.seen_element = true;
                if self.depth > self.max_depth {
                    return Err(FileError::TooDeep { line: self.line(), limit: self.max_depth });
                }
            }
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::DocType(_) => return Err(FileError::DocumentType { line: self.line() }),
            Event::Text(text) if !self.seen_element && !text.borrow().into_inner().trim().is_empty() => {
                return Err(FileError::NotXml { line: self.line() });
            }
            Event::GeneralRef(_) | Event::CData(_) if !self.seen_element => {
                return Err(FileError::NotXml { line: self.line() });
            }
            Event::Eof if !self.seen_element => return Err(FileError::NotXml { line: self.line() }),
            _ => {}
        }
        Ok(event)
    }

    /// The end of reading, for an error of the parser.
    fn explain(&mut self, error: Error) -> FileError {
        let line = self.line();
        match error {
            Error::Io(cause) => {
                if cause.get_ref().is_some_and(|inner| inner.is::<TokenTooLong>()) {
                    let what = "a tag, a comment or a run of text";
                    return FileError::TooLarge { what, line, limit: self.token_bytes as u64 };
                }
                FileError::Io { line, source: std::io::Error::new(cause.kind(), cause) }
            }
            _ if !self.seen_element => FileError::NotXml { line },
            // The parser reports wrong syntax only when the input ends inside of markup.
            Error::Syntax(_) => FileError::Truncated { line, inside: "a tag or a comment".to_owned() },
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => FileError::Malformed {
                line,
                detail: format!("<{}> is closed by </{}>", shorten(&expected, 60), shorten(&found, 60)),
            },
            Error::IllFormed(IllFormedError::UnmatchedEndTag(found)) => {
                FileError::Malformed { line, detail: format!("</{}> closes nothing", shorten(&found, 60)) }
            }
            other => FileError::Malformed { line, detail: shorten(&other.to_string(), 200) },
        }
    }
}

/// The name of an element without its namespace prefix.
pub(crate) fn name<'a>(start: &'a BytesStart<'_>) -> &'a str {
    let name = start.local_name();
    let name: &'a str = name.into_inner();
    name
}

/// Whether a start tag has attributes of its own, apart from namespaces and schema hints.
pub(crate) fn has_attributes(start: &BytesStart<'_>) -> bool {
    !start.attributes_raw().trim().is_empty()
        && start.attributes().any(|attribute| match attribute {
            Ok(attribute) => {
                let key: &str = attribute.key.as_ref();
                !(key == "xmlns" || key.starts_with("xmlns:") || key.starts_with("xsi:"))
            }
            Err(_) => true,
        })
}

/// What a reference in text stands for.
pub(crate) enum Reference {
    /// A character that XML defines.
    Char(char),
    /// Something else: the text as written.
    Unknown(String),
}

/// Resolves a character reference or one of the five entities of XML. There are no others here: document type
/// declarations are refused.
pub(crate) fn resolve(reference: &BytesRef<'_>) -> Reference {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Reference::Char(character);
    }
    let name = reference.borrow().into_inner();
    match name.as_ref() {
        "amp" => Reference::Char('&'),
        "lt" => Reference::Char('<'),
        "gt" => Reference::Char('>'),
        "apos" => Reference::Char('\''),
        "quot" => Reference::Char('"'),
        other => Reference::Unknown(format!("&{};", shorten(other, 60))),
    }
}
