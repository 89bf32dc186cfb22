//! `nearhand schools`: one file for each subcommand.

mod clusters;
mod count;
mod dose;
mod draw;
mod matching;
mod need;

use std::{
    fs::{File, OpenOptions},
    path::Path,
    process::ExitCode,
};

use clap::Subcommand;
use platform::Ctx;

use super::context;
use crate::{
    error::{Error, Result},
    installation::Installation,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Count what happens in which school: pupils, referrals, assessments, section 47 enquiries, conferences, plans.
    Count(count::Count),
    /// Count the work of the team in schools: days, hours, sessions, people present.
    Dose(dose::Dose),
    /// Find comparison schools before outcomes are seen, and freeze them.
    Match(matching::Match),
    /// Draw schools at random: one seals the list, another makes the draw, anybody repeats it.
    #[command(subcommand)]
    Draw(draw::Draw),
    /// Say which schools need a social worker: rates with intervals, places, trends and the need index.
    Need(need::Need),
    /// Choose clusters: secondaries with their feeder primaries, in which the social workers reach the most children.
    Clusters(clusters::Clusters),
}

/// Runs the command.
pub(super) async fn run(installation: &Installation, command: Command) -> Result<ExitCode> {
    match command {
        Command::Count(given) => count::run(installation, given).await,
        Command::Dose(given) => dose::run(installation, given).await,
        Command::Match(given) => matching::run(installation, given).await,
        Command::Draw(given) => draw::run(installation, given).await,
        Command::Need(given) => need::run(installation, given).await,
        Command::Clusters(given) => clusters::run(installation, given).await,
    }
}

/// A context in the organisation of this name.
async fn opened(installation: &Installation, organisation: &str) -> Result<Ctx> {
    Ok(context(installation.organisation(organisation).await?))
}

/// A new file for figures. They may tell of single children, so only their owner may read it.
fn new_file(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path).map_err(|source| Error::file("create", path, source))
}
