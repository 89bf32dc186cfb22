//! `nearhand audit verify`.

use std::process::ExitCode;

use clap::Subcommand;
use platform::audit::{entry::Chain, verify::verify};

use super::out;
use crate::{error::Result, installation::Installation};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Walk both chains of an organisation (or of all) and name every entry that was edited, removed or moved.
    Verify {
        /// The organisation; all of them where none is given.
        organisation: Option<String>,
    },
}

pub(super) async fn run(installation: &Installation, command: Command) -> Result<ExitCode> {
    let Command::Verify { organisation } = command;
    let names = match organisation {
        Some(one) => vec![one],
        None => installation.organisations().iter().map(|o| o.slug.to_string()).collect(),
    };
    let mut sound = true;
    for name in names {
        let org = installation.organisation(&name).await?;
        for chain in Chain::ALL {
            let report = verify(&org.database, &org.keys, chain).await?;
            let verdict = if report.faults.is_empty() { "sound" } else { "NOT SOUND" };
            out::line(format!(
                "{name}: {} chain, {} entries: {verdict} (last: {} {})",
                chain.slug(),
                report.entries,
                report.head.0,
                report.head.1
            ));
            for fault in &report.faults {
                out::line(format!("  {fault}"));
            }
            sound &= report.faults.is_empty();
        }
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(2) })
}
