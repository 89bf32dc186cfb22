//! Reads tables of pupils on roll and says how fast.
//!
//! `cargo run --release -p returns --example roll -- 2025_spring_pupilonroll.csv [FILE...]`

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::time::Instant;

use returns::Limits;
use returns::school_census::{Term, on_roll};

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for path in std::env::args().skip(1) {
        let start = Instant::now();
        let mut reader = on_roll(File::open(&path)?, Term::from_file_name(&path)?, Limits::default())?;
        let (mut taken, mut problems) = (0_u64, 0_u64);
        for read in reader.by_ref() {
            let read = read?;
            taken += u64::from(read.record.is_some());
            problems += read.problems.len() as u64;
        }
        let seconds = start.elapsed().as_secs_f64();
        let (megabytes, rows) = (reader.bytes() as f64 / 1e6, reader.records());
        writeln!(out, "{path}: {rows} rows, {taken} taken, {problems} problems")?;
        writeln!(
            out,
            "  {megabytes:.1} MB in {seconds:.2} s: {:.0} MB/s, {:.0} rows/s",
            megabytes / seconds,
            rows as f64 / seconds
        )?;
    }
    Ok(())
}
