//! The command line: one file per command, each a few lines around a function of a capability.

mod audit;
mod backup;
mod budgets;
mod demonstration;
mod evaluate;
mod generate;
mod import;
mod organisation;
pub mod out;
mod schools;
mod serve;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{
    error::Result,
    installation::Installation,
    settings::{Given, Settings},
};

/// Nearhand runs a children's social care change programme, from the call for partners to the evidence.
#[derive(Debug, Parser)]
#[command(name = "nearhand", version, about, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    given: Given,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve every organisation's pages.
    Serve,
    /// Add and list organisations: the Centre and local authorities.
    #[command(subcommand)]
    Organisation(organisation::Command),
    /// Users, roles, teams and secondments.
    #[command(subcommand)]
    User(user::Command),
    /// Invented councils: their files, and a demonstration made of them.
    #[command(subcommand)]
    Demo(demonstration::Command),
    /// Back up an organisation while it runs.
    Backup(backup::Backup),
    /// Restore a backup into an organisation whose database is empty.
    Restore(backup::Restore),
    Import(import::Import),
    /// What happens in which school.
    #[command(subcommand)]
    Schools(schools::Command),
    /// Devolved budgets: their rules, dose, and whether the ledger adds up.
    #[command(subcommand)]
    Budgets(budgets::Command),
    /// Analyse data by a plan that was written beforehand.
    Analyse(analysis::command::AnalyseArgs),
    /// Find the power of a design before it is built.
    Power(analysis::command::PowerArgs),
    /// Prove the audit and access chains.
    #[command(subcommand)]
    Audit(audit::Command),
}

/// Runs a command.
pub async fn run(cli: Cli) -> Result<ExitCode> {
    let installation =
        || -> Result<Installation> { Installation::open(Settings::resolve(&cli.given, std::env::vars())?) };
    match cli.command {
        Command::Serve => serve::run(&installation()?).await,
        Command::Organisation(command) => organisation::run(&mut installation()?, command).await,
        Command::User(command) => user::run(&installation()?, command).await,
        Command::Demo(command) => demonstration::run(&cli.given, command).await,
        Command::Backup(given) => backup::back_up(&installation()?, given).await,
        Command::Restore(given) => backup::restore(&installation()?, given).await,
        Command::Import(given) => import::run(&installation()?, given).await,
        Command::Schools(command) => schools::run(&installation()?, command).await,
        Command::Budgets(command) => budgets::run(installation, command).await,
        Command::Analyse(given) => evaluate::run_analysis(given).await,
        Command::Power(given) => evaluate::run_power(given).await,
        Command::Audit(command) => audit::run(&installation()?, command).await,
    }
}

/// Who is at the command line, by the name of their account on this machine.
pub fn operator() -> platform::policy::Actor {
    let account = ["SUDO_USER", "LOGNAME", "USER"].iter().find_map(|name| std::env::var(name).ok());
    platform::policy::Actor::operator(account.as_deref().unwrap_or("unknown account"))
}

/// A context for the command line in one organisation.
pub fn context(org: std::sync::Arc<platform::organisation::Org>) -> platform::Ctx {
    platform::Ctx::new(org, operator(), platform::Channel::CommandLine)
}
