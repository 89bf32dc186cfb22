//! `nearhand budgets dose`.

use std::{fs::OpenOptions, path::PathBuf, process::ExitCode};

use budgets::insight::{service::measure, write_dose};
use clap::Args;

use super::super::{context, out};
use crate::{
    error::{Error, Result},
    installation::Installation,
};

/// Of which organisation.
#[derive(Debug, Args)]
pub(in crate::commands) struct Dose {
    /// The organisation.
    organisation: String,
    /// Write the figures to this new file (CSV), with quartiles of days, instead of the terminal.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

/// Runs the command.
pub(super) async fn run(installation: &Installation, given: Dose) -> Result<ExitCode> {
    let ctx = context(installation.organisation(&given.organisation).await?);
    let measured = measure(&ctx).await.map_err(platform::Error::from)?;
    if let Some(path) = &given.csv {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        // Months of few families tell of single ones, so only the file's owner may read it.
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let file = options.open(path).map_err(|source| Error::file("create", path, source))?;
        write_dose(&measured, std::io::BufWriter::new(file))
            .map_err(|error| Error::file("write", path, std::io::Error::other(error)))?;
        out::line(format!("Wrote the dose of {} months to {}", measured.months.len(), path.display()));
        return Ok(ExitCode::SUCCESS);
    }
    let head =
        ["Month", "Pounds", "Payments", "Families", "Asked", "Agreed", "At once", "To decision", "To help"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (month, dose) in &measured.months {
        let Some(dose) = dose else { continue };
        let days = |quartiles: Option<budgets::insight::model::Quartiles>| {
            quartiles.map_or_else(|| "-".to_owned(), |q| format!("{} ({} to {})", q.median, q.lower, q.upper))
        };
        rows.push(vec![
            month.words(),
            dose.paid.plain(),
            dose.payments.to_string(),
            dose.families.to_string(),
            dose.requests.to_string(),
            dose.agreed.to_string(),
            dose.at_once.to_string(),
            days(dose.to_decision),
            days(dose.to_help),
        ]);
    }
    out::table(&rows);
    out::line("Days from asking: the middle one, and the middle half. Families count once a month.");
    Ok(ExitCode::SUCCESS)
}
