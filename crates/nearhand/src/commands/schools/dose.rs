//! `nearhand schools dose`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use schools::{
    counts::model::window::{TermDates, Window},
    team::{service::dose, write_csv},
};

use super::{super::out, new_file, opened};
use crate::{
    error::{Error, Result},
    installation::Installation,
};

/// Of which period.
#[derive(Debug, Args)]
pub(in crate::commands) struct Dose {
    /// The organisation.
    organisation: String,
    /// A window: academic-2019-20, spring-2020, 2019-20 (census year) or two dates, 2020-01-06..2020-03-31.
    #[arg(long)]
    window: String,
    /// Write the figures to this new file (CSV), with hours and sessions of every kind, instead of the terminal.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

/// Runs the command.
pub(super) async fn run(installation: &Installation, given: Dose) -> Result<ExitCode> {
    let window = Window::parse(&given.window, &TermDates::default())
        .map_err(|error| Error::Usage(format!("window `{}`: {error}", given.window)))?;
    let ctx = opened(installation, &given.organisation).await?;
    let report = dose::measure(&ctx, &window).await.map_err(platform::Error::from)?;
    if let Some(path) = &given.csv {
        let file = new_file(path)?;
        write_csv(&report, std::io::BufWriter::new(file)).map_err(platform::Error::from)?;
        out::line(format!("Wrote the figures of {} schools to {}", report.schools.len(), path.display()));
        return Ok(ExitCode::SUCCESS);
    }
    out::line(format!("{}, counted up to {}", window.in_words(), report.counted_to));
    out::line(format!(
        "{:<40} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "School", "planned", "there", "hours", "sessions", "consult.", "staff", "pupils"
    ));
    for school in &report.schools {
        let dose = &school.dose;
        let name: String = school.name.chars().take(40).collect();
        out::line(format!(
            "{name:<40} {:>8} {:>8} {:>8.1} {:>8} {:>8} {:>8} {:>8}",
            dose.planned_days,
            dose.actual_days,
            dose.all_hours(),
            dose.all_sessions(),
            dose.consultations(),
            dose.staff,
            dose.pupils
        ));
    }
    out::line("Days are those of workers; people are counted each time they were present.");
    Ok(ExitCode::SUCCESS)
}
