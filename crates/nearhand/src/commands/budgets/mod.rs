//! `nearhand budgets`: one file for each subcommand.

mod policy;

use std::process::ExitCode;

use clap::Subcommand;

use super::context;
use crate::{error::Result, installation::Installation};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The rules of budgets, as texts in TOML.
    #[command(subcommand)]
    Policy(policy::Policy),
}

/// Runs the command.
pub(super) async fn run(
    installation: impl FnOnce() -> Result<Installation>,
    command: Command,
) -> Result<ExitCode> {
    match command {
        Command::Policy(given) => policy::run(installation, given).await,
    }
}
