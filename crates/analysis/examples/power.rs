//! `cargo run -p analysis --example power -- PLAN.toml` works out one power study without the rest of the program.

use std::process::ExitCode;

use analysis::Stop;
use analysis::command::{PowerArgs, power};
use clap::Parser;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    args: PowerArgs,
}

fn main() -> ExitCode {
    match power(&Cli::parse().args, &Stop::default(), &mut std::io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
