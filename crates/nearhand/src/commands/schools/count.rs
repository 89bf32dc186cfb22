//! `nearhand schools count`.

use std::{path::PathBuf, process::ExitCode};

use chrono::NaiveDate;
use clap::Args;
use platform::Ctx;
use schools::counts::{
    model::window::{TermDates, Window},
    service::{self, Purpose},
    text, write_csv,
};

use super::{new_file, opened};
use crate::{
    commands::out,
    error::{Error, Result},
    installation::Installation,
};

/// What to count.
#[derive(Debug, Args)]
pub(in crate::commands) struct Count {
    /// The organisation.
    organisation: String,
    /// A window: 2018-19 (census year), academic-2018-19, autumn-2018. May be repeated; the latest census year of the
    /// imported returns where none is given.
    #[arg(long)]
    window: Vec<String>,
    /// First day of a window of any two dates.
    #[arg(long, value_name = "DATE", requires = "to")]
    from: Option<NaiveDate>,
    /// Last day of it.
    #[arg(long, value_name = "DATE", requires = "from")]
    to: Option<NaiveDate>,
    /// Write the figures to this new file (CSV) instead of the terminal.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

/// Runs the command.
pub(super) async fn run(installation: &Installation, given: Count) -> Result<ExitCode> {
    let ctx = opened(installation, &given.organisation).await?;
    let windows = windows(&ctx, &given).await?;
    let Some(path) = &given.csv else {
        let report = service::count(&ctx, &windows, Purpose::Look).await.map_err(platform::Error::from)?;
        out::line(text(&report).trim_end());
        return Ok(ExitCode::SUCCESS);
    };
    let file = new_file(path)?;
    let report = service::count(&ctx, &windows, Purpose::Export).await.map_err(platform::Error::from)?;
    write_csv(&report, std::io::BufWriter::new(file)).map_err(platform::Error::from)?;
    out::line(format!(
        "Wrote the figures of {} schools and {} windows to {}",
        report.table.schools.len(),
        windows.len(),
        path.display()
    ));
    Ok(ExitCode::SUCCESS)
}

async fn windows(ctx: &Ctx, given: &Count) -> Result<Vec<Window>> {
    let dates = TermDates::default();
    let mut windows = Vec::new();
    for text in &given.window {
        let window = Window::parse(text, &dates);
        windows.push(window.map_err(|error| Error::Usage(format!("window `{text}`: {error}")))?);
    }
    if let (Some(from), Some(to)) = (given.from, given.to) {
        let window = Window::dates(from, to);
        windows.push(window.map_err(|error| Error::Usage(format!("from {from} to {to}: {error}")))?);
    }
    if windows.is_empty() {
        let years = service::years(ctx).await.map_err(platform::Error::from)?;
        let latest = years.first().ok_or_else(|| {
            Error::Usage(
                "no children in need return was imported yet, so there is nothing to count".to_owned(),
            )
        })?;
        windows.push(Window::census_year(*latest));
    }
    Ok(windows)
}
