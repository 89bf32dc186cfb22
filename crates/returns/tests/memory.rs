//! Memory does not grow with the file. The file is made while it is read, so it is never anywhere whole.
//!
//! `NEARHAND_LARGE_MB=2048 cargo test --release -p returns --test memory -- --nocapture` reads 2 GB.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests may panic and print like tests"
)]

mod common;

use std::alloc::System;
use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::sync::Mutex;
use std::time::Instant;

use returns::cin::CinReader;
use returns::school_census::{Season, Term};
use returns::{FileError, Limits, Read, gias, school_census};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The counts are of the whole process, so the tests take turns.
static TURN: Mutex<()> = Mutex::new(());

fn held() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated.saturating_sub(stats.bytes_deallocated)
}

/// Writes the n-th piece of a file.
type Piece = Rc<dyn Fn(u64, &mut Vec<u8>)>;

/// A file made of a beginning, a piece repeated with a rising number, and an end.
struct Endless {
    piece: Piece,
    pieces: u64,
    next: u64,
    end: String,
    buffer: Vec<u8>,
    at: usize,
    peak: Rc<Cell<usize>>,
}

impl Endless {
    fn new(start: &str, piece: &Piece, bytes: u64, end: &str, peak: &Rc<Cell<usize>>) -> Self {
        let mut one = Vec::new();
        piece(1_000_000, &mut one);
        let pieces = bytes / one.len() as u64;
        let mut buffer = Vec::with_capacity(64 * 1024 + one.len());
        buffer.extend_from_slice(start.as_bytes());
        let (piece, end, peak) = (Rc::clone(piece), end.to_owned(), Rc::clone(peak));
        Self { piece, pieces, next: 0, end, buffer, at: 0, peak }
    }
}

impl io::Read for Endless {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.peak.set(self.peak.get().max(held()));
        if self.at == self.buffer.len() {
            self.buffer.clear();
            self.at = 0;
            while self.next < self.pieces && self.buffer.len() < 64 * 1024 {
                (self.piece)(self.next, &mut self.buffer);
                self.next += 1;
            }
            if self.next == self.pieces {
                self.pieces = 0;
                self.next = u64::MAX;
                self.buffer.extend_from_slice(self.end.as_bytes());
            }
        }
        let count = to.len().min(self.buffer.len() - self.at);
        to.iter_mut().zip(self.buffer.iter().skip(self.at)).for_each(|(to, from)| *to = *from);
        self.at += count;
        Ok(count)
    }
}

struct Run {
    records: u64,
    taken: u64,
    peak: usize,
    bytes: u64,
}

/// Reads a file of about `bytes` to its end and tells the most that was held meanwhile, above the start.
fn run<T, I>(start: &str, piece: &Piece, end: &str, bytes: u64, open: impl FnOnce(Endless) -> I) -> Run
where
    I: Iterator<Item = Result<Read<T>, FileError>>,
{
    let peak = Rc::new(Cell::new(0));
    let before = held();
    let source = Endless::new(start, piece, bytes, end, &peak);
    let (mut records, mut taken) = (0, 0);
    for read in open(source) {
        let read = read.unwrap();
        records += 1;
        taken += u64::from(read.record.is_some());
        peak.set(peak.get().max(held()));
    }
    Run { records, taken, peak: peak.get() - before, bytes }
}

/// The size of a large file: some seconds' worth.
fn megabytes() -> u64 {
    let default = if cfg!(debug_assertions) { 12 } else { 300 };
    std::env::var("NEARHAND_LARGE_MB").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Reads a small and a large file and holds the two against each other.
fn same_memory<T, I>(name: &str, start: &str, piece: &Piece, end: &str, open: impl Fn(Endless) -> I)
where
    I: Iterator<Item = Result<Read<T>, FileError>>,
{
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let small = run(start, piece, end, 1_000_000, &open);
    let clock = Instant::now();
    let large = run(start, piece, end, megabytes() * 1_000_000, &open);
    let seconds = clock.elapsed().as_secs_f64();
    println!(
        "{name}: {} MB, {} records, {} taken, {:.1} s, {:.0} MB/s; peak {} kB, of the small file {} kB",
        large.bytes / 1_000_000,
        large.records,
        large.taken,
        seconds,
        large.bytes as f64 / 1e6 / seconds,
        large.peak / 1000,
        small.peak / 1000,
    );
    assert!(large.records > 10 * small.records);
    assert!(large.peak < 4_000_000, "{name}: {} bytes", large.peak);
    assert!(large.peak < small.peak + 100_000, "{name}: {} and {} bytes", small.peak, large.peak);
}

#[test]
fn a_census_of_any_size() {
    let xml = common::census(2019, "|");
    let (start, end) = xml.split_once('|').unwrap();
    let events = "<Assessments><AssessmentActualStartDate>2017-07-01</AssessmentActualStartDate>\
        <AssessmentAuthorisationDate>2017-08-01</AssessmentAuthorisationDate><FactorsIdentifiedAtAssessment>\
        <AssessmentFactors>1A</AssessmentFactors><AssessmentFactors>3B</AssessmentFactors>\
        </FactorsIdentifiedAtAssessment></Assessments>";
    let child = common::child(2019, "|", events);
    let piece: Piece = Rc::new(move |number, to| {
        let (before, after) = child.split_once('|').unwrap();
        to.extend_from_slice(before.as_bytes());
        to.extend_from_slice(number.to_string().as_bytes());
        to.extend_from_slice(after.as_bytes());
    });
    same_memory("census", start, &piece, end, |source| {
        CinReader::open(source, Limits { duplicate_ids: 0, ..Limits::default() }).unwrap()
    });
}

#[test]
fn one_child_of_any_size() {
    let xml = common::census(2019, "|");
    let (start, end) = xml.split_once('|').unwrap();
    let child = common::child(2019, "A", "|");
    let (before, after) = child.split_once('|').unwrap();
    let (start, end) = (format!("{start}{before}"), format!("{after}{end}"));
    let piece: Piece = Rc::new(|_, to| {
        to.extend_from_slice(b"<Section47><S47ActualStartDate>2017-07-01</S47ActualStartDate></Section47>\n");
    });
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let run = run(&start, &piece, &end, megabytes() * 1_000_000, |source| {
        CinReader::open(source, Limits::default()).unwrap()
    });
    println!("one child: peak {} kB", run.peak / 1000);
    assert_eq!((run.records, run.taken), (1, 0));
    assert!(run.peak < 12_000_000, "{}", run.peak);
}

#[test]
fn the_check_for_duplicates_costs_a_known_amount() {
    let xml = common::census(2019, "|");
    let (start, end) = xml.split_once('|').unwrap();
    let piece: Piece = Rc::new(|number, to| {
        to.extend_from_slice(common::child(2019, &number.to_string(), "").as_bytes());
    });
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let run =
        run(start, &piece, end, 8_000_000, |source| CinReader::open(source, Limits::default()).unwrap());
    println!("duplicates: {} records, peak {} kB", run.records, run.peak / 1000);
    // Twice the table stands for a moment when it grows.
    assert!(run.peak < 1_000_000 + 80 * usize::try_from(run.records).unwrap(), "{}", run.peak);
}

#[test]
fn tables_of_any_size() {
    let term = Term::new(2025, Season::Spring).unwrap();
    let heads = "pupilonrolltableid,NativeId,dob,upn,entrydate\n";
    let row: Piece = Rc::new(|number, to| {
        to.extend_from_slice(number.to_string().as_bytes());
        to.extend_from_slice(b",S,2014-Apr-25 00:00:00,B801200005001,2018-Sep-03 00:00:00\n");
    });
    same_memory("on roll", heads, &row, "", |source| {
        school_census::on_roll(source, term, Limits::default()).unwrap()
    });
    let row: Piece =
        Rc::new(|_, to| to.extend_from_slice(b"\"100001\",\"100002\",\"Zo\xeb\",\"Successor\"\r\n"));
    same_memory("links", "\"URN\",\"LinkURN\",\"LinkName\",\"LinkType\"\r\n", &row, "", |source| {
        gias::links(source, Limits::default()).unwrap()
    });
}
