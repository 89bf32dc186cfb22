//! The engine: reads one block of elements by its table, whatever the block.

use std::io::Read;

use quick_xml::events::Event;

use crate::catalogue;
use crate::error::FileError;
use crate::problem::shorten;
use crate::xml::{self, Reference, XmlSource};

use super::check::Checker;
use super::model::UnknownElement;
use super::spec::{BlockSpec, Field, Occurs};

/// Longest path kept of an unknown element, in characters.
const PATH_CHARS: usize = 240;

/// Why the reading of a block stops before its end.
pub(crate) enum Stop {
    /// The file cannot be read any further.
    File(FileError),
    /// The record is larger than the limits; the rest of the file is not touched by it.
    RecordTooLarge,
}

impl From<FileError> for Stop {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

/// What is filled from a block of elements.
pub(crate) trait Block: Sized {
    /// The block's table.
    const SPEC: &'static BlockSpec;

    /// Takes the text of one of the block's leaves.
    fn leaf(&mut self, field: &'static str, text: &str, check: &mut Checker);

    /// Reads one of the block's inner blocks.
    fn block<R: Read>(&mut self, _field: &'static str, _parser: &mut Parser<R>) -> Result<(), Stop> {
        Ok(())
    }

    /// Looks at the whole when it has been read.
    fn finish(&mut self, _check: &mut Checker) {}
}

/// Reads blocks from a stream of XML.
pub(crate) struct Parser<R> {
    pub(crate) source: XmlSource<R>,
    pub(crate) check: Checker,
    /// Unknown elements since they were last taken.
    pub(crate) unknown: Vec<UnknownElement>,
    /// Unknown elements of the record, also those that were not kept.
    unknown_count: usize,
    /// Names of the open blocks below the record.
    path: Vec<&'static str>,
    elements: usize,
    start_bytes: u64,
    order_noted: bool,
    buffer: Vec<u8>,
    text: String,
}

impl<R: Read> Parser<R> {
    pub(crate) fn new(source: XmlSource<R>, check: Checker) -> Self {
        Self {
            source,
            check,
            unknown: Vec::new(),
            unknown_count: 0,
            path: Vec::new(),
            elements: 0,
            start_bytes: 0,
            order_noted: false,
            buffer: Vec::new(),
            text: String::new(),
        }
    }

    /// Begins a new record: counters start again.
    pub(crate) fn begin_record(&mut self) {
        self.unknown.clear();
        self.unknown_count = 0;
        self.path.clear();
        self.elements = 0;
        self.start_bytes = self.source.bytes();
        self.order_noted = false;
    }

    /// Reads the block whose start tag has just been read, to its end.
    pub(crate) fn read<B: Block>(&mut self, into: &mut B) -> Result<(), Stop> {
        let start_line = self.source.line();
        let mut seen: u32 = 0;
        let mut last = 0;
        let mut buffer = std::mem::take(&mut self.buffer);
        loop {
            let event = self.source.next(&mut buffer)?;
            match event {
                Event::Start(start) => {
                    self.count_element()?;
                    self.check.line = self.source.line();
                    let name = xml::name(&start);
                    let Some((index, field)) = find(B::SPEC, name, last) else {
                        let name = shorten(name, 60);
                        self.buffer = buffer;
                        self.unknown_element(&name)?;
                        buffer = std::mem::take(&mut self.buffer);
                        continue;
                    };
                    if xml::has_attributes(&start) {
                        let message = "the element has attributes, which were not read";
                        self.check.report(&catalogue::ATTRIBUTES, field.name, None, message);
                    }
                    let again = seen & (1 << index) != 0;
                    self.buffer = buffer;
                    self.note_order(field, index, last);
                    last = index;
                    self.note_year(field);
                    if field.leaf {
                        let element_line = self.check.line;
                        if self.leaf_text(field)? {
                            let text = std::mem::take(&mut self.text);
                            self.check.line = element_line;
                            if again && matches!(field.occurs, Occurs::Once | Occurs::Optional) {
                                let message = "the element was given before; the first value was taken";
                                self.check.report(
                                    &catalogue::REPEATED_ELEMENT,
                                    field.name,
                                    Some(&text),
                                    message,
                                );
                            } else {
                                into.leaf(field.name, &text, &mut self.check);
                            }
                            self.text = text;
                            seen |= 1 << index;
                        }
                    } else {
                        if again && matches!(field.occurs, Occurs::Once | Occurs::Optional) {
                            let message = "the group was given before; both were read as one";
                            self.check.report(&catalogue::REPEATED_GROUP, field.name, None, message);
                        }
                        self.path.push(field.name);
                        into.block(field.name, self)?;
                        self.path.pop();
                        seen |= 1 << index;
                    }
                    buffer = std::mem::take(&mut self.buffer);
                }
                Event::End(_) => break,
                Event::Text(text) if is_blank(&text.borrow().into_inner()) => {}
                Event::Text(text) => {
                    let line = self.source.line();
                    self.stray(&text.into_inner(), line, B::SPEC.name);
                }
                Event::CData(text) => {
                    let line = self.source.line();
                    self.stray(&text.into_inner(), line, B::SPEC.name);
                }
                Event::GeneralRef(reference) => {
                    let line = self.source.line();
                    let text = match xml::resolve(&reference) {
                        Reference::Char(character) => character.to_string(),
                        Reference::Unknown(text) => text,
                    };
                    self.stray(&text, line, B::SPEC.name);
                }
                Event::Eof => return Err(Stop::File(self.truncated(B::SPEC.name))),
                _ => {}
            }
        }
        self.buffer = buffer;
        self.check.line = start_line;
        for (index, field) in B::SPEC.fields.iter().enumerate() {
            let needed = matches!(field.occurs, Occurs::Once | Occurs::AtLeastOnce);
            if needed && seen & (1 << index) == 0 {
                let message = format!("{} has no {}", B::SPEC.name, field.name);
                self.check.report(&catalogue::MISSING_VALUE, field.name, None, message);
            }
        }
        into.finish(&mut self.check);
        Ok(())
    }

    fn truncated(&mut self, inside: &str) -> FileError {
        let inside = match self.check.record {
            Some(record) => format!("{inside} of record {record}"),
            None => inside.to_owned(),
        };
        FileError::Truncated { line: self.source.line(), inside }
    }

    /// Counts an element of the record against the limits.
    fn count_element(&mut self) -> Result<(), Stop> {
        if self.check.record.is_none() {
            return Ok(());
        }
        self.elements += 1;
        let bytes = self.source.bytes() - self.start_bytes;
        if self.elements > self.check.limits.child_elements || bytes > self.check.limits.child_bytes {
            return Err(Stop::RecordTooLarge);
        }
        Ok(())
    }

    fn note_order(&mut self, field: &Field, index: usize, last: usize) {
        if index < last && !self.order_noted {
            // Software that writes another order does so everywhere: once a record is enough.
            self.order_noted = true;
            let message = "the element stands after one that should follow it";
            self.check.report(&catalogue::ELEMENT_ORDER, field.name, None, message);
        }
    }

    fn note_year(&mut self, field: &Field) {
        let closing = self.check.year.closing();
        if closing < field.from || closing > field.to {
            let message = format!("the element does not belong to the collection of {}", self.check.year);
            self.check.report(&catalogue::ELEMENT_YEAR, field.name, None, message);
        }
    }

    fn stray(&mut self, text: &str, line: u64, block: &'static str) {
        let text = text.trim();
        if !text.is_empty() {
            self.check.line = line;
            let message = format!("text stands between the elements of {block}");
            self.check.report(&catalogue::STRAY_TEXT, block, Some(text), message);
        }
    }

    /// Reads the text of a leaf into `self.text`, trimmed and clean, to the end of the element. False when
    /// there is none to take.
    fn leaf_text(&mut self, field: &'static Field) -> Result<bool, Stop> {
        let line = self.check.line;
        let limit = self.check.limits.value_bytes;
        let mut too_long = false;
        let mut buffer = std::mem::take(&mut self.buffer);
        self.text.clear();
        loop {
            let event = self.source.next(&mut buffer)?;
            match event {
                Event::Text(text) => too_long |= !append(&mut self.text, &text.into_inner(), limit),
                Event::CData(text) => too_long |= !append(&mut self.text, &text.into_inner(), limit),
                Event::GeneralRef(reference) => match xml::resolve(&reference) {
                    Reference::Char(character) => {
                        too_long |= !append(&mut self.text, character.encode_utf8(&mut [0; 4]), limit);
                    }
                    Reference::Unknown(written) => {
                        too_long |= !append(&mut self.text, &written, limit);
                        let message = "the text has a reference that XML does not define";
                        self.check.report(&catalogue::STRAY_ENTITY, field.name, Some(&written), message);
                    }
                },
                Event::Start(start) => {
                    self.count_element()?;
                    let name = shorten(xml::name(&start), 60);
                    self.check.line = self.source.line();
                    self.path.push(field.name);
                    self.buffer = buffer;
                    // The text read so far is not that of the inner element.
                    let text = std::mem::take(&mut self.text);
                    self.unknown_element(&name)?;
                    self.text = text;
                    buffer = std::mem::take(&mut self.buffer);
                    self.path.pop();
                    self.check.line = line;
                }
                Event::End(_) => break,
                Event::Eof => return Err(Stop::File(self.truncated(field.name))),
                _ => {}
            }
        }
        self.buffer = buffer;
        if too_long {
            let found = std::mem::take(&mut self.text);
            let message = format!("the value is longer than {limit} bytes");
            self.check.report(&catalogue::VALUE_TOO_LONG, field.name, Some(&found), message);
            return Ok(false);
        }
        self.clean(field);
        Ok(!self.text.is_empty())
    }

    /// Trims the text, removes control characters, reports what could not be decoded.
    fn clean(&mut self, field: &'static Field) {
        // Nearly every value is plain text without anything around it, and needs no second look.
        let mut bytes = self.text.bytes();
        let ends = [bytes.clone().next(), bytes.clone().next_back()];
        if ends.iter().flatten().all(u8::is_ascii_graphic) && bytes.all(|byte| (0x20..0x7f).contains(&byte)) {
            return;
        }
        let trimmed = self.text.trim();
        let bad = trimmed.contains('\u{fffd}');
        let control = trimmed.bytes().any(|byte| byte < 0x20 || byte == 0x7f);
        if bad || control {
            let message = "the value has bytes that are no text, or control characters";
            let found = trimmed.to_owned();
            self.check.report(&catalogue::BAD_CHARACTERS, field.name, Some(&found), message);
            let kept: String = found.chars().filter(|character| !character.is_control()).collect();
            kept.trim().clone_into(&mut self.text);
        } else if trimmed.len() != self.text.len() {
            let start = self.text.len() - self.text.trim_start().len();
            let end = start + trimmed.len();
            self.text.truncate(end);
            self.text.drain(..start);
        }
    }

    /// Keeps the element whose start tag has just been read, with everything in it, and notes it once.
    pub(crate) fn unknown_element(&mut self, name: &str) -> Result<(), Stop> {
        let outer: String = self.path.iter().flat_map(|part| [*part, "/"]).collect();
        let mut path = outer + name;
        let message = "the element is in no known specification; it was kept as it stands";
        self.check.report(&catalogue::UNKNOWN_ELEMENT, shorten(&path, PATH_CHARS), None, message);

        let floor = self.source.depth();
        // For each open unknown element: where it was kept, and how long the path was before it.
        let mut open = vec![(self.keep(&path), path.len() - name.len())];
        let mut buffer = std::mem::take(&mut self.buffer);
        loop {
            match self.source.next(&mut buffer)? {
                Event::Start(start) => {
                    self.count_element()?;
                    let before = path.len();
                    path.push('/');
                    path.push_str(&shorten(xml::name(&start), 60));
                    let kept = self.keep(&path);
                    open.push((kept, before));
                }
                Event::End(_) => {
                    if let Some((kept, before)) = open.pop() {
                        path.truncate(before);
                        self.trim_kept(kept);
                    }
                    if self.source.depth() < floor {
                        break;
                    }
                }
                Event::Text(text) => self.keep_text(&open, &text.into_inner()),
                Event::CData(text) => self.keep_text(&open, &text.into_inner()),
                Event::GeneralRef(reference) => match xml::resolve(&reference) {
                    Reference::Char(character) => self.keep_text(&open, character.encode_utf8(&mut [0; 4])),
                    Reference::Unknown(text) => self.keep_text(&open, &text),
                },
                Event::Eof => return Err(Stop::File(self.truncated("an unknown element"))),
                _ => {}
            }
        }
        self.buffer = buffer;
        Ok(())
    }

    /// Keeps an unknown element, if there is room; tells where.
    fn keep(&mut self, path: &str) -> Option<usize> {
        self.unknown_count += 1;
        let limit = self.check.limits.unknown_elements;
        if self.unknown_count > limit {
            if self.unknown_count == limit + 1 {
                let message = format!("only the first {limit} unknown elements of the record were kept");
                self.check.report(&catalogue::UNKNOWN_DROPPED, shorten(path, PATH_CHARS), None, message);
            }
            return None;
        }
        let line = self.source.line();
        self.unknown.push(UnknownElement { path: shorten(path, PATH_CHARS), text: String::new(), line });
        Some(self.unknown.len() - 1)
    }

    fn keep_text(&mut self, open: &[(Option<usize>, usize)], text: &str) {
        let Some((Some(index), _)) = open.last() else { return };
        if let Some(element) = self.unknown.get_mut(*index) {
            let text = if element.text.is_empty() { text.trim_start() } else { text };
            append(&mut element.text, text, self.check.limits.value_bytes);
        }
    }

    fn trim_kept(&mut self, index: Option<usize>) {
        if let Some(element) = index.and_then(|index| self.unknown.get_mut(index)) {
            element.text.truncate(element.text.trim_end().len());
        }
    }

    /// Skips to the end of the element whose children are at `depth`.
    pub(crate) fn skip_to(&mut self, depth: usize) -> Result<(), FileError> {
        while self.source.depth() >= depth {
            if matches!(self.source.next(&mut self.buffer)?, Event::Eof) {
                return Err(self.truncated("Child"));
            }
        }
        Ok(())
    }
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace())
}

/// Appends as far as the limit allows; tells whether everything fitted.
fn append(text: &mut String, more: &str, limit: usize) -> bool {
    let room = limit.saturating_sub(text.len());
    if more.len() <= room {
        text.push_str(more);
        return true;
    }
    let cut = (0..=room).rev().find(|at| more.is_char_boundary(*at)).unwrap_or(0);
    text.push_str(more.get(..cut).unwrap_or_default());
    false
}

/// Finds an element in a table. Elements mostly come in order, so the search starts at the last one found.
fn find(spec: &'static BlockSpec, name: &str, last: usize) -> Option<(usize, &'static Field)> {
    let from_last = spec.fields.iter().enumerate().skip(last);
    from_last.chain(spec.fields.iter().enumerate().take(last)).find(|(_, field)| field.name == name)
}
