//! Times one part of the statistics library on one file and prints a line as the peers do: engine, CPU seconds of one run
//! (median), peak memory in MB, a figure to compare. One process does one part, so that its peak memory is its own.
//!
//! usage: `engine-bench PART FILE [REPS]`, or `engine-bench coverage [SHARE [NAME]]` for the known-answer study: this share of its
//! trials, for estimators with this in their name.

mod columns;
mod coverage;
mod need;
mod parts;

use std::process::ExitCode;

use cpu_time::ProcessTime;

/// Work of one part: runs once and says a figure by which it can be compared with its peers.
type Run = Box<dyn FnMut() -> Result<String, Box<dyn std::error::Error>>>;

fn main() -> ExitCode {
    match measure() {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("engine-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<String, Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, rest @ ..] = arguments.as_slice()
        && first == "coverage"
    {
        let share: f64 = rest.first().map_or(Ok(1.0), |text| text.parse())?;
        return coverage::run(share, rest.get(1).map_or("", String::as_str));
    }
    let [part, file, rest @ ..] = arguments.as_slice() else {
        return Err(format!(
            "usage: engine-bench PART FILE [REPS], or coverage [SHARE [NAME]]; parts: {}",
            parts::NAMES.join(", ")
        )
        .into());
    };
    let repeats: usize = rest.first().map_or(Ok(5), |text| text.parse())?;
    let mut run = parts::prepare(part, file)?;
    let mut seconds = Vec::new();
    let mut told = String::new();
    for _ in 0..repeats.max(1) {
        let start = ProcessTime::now();
        told = run()?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    Ok(format!("nearhand\t{:.6}\t{:.0}\t{told}", seconds[seconds.len() / 2], peak_megabytes()?))
}

/// Peak resident memory of this process, as the kernel counted it.
fn peak_megabytes() -> Result<f64, Box<dyn std::error::Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse::<f64>()? / 1024.0)
}
