//! `nearhand demo generate`: the files that councils would send, invented.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::{Args, ValueEnum};
use demo::{Plan, SEVEN, Selection};
use indicatif::{ProgressBar, ProgressStyle};

use super::out;
use crate::error::{Error, Result};

/// What to invent.
#[derive(Debug, Args)]
pub(super) struct Generate {
    /// Folder to write into, one folder below it for each authority.
    #[arg(long, default_value = "demonstration-files")]
    out: PathBuf,
    /// The same seed gives the same files on every machine.
    #[arg(long, default_value_t = 2018)]
    seed: u64,
    /// Which authorities: the seven of the founding documents, or all of England (one year, one census).
    #[arg(long, value_enum, default_value = "seven")]
    authorities: Authorities,
    /// DfE numbers of the authorities to write instead, for example 852,335.
    #[arg(long, value_delimiter = ',')]
    la_code: Vec<u16>,
    /// Closing year of the first return (2018 for 2017-18).
    #[arg(long)]
    first_year: Option<u16>,
    /// Closing year of the last return.
    #[arg(long)]
    last_year: Option<u16>,
    /// Size against the published figures, above 0 and at most 1.
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// Leave out the usual faults of real files.
    #[arg(long)]
    without_faults: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Authorities {
    Seven,
    England,
}

impl Generate {
    fn plan(&self) -> Plan {
        let mut plan = match self.authorities {
            Authorities::Seven => Plan::seven(self.seed),
            Authorities::England => Plan::england(self.seed),
        };
        if !self.la_code.is_empty() {
            plan.authorities = Selection::Codes(self.la_code.clone());
        }
        plan.first_year = self.first_year.unwrap_or(plan.first_year);
        plan.last_year = self.last_year.unwrap_or(plan.last_year);
        plan.scale = self.scale;
        plan.faults = !self.without_faults;
        plan
    }
}

/// Runs the command.
pub(super) fn run(given: &Generate) -> Result<ExitCode> {
    let plan = given.plan();
    let bar = bar(match &plan.authorities {
        Selection::Seven => SEVEN.len(),
        Selection::Codes(codes) => codes.len(),
        Selection::England => 0,
    });
    let manifest = demo::generate(&plan, &given.out, &mut |progress| {
        bar.set_length(progress.of as u64);
        bar.set_position(progress.done as u64);
        bar.set_message(progress.authority);
    })
    .map_err(|error| Error::Usage(error.to_string()))?;
    bar.finish_and_clear();
    let files: usize = manifest.authorities.iter().map(|authority| authority.files.len()).sum();
    let bytes: u64 = manifest.authorities.iter().flat_map(|a| &a.files).map(|file| file.bytes).sum();
    out::line(format!(
        "Wrote {files} files ({} MB) for {} authorities to {}. Each folder's manifest.json says what is true of them.",
        bytes / 1_000_000,
        manifest.authorities.len(),
        given.out.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// A progress bar on standard error; nothing where that is not a terminal.
pub(super) fn bar(length: usize) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    if let Ok(style) = ProgressStyle::with_template("{msg:40} {wide_bar} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
