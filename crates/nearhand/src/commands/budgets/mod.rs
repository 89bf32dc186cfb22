//! `nearhand budgets`: one file for each subcommand.

mod dose;
mod policy;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;

use super::context;
use crate::{error::Result, installation::Installation};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The rules of budgets, as texts in TOML.
    #[command(subcommand)]
    Policy(policy::Policy),
    /// Count how much money reached whom, and how fast, by month.
    Dose(dose::Dose),
    /// Add the whole ledger up again from its rows; ends with code 2 where it does not add up.
    Verify(verify::Verify),
}

/// Runs the command.
pub(super) async fn run(
    installation: impl FnOnce() -> Result<Installation>,
    command: Command,
) -> Result<ExitCode> {
    match command {
        Command::Policy(given) => policy::run(installation, given).await,
        Command::Dose(given) => dose::run(&installation()?, given).await,
        Command::Verify(given) => verify::run(&installation()?, given).await,
    }
}
