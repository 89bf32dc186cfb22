//! The `nearhand` program.

use std::process::ExitCode;

use clap::Parser as _;
use nearhand::commands::{Cli, run};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start: {error}")),
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(error) => fail(&error.in_full()),
    }
}

#[expect(clippy::print_stderr, reason = "a program says on standard error why it failed")]
fn fail(why: &str) -> ExitCode {
    eprintln!("nearhand: {why}");
    ExitCode::FAILURE
}
