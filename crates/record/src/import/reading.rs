//! A file read on a thread of its own, batch by batch, so that reading and writing go on side by side.

use std::{fs::File, io::Read, path::Path};

use platform::{Error, Result};
use returns::{
    FileError, Limits, Problem,
    cin::{CinReader, Header},
    gias, school_census,
};
use tokio::sync::mpsc;

use super::{
    entry::{Entry, Numbering, Payload},
    slot::Slot,
};

/// Records of one batch, which is also the size of a transaction.
const RECORDS_PER_BATCH: usize = 250;
/// Batches that may wait for the writer.
const BATCHES_WAITING: usize = 3;

/// Some records in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The records that could be taken.
    pub(super) entries: Vec<Entry>,
    /// What was wrong with them and with those that could not be taken.
    pub(super) problems: Vec<Problem>,
    /// How many could not be taken.
    pub(super) not_taken: u64,
    /// Bytes of the file read so far.
    pub(super) bytes: u64,
}

/// What a file's reader says, in order: a header (census only), batches, the end.
#[derive(Debug)]
pub(super) enum Message {
    Header(Box<Header>),
    Batch(Batch),
    End(Option<FileError>),
    /// The file could not be opened or a record could not be understood by this program.
    Failed(Error),
}

/// A file being read. Dropping it ends the thread.
pub(super) struct Reading {
    messages: mpsc::Receiver<Message>,
}

impl Reading {
    /// Starts to read a file as one of this slot.
    pub(super) fn start(path: &Path, slot: Slot) -> Self {
        let (sender, messages) = mpsc::channel(BATCHES_WAITING);
        let path = path.to_owned();
        tokio::task::spawn_blocking(move || {
            let sent = match File::open(&path) {
                Ok(file) => read(file, slot, &sender),
                Err(source) => {
                    let path = path.display().to_string();
                    sender.blocking_send(Message::Failed(Error::File { verb: "read", path, source })).is_ok()
                }
            };
            // False only when nobody listens any more, which ends the reading.
            tracing::trace!(sent, "reading ended");
        });
        Self { messages }
    }

    /// The next message; after the end, or when the thread was lost, an error.
    pub(super) async fn next(&mut self) -> Result<Message> {
        match self.messages.recv().await {
            Some(Message::Failed(error)) => Err(error),
            Some(message) => Ok(message),
            None => Err(Error::invalid("import", "reading the file ended without a reason; try again")),
        }
    }
}

/// Reads the whole file; false when nobody listens.
fn read(file: File, slot: Slot, sender: &mpsc::Sender<Message>) -> bool {
    let limits = Limits::default();
    let out = Out { sender, batch: Batch::default(), numbering: Numbering::default(), cut_row: None };
    match slot {
        Slot::Cin(_) => match CinReader::open(file, limits) {
            Ok(reader) => cin(reader, out),
            Err(error) => out.end(Some(error)),
        },
        Slot::RollOn(term) => match school_census::on_roll(file, term, limits) {
            Ok(mut rows) => table(&mut rows, out, |row| Payload::OnRoll(Box::new(row)), |rows| rows.bytes()),
            Err(error) => out.end(Some(error)),
        },
        Slot::RollOff(term) => match school_census::no_longer_on_roll(file, term, limits) {
            Ok(mut rows) => {
                table(&mut rows, out, |row| Payload::NoLongerOnRoll(Box::new(row)), |rows| rows.bytes())
            }
            Err(error) => out.end(Some(error)),
        },
        Slot::Fsm(term) => match school_census::fsm_periods(file, term, limits) {
            Ok(mut rows) => table(&mut rows, out, Payload::Fsm, |rows| rows.bytes()),
            Err(error) => out.end(Some(error)),
        },
        Slot::Gias => match gias::establishments(file, limits) {
            Ok(mut rows) => table(&mut rows, out, |row| Payload::School(Box::new(row)), |rows| rows.bytes()),
            Err(error) => out.end(Some(error)),
        },
        Slot::GiasLinks => match gias::links(file, limits) {
            Ok(mut rows) => table(&mut rows, out, Payload::Link, |rows| rows.bytes()),
            Err(error) => out.end(Some(error)),
        },
    }
}

fn cin<R: Read>(mut reader: CinReader<R>, mut out: Out<'_>) -> bool {
    if !out.send(Message::Header(Box::new(reader.header().clone()))) {
        return false;
    }
    let fault = loop {
        let Some(next) = reader.next() else { break None };
        match next {
            Ok(read) => {
                out.batch.bytes = reader.bytes();
                if !out.take(read, |child| Payload::Child(Box::new(child))) {
                    return false;
                }
            }
            Err(fault) => break Some(fault),
        }
    };
    out.batch.problems.extend(reader.file_problems().iter().cloned());
    out.end(fault)
}

fn table<T, I>(rows: &mut I, mut out: Out<'_>, payload: fn(T) -> Payload, bytes: fn(&I) -> u64) -> bool
where
    I: Iterator<Item = Result<returns::Read<T>, FileError>>,
{
    let fault = loop {
        let Some(next) = rows.next() else { break None };
        match next {
            Ok(read) => {
                out.batch.bytes = bytes(rows);
                if !out.take(read, payload) {
                    return false;
                }
            }
            Err(fault) => break Some(fault),
        }
    };
    // A table has no mark at its end. A last row that is too short is what a cut file looks like.
    let cut = out.cut_row.map(|line| FileError::Truncated { line, inside: "a row".to_owned() });
    out.end(fault.or(cut))
}

struct Out<'a> {
    sender: &'a mpsc::Sender<Message>,
    batch: Batch,
    numbering: Numbering,
    /// The line of the latest row, when it had too few fields.
    cut_row: Option<u64>,
}

impl Out<'_> {
    fn send(&self, message: Message) -> bool {
        self.sender.blocking_send(message).is_ok()
    }

    fn take<T>(&mut self, read: returns::Read<T>, payload: impl FnOnce(T) -> Payload) -> bool {
        let length = returns::catalogue::ROW_LENGTH.code;
        let wrong_length = read.record.is_none() && read.problems.iter().any(|one| one.code == length);
        self.cut_row = wrong_length.then_some(read.place.line);
        match read.record {
            Some(record) => match self.numbering.entry(payload(record), read.place.line) {
                Ok(entry) => self.batch.entries.push(entry),
                Err(error) => {
                    self.send(Message::Failed(error));
                    return false;
                }
            },
            None => self.batch.not_taken += 1,
        }
        self.batch.problems.extend(read.problems);
        if self.batch.entries.len() < RECORDS_PER_BATCH && self.batch.problems.len() < RECORDS_PER_BATCH * 20
        {
            return true;
        }
        let bytes = self.batch.bytes;
        let full = std::mem::replace(&mut self.batch, Batch { bytes, ..Batch::default() });
        self.send(Message::Batch(full))
    }

    fn end(mut self, fault: Option<FileError>) -> bool {
        let last = std::mem::take(&mut self.batch);
        self.send(Message::Batch(last)) && self.send(Message::End(fault))
    }
}
