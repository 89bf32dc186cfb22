//! `nearhand backup` and `nearhand restore`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use platform::backup;

use super::{context, out};
use crate::{
    error::{Error, Result},
    installation::Installation,
};

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The organisation.
    organisation: String,
    /// The file to write; it must not exist yet.
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The organisation, which must be in the register and whose database must be empty.
    organisation: String,
    /// The backup.
    file: PathBuf,
}

pub(super) async fn back_up(installation: &Installation, given: Backup) -> Result<ExitCode> {
    let ctx = context(installation.organisation(&given.organisation).await?);
    let summary = backup::back_up(&ctx, &crate::schema(), &given.file).await?;
    out::line(format!(
        "Backed up {} rows of {} tables of {} to {}",
        summary.rows(),
        summary.tables.len(),
        given.organisation,
        given.file.display()
    ));
    out::line(
        "Keep a copy of master.key as well, and not in the same place: without it the backup cannot be used.",
    );
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn restore(installation: &Installation, given: Restore) -> Result<ExitCode> {
    let org = installation.unmigrated(&given.organisation).await?;
    let restored =
        backup::restore(&given.file, &org.database, &org.keys, &crate::schema(), installation.clock.as_ref())
            .await?;
    out::line(format!(
        "Restored {} rows of {} tables to {}",
        restored.summary.rows(),
        restored.summary.tables.len(),
        given.organisation
    ));
    let mut sound = true;
    for report in &restored.chains {
        let verdict = if report.faults.is_empty() { "sound" } else { "NOT SOUND" };
        out::line(format!("{} chain, {} entries: {verdict}", report.chain.slug(), report.entries));
        for fault in &report.faults {
            out::line(format!("  {fault}"));
        }
        sound &= report.faults.is_empty();
    }
    if sound {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Error::Usage("the chains in this backup were altered before it was made".into()))
    }
}
