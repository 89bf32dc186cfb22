//! `nearhand budgets verify`.

use std::process::ExitCode;

use budgets::ledger::verify::verify;
use clap::Args;

use super::super::{context, out};
use crate::{error::Result, installation::Installation};

/// Of which organisation.
#[derive(Debug, Args)]
pub(in crate::commands) struct Verify {
    /// One organisation; all where it is not given.
    organisation: Option<String>,
}

/// Runs the command.
pub(super) async fn run(installation: &Installation, given: Verify) -> Result<ExitCode> {
    let names = match given.organisation {
        Some(one) => vec![one],
        None => installation.organisations().iter().map(|one| one.slug.to_string()).collect(),
    };
    let mut sound = true;
    for name in names {
        let ctx = context(installation.organisation(&name).await?);
        let report = verify(&ctx).await.map_err(platform::Error::from)?;
        let verdict = if report.faults.is_empty() { "adds up" } else { "DOES NOT ADD UP" };
        out::line(format!(
            "{name}: {} journals, {} entries, {} envelopes: {verdict}",
            report.journals,
            report.entries,
            report.standings.len()
        ));
        for fault in &report.faults {
            out::line(format!("  {fault}"));
        }
        sound &= report.faults.is_empty();
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(2) })
}
