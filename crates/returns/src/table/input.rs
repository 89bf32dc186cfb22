//! Rows of fields from bytes, with bounds and lines.

use std::io::{self, BufRead, BufReader, Read};

use csv_core::ReadRecordResult;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::decode::{self, Decoded, Rejoined};
use crate::error::FileError;
use crate::limits::Limits;

/// Bytes as they stand, or turned from UTF-16 into UTF-8. Other encodings are told apart field by field.
enum Bytes<R> {
    Raw(BufReader<Rejoined<R>>),
    Wide(Decoded<Rejoined<R>>),
}

impl<R: Read> Bytes<R> {
    fn fill(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::Raw(reader) => reader.fill_buf(),
            Self::Wide(reader) => reader.fill_buf(),
        }
    }

    fn consume(&mut self, count: usize) {
        match self {
            Self::Raw(reader) => reader.consume(count),
            Self::Wide(reader) => reader.consume(count),
        }
    }
}

/// What the next row is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A row; its fields can be asked for.
    Row,
    /// A row larger than the limits, passed over.
    TooLarge,
    /// There are no more.
    End,
}

/// Reads rows.
pub(crate) struct Rows<R> {
    bytes: Bytes<R>,
    core: csv_core::Reader,
    out: Vec<u8>,
    ends: Vec<usize>,
    fields: usize,
    newlines: u64,
    consumed: u64,
    /// Line on which the present row starts.
    pub(crate) line: u64,
    /// The present row ends with the file instead of a line end.
    pub(crate) unfinished: bool,
}

impl<R: Read> Rows<R> {
    pub(crate) fn open(inner: R, limits: &Limits) -> Result<Self, FileError> {
        let (head, inner) = decode::peek(inner)?;
        if head.is_empty() {
            return Err(FileError::Empty);
        }
        let bytes = match wide(&head) {
            Some(encoding) => Bytes::Wide(Decoded::new(inner, encoding, usize::MAX >> 1)),
            None => Bytes::Raw(BufReader::with_capacity(64 * 1024, inner)),
        };
        let mut rows = Self {
            bytes,
            core: csv_core::Reader::new(),
            out: vec![0; limits.row_bytes],
            ends: vec![0; limits.columns],
            fields: 0,
            newlines: 0,
            consumed: 0,
            line: 1,
            unfinished: false,
        };
        if decode::by_mark(&head) == Some(UTF_8) {
            rows.consume(3)?;
        }
        Ok(rows)
    }

    /// Bytes read so far (of UTF-8 when the file is UTF-16).
    pub(crate) fn consumed(&self) -> u64 {
        self.consumed
    }

    fn consume(&mut self, count: usize) -> Result<(), FileError> {
        let line = self.line;
        self.bytes.fill().map_err(|source| FileError::Io { line, source })?;
        self.bytes.consume(count);
        self.consumed += count as u64;
        Ok(())
    }

    /// Reads the next row, passing over empty lines.
    pub(crate) fn next(&mut self) -> Result<Next, FileError> {
        self.pass_line_ends()?;
        let start = self.newlines + 1;
        self.line = start;
        let (mut written, mut ended, mut quotes, mut too_large) = (0, 0, 0_u64, false);
        loop {
            let input = self.bytes.fill().map_err(|source| FileError::Io { line: start, source })?;
            let at_end = input.is_empty();
            let out = self.out.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(ended..).unwrap_or_default();
            let (result, read, wrote, marked) = self.core.read_record(input, out, ends);
            let used = input.get(..read).unwrap_or_default();
            self.newlines += memchr::memchr_iter(b'\n', used).count() as u64;
            quotes += memchr::memchr_iter(b'"', used).count() as u64;
            self.bytes.consume(read);
            self.consumed += read as u64;
            written += wrote;
            ended += marked;
            // A row with an odd number of quotation marks that runs to the end of the file, or beyond any
            // true size, has one that was never closed.
            let unclosed = quotes % 2 == 1;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    if unclosed && result == ReadRecordResult::OutputFull {
                        return Err(FileError::UnclosedQuote { line: start });
                    }
                    too_large = true;
                    (written, ended) = (0, 0);
                }
                ReadRecordResult::Record if at_end && unclosed => {
                    return Err(FileError::UnclosedQuote { line: start });
                }
                ReadRecordResult::Record => {
                    self.unfinished = at_end;
                    self.fields = if too_large { 0 } else { ended };
                    return Ok(if too_large { Next::TooLarge } else { Next::Row });
                }
                ReadRecordResult::End => return Ok(Next::End),
            }
        }
    }

    /// Passes over line ends between rows, so that the line of the row is the one it starts on.
    fn pass_line_ends(&mut self) -> Result<(), FileError> {
        loop {
            let line = self.newlines + 1;
            let input = self.bytes.fill().map_err(|source| FileError::Io { line, source })?;
            let count = input.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            self.newlines += input.iter().take(count).filter(|byte| **byte == b'\n').count() as u64;
            let all = count == input.len();
            self.bytes.consume(count);
            self.consumed += count as u64;
            if count == 0 || !all {
                return Ok(());
            }
        }
    }

    /// Number of fields in the present row.
    pub(crate) fn fields(&self) -> usize {
        self.fields
    }

    /// A field of the present row.
    pub(crate) fn field(&self, index: usize) -> &[u8] {
        if index >= self.fields {
            return &[];
        }
        let start = match index.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or_default(),
            None => 0,
        };
        let end = self.ends.get(index).copied().unwrap_or_default();
        self.out.get(start..end).unwrap_or_default()
    }
}

/// UTF-16, by its mark or by the noughts between plain letters.
fn wide(head: &[u8]) -> Option<&'static Encoding> {
    match decode::by_mark(head) {
        Some(encoding) if encoding == UTF_8 => None,
        Some(encoding) => Some(encoding),
        None => match head {
            [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some(UTF_16BE),
            [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some(UTF_16LE),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8], limits: &Limits) -> Result<Vec<(u64, Vec<String>)>, FileError> {
        let mut rows = Rows::open(bytes, limits)?;
        let mut all = Vec::new();
        loop {
            match rows.next()? {
                Next::End => return Ok(all),
                Next::TooLarge => all.push((rows.line, vec!["too large".to_owned()])),
                Next::Row => {
                    let fields = (0..rows.fields()).map(|index| String::from_utf8_lossy(rows.field(index)));
                    all.push((rows.line, fields.map(|field| field.into_owned()).collect()));
                }
            }
        }
    }

    fn row(line: u64, fields: &[&str]) -> (u64, Vec<String>) {
        (line, fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn rows_know_the_line_they_start_on() {
        let limits = Limits::default();
        let expected = vec![row(1, &["a", "b"]), row(2, &["1", "x\ny"]), row(5, &["2", ""])];
        assert_eq!(rows(b"a,b\n1,\"x\ny\"\n\n2,", &limits).unwrap(), expected);
        let crlf = rows(b"\xef\xbb\xbfa,b\r\n1,\"x\ny\"\r\n\r\n2,\r\n", &limits).unwrap();
        assert_eq!(crlf, expected);
        let wide: Vec<u8> =
            "\u{feff}a,b\n1,\"x\ny\"\n\n2,".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(rows(&wide, &limits).unwrap(), expected);
    }

    #[test]
    fn too_much_is_passed_over_and_reading_goes_on() {
        let limits = Limits { row_bytes: 8, columns: 3, ..Limits::default() };
        let found = rows(b"a,b\n123456789,2\n1,2,3,4,5\nc,d\n", &limits).unwrap();
        assert_eq!(
            found,
            [row(1, &["a", "b"]), row(2, &["too large"]), row(3, &["too large"]), row(4, &["c", "d"])]
        );
    }

    #[test]
    fn an_unclosed_quotation_mark_is_found_at_its_row() {
        let limits = Limits { row_bytes: 64, ..Limits::default() };
        let error = rows(b"a,b\n1,2\n3,\"4\n5,6\n", &limits).unwrap_err();
        assert!(matches!(error, FileError::UnclosedQuote { line: 3 }), "{error}");
        let long = format!("a,b\n3,\"4\n{}", "5,6\n".repeat(100));
        assert!(matches!(rows(long.as_bytes(), &limits), Err(FileError::UnclosedQuote { line: 2 })));
    }
}
