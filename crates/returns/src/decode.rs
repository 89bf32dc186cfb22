//! Bytes in any known encoding, turned into UTF-8 as they come, with lines counted.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::FileError;
use crate::problem::shorten;

const BUFFER: usize = 64 * 1024;

/// How much of a file's beginning is looked at to find its encoding.
pub(crate) const HEAD: usize = 1024;

/// A reader that decodes to UTF-8, replaces what is no text by U+FFFD, counts lines and bytes, and refuses to
/// feed one token more than a limit of bytes.
pub(crate) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    raw: Box<[u8]>,
    raw_at: usize,
    raw_end: usize,
    ended: bool,
    flushed: bool,
    out: Box<[u8]>,
    at: usize,
    end: usize,
    /// Line ends before `counted`, which is a place in `out`. They are counted late and in bulk.
    newlines: u64,
    counted: usize,
    consumed: u64,
    token_start: u64,
    /// Place of the token's start in `out`, or its line when that is no longer in `out`.
    token_at: TokenAt,
    token_limit: u64,
}

#[derive(Debug, Clone, Copy)]
enum TokenAt {
    Place(usize),
    Line(u64),
}

/// The mark inside an [`io::Error`] that tells "too long" from a true failure to read.
#[derive(Debug, thiserror::Error)]
#[error("one piece of the file is larger than the limit")]
pub(crate) struct TokenTooLong;

impl<R: Read> Decoded<R> {
    pub(crate) fn new(inner: R, encoding: &'static Encoding, token_limit: usize) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; BUFFER].into_boxed_slice(),
            raw_at: 0,
            raw_end: 0,
            ended: false,
            flushed: false,
            // A byte of a single-byte encoding becomes at most three bytes of UTF-8.
            out: vec![0; BUFFER].into_boxed_slice(),
            at: 0,
            end: 0,
            newlines: 0,
            counted: 0,
            consumed: 0,
            token_start: 0,
            token_at: TokenAt::Place(0),
            token_limit: token_limit as u64,
        }
    }

    /// The line on which the present token starts, from 1.
    pub(crate) fn token_line(&mut self) -> u64 {
        match self.token_at {
            TokenAt::Line(line) => line,
            TokenAt::Place(place) => {
                self.count_to(place);
                let line = self.newlines + 1;
                self.token_at = TokenAt::Line(line);
                line
            }
        }
    }

    /// Counts line ends up to a place in the buffer.
    fn count_to(&mut self, place: usize) {
        if let Some(bytes) = self.out.get(self.counted..place) {
            self.newlines += memchr::memchr_iter(b'\n', bytes).count() as u64;
            self.counted = place;
        }
    }

    /// Bytes of UTF-8 handed out so far.
    pub(crate) fn consumed(&self) -> u64 {
        self.consumed
    }

    /// A new token begins here.
    pub(crate) fn start_token(&mut self) {
        self.token_start = self.consumed;
        self.token_at = TokenAt::Place(self.at);
    }

    fn refill(&mut self) -> io::Result<()> {
        // What is asked of the bytes in the buffer must be known before they go.
        self.token_line();
        self.count_to(self.end);
        self.counted = 0;
        self.at = 0;
        self.end = 0;
        while self.end == 0 && !self.flushed {
            if self.raw_at == self.raw_end && !self.ended {
                self.raw_at = 0;
                self.raw_end = read_some(&mut self.inner, &mut self.raw)?;
                self.ended = self.raw_end == 0;
            }
            let source = self.raw.get(self.raw_at..self.raw_end).unwrap_or_default();
            let (result, read, written, _) = self.decoder.decode_to_utf8(source, &mut self.out, self.ended);
            self.raw_at += read;
            self.end = written;
            // After the last call the decoder must not be called again.
            self.flushed = self.ended && result == CoderResult::InputEmpty;
        }
        Ok(())
    }
}

fn read_some(inner: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match inner.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), available.get(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.consumed - self.token_start > self.token_limit {
            return Err(io::Error::other(TokenTooLong));
        }
        if self.at == self.end {
            self.refill()?;
        }
        Ok(self.out.get(self.at..self.end).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.at);
        self.at += count;
        self.consumed += count as u64;
    }
}

/// The first bytes of a stream and the whole stream again.
pub(crate) type Rejoined<R> = io::Chain<io::Cursor<Vec<u8>>, R>;

/// Takes the first bytes of a stream to look at, and puts them back.
pub(crate) fn peek<R: Read>(mut inner: R) -> Result<(Vec<u8>, Rejoined<R>), FileError> {
    let mut head = Vec::with_capacity(HEAD);
    let count = Read::by_ref(&mut inner).take(HEAD as u64).read_to_end(&mut head);
    count.map_err(|source| FileError::Io { line: 1, source })?;
    let again = io::Cursor::new(head.clone()).chain(inner);
    Ok((head, again))
}

/// The encoding that a byte-order mark tells, and the mark's length.
pub(crate) fn by_mark(head: &[u8]) -> Option<&'static Encoding> {
    Encoding::for_bom(head).map(|(encoding, _)| encoding)
}

/// The encoding of an XML file by its byte-order mark, else by the pattern of its first bytes, else by its
/// declaration, else UTF-8.
///
/// # Errors
/// [`FileError::UnsupportedEncoding`] when the declaration names one that is not known.
pub(crate) fn of_xml(head: &[u8]) -> Result<&'static Encoding, FileError> {
    if let Some(encoding) = by_mark(head) {
        return Ok(encoding);
    }
    match head {
        [0, b'<', ..] => return Ok(UTF_16BE),
        [b'<', 0, ..] => return Ok(UTF_16LE),
        _ => {}
    }
    let Some(label) = declared(head) else { return Ok(UTF_8) };
    match Encoding::for_label(label) {
        // A declaration that can be read byte by byte is not UTF-16, whatever it says: some software writes
        // the declaration of its internal strings into a UTF-8 file.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Ok(UTF_8),
        Some(encoding) => Ok(encoding),
        None => Err(FileError::UnsupportedEncoding { found: shorten(&String::from_utf8_lossy(label), 40) }),
    }
}

/// The value of `encoding` in an XML declaration.
fn declared(head: &[u8]) -> Option<&[u8]> {
    let head = head.trim_ascii_start();
    if !head.starts_with(b"<?xml") {
        return None;
    }
    let end = memchr::memmem::find(head, b"?>")?;
    let declaration = head.get(..end)?;
    let at = memchr::memmem::find(declaration, b"encoding")?;
    let rest = declaration.get(at + b"encoding".len()..)?.trim_ascii_start();
    let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
    let (quote, value) = rest.split_first()?;
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    value.get(..memchr::memchr(*quote, value)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8], encoding: &'static Encoding) -> String {
        let mut text = String::new();
        Decoded::new(bytes, encoding, 1 << 20).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn declarations_and_marks_tell_the_encoding() {
        let name = |head: &[u8]| of_xml(head).map(Encoding::name).map_err(|error| error.code());
        assert_eq!(name(b"<Message>"), Ok("UTF-8"));
        assert_eq!(name(b"<?xml version='1.0' encoding = 'iso-8859-1'?>"), Ok("windows-1252"));
        assert_eq!(name(b"<?xml version=\"1.0\" encoding=\"utf-16\"?>"), Ok("UTF-8"));
        assert_eq!(name(b"\xff\xfe<\0"), Ok("UTF-16LE"));
        assert_eq!(name(b"\xfe\xff\0<"), Ok("UTF-16BE"));
        assert_eq!(name(b"<\0?\0"), Ok("UTF-16LE"));
        assert_eq!(name(b"<?xml encoding=\"EBCDIC\"?>"), Err("file-encoding"));
        assert_eq!(name(b""), Ok("UTF-8"));
    }

    #[test]
    fn text_comes_out_as_utf8_across_buffer_ends() {
        let long = "é€\n".repeat(BUFFER);
        assert_eq!(decode(long.as_bytes(), UTF_8), long);
        let wide: Vec<u8> = long.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide, UTF_16LE), long);
        assert_eq!(decode(b"caf\xe9", encoding_rs::WINDOWS_1252), "café");
        assert_eq!(decode(b"caf\xe9<", UTF_8), "caf\u{fffd}<");
        assert_eq!(decode(b"caf\xe2\x82", UTF_8), "caf\u{fffd}");
        assert_eq!(decode(b"\xef\xbb\xbfa", UTF_8), "a");
    }

    #[test]
    fn lines_are_counted_and_long_tokens_refused() {
        let mut source = Decoded::new(&b"a\nb\nc"[..], UTF_8, 3);
        source.consume(0);
        assert_eq!(source.fill_buf().unwrap().len(), 5);
        source.consume(4);
        assert_eq!(source.token_line(), 1);
        assert!(source.fill_buf().unwrap_err().get_ref().unwrap().is::<TokenTooLong>());
        source.start_token();
        assert_eq!(source.token_line(), 3);
        assert_eq!(source.fill_buf().unwrap(), b"c");
    }
}
