//! Writes a demonstration: `cargo run -p demo --example generate -- FOLDER [seven|england|CODE...] [SCALE]`.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use demo::{Plan, Selection, generate};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let folder = PathBuf::from(words.next().ok_or("name a folder")?);
    let mut plan = Plan::seven(2020);
    let mut codes = Vec::new();
    for word in words {
        match word.as_str() {
            "seven" => {}
            "england" => plan = Plan::england(2020),
            other if other.contains('.') => plan.scale = other.parse()?,
            code => codes.push(code.parse()?),
        }
    }
    if !codes.is_empty() {
        plan.authorities = Selection::Codes(codes);
    }
    let begun = Instant::now();
    let mut err = std::io::stderr().lock();
    let mut bytes = 0;
    let manifest = generate(&plan, &folder, &mut |step| {
        bytes += step.bytes;
        let _ = writeln!(err, "{}/{} {} {} MB", step.done, step.of, step.authority, step.bytes / 1_000_000);
    })?;
    let children: u32 = manifest.authorities.iter().flat_map(|a| &a.truth).map(|year| year.children).sum();
    let seconds = begun.elapsed().as_secs_f64();
    writeln!(err, "{children} children in returns, {} MB, {seconds:.1} s", bytes / 1_000_000)?;
    Ok(())
}
