//! Reads a children in need census and says what is in it, what is wrong with it and how fast it was read.
//!
//! `cargo run --release -p returns --example census -- FILE [FILE...]`

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::time::Instant;

use returns::cin::CinReader;
use returns::{FileError, Limits};

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for path in std::env::args().skip(1) {
        writeln!(out, "{path}")?;
        if let Err(error) = report(&path, &mut out) {
            match error {
                Failure::Io(error) => return Err(error),
                Failure::File(error) => writeln!(out, "  {}: {error}; {}", error.code(), error.remedy())?,
            }
        }
    }
    Ok(())
}

enum Failure {
    Io(std::io::Error),
    File(FileError),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

fn report(path: &str, out: &mut impl Write) -> Result<(), Failure> {
    let start = Instant::now();
    let mut reader = CinReader::open(File::open(path)?, Limits::default())?;
    let header = reader.header();
    writeln!(out, "  authority {} collection {}", header.lea, header.collection_year)?;
    let (mut taken, mut episodes) = (0_u64, 0_u64);
    let mut by_code: BTreeMap<_, u64> = BTreeMap::new();
    let mut end = None;
    for read in reader.by_ref() {
        match read {
            Ok(read) => {
                for problem in &read.problems {
                    *by_code.entry((problem.severity.as_str(), problem.code)).or_default() += 1;
                }
                if let Some(child) = read.record {
                    taken += 1;
                    episodes += child.episodes.len() as u64;
                }
            }
            Err(error) => end = Some(error),
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    for problem in reader.file_problems() {
        *by_code.entry((problem.severity.as_str(), problem.code)).or_default() += 1;
    }
    writeln!(out, "  {} records, {taken} taken, {episodes} episodes", reader.records())?;
    for ((severity, code), count) in by_code {
        writeln!(out, "  {count:>8} {severity} {code}")?;
    }
    let megabytes = reader.bytes() as f64 / 1e6;
    let records = reader.records() as f64;
    writeln!(
        out,
        "  {megabytes:.1} MB in {seconds:.2} s: {:.0} MB/s, {:.0} records/s",
        megabytes / seconds,
        records / seconds
    )?;
    match end {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}
