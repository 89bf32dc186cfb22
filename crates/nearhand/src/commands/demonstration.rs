//! `nearhand demo generate|...`.

use std::process::ExitCode;

use clap::Subcommand;

use super::generate;
use crate::{error::Result, settings::Given};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write the files that councils would send, invented from a seed.
    Generate(generate::Generate),
}

pub(super) async fn run(_given: &Given, command: Command) -> Result<ExitCode> {
    match command {
        Command::Generate(given) => generate::run(&given),
    }
}
