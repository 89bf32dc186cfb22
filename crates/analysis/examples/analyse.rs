//! `cargo run -p analysis --example analyse -- PLAN.toml --data FILE` runs one analysis without the rest of the program.

use std::process::ExitCode;

use analysis::Stop;
use analysis::command::{AnalyseArgs, analyse};
use clap::Parser;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    args: AnalyseArgs,
}

fn main() -> ExitCode {
    match analyse(&Cli::parse().args, &Stop::default(), &mut std::io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
