//! Measures the ledger on both engines: how long a promise of money takes (three frozen rows, the rules in the database, the
//! audit event, one durable commit) beside one durable commit of an audit event alone, at several numbers of people at
//! once; and plays rounds in which 64 people ask one pot for more than it holds. Prints tables in Markdown.
//!
//! The rounds are a proof, not a figure: the program stops with an error at the first penny over, the first acknowledged
//! promise that is not there, and when the ledger or the audit chain does not add up at the end. It is an example and not a
//! program of its own, because it stands on what only tests may use. `bench/run ledger` runs it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its figures are its output")]

mod pot;
mod race;
mod speed;

use std::{error, process::ExitCode};

use clap::Parser;
use platform::testing::on_both;

/// Anything that goes wrong ends the measurement, in words.
type Result<T, E = Box<dyn error::Error + Send + Sync>> = std::result::Result<T, E>;

/// Measures the ledger, and plays many people at one pot.
#[derive(Debug, Clone, Parser)]
struct Given {
    /// Promises that are timed at each number of people at once.
    #[arg(long, default_value_t = 2_000)]
    spends: usize,
    /// Numbers of people at once.
    #[arg(long, value_delimiter = ',', default_value = "1,8,64")]
    people: Vec<usize>,
    /// Rounds of 64 people at one pot.
    #[arg(long, default_value_t = 10_000)]
    rounds: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    let given = Given::parse();
    let failed = std::sync::atomic::AtomicBool::new(false);
    on_both(pot::migrations, async |org| {
        if let Err(error) = measure(&given, &org).await {
            println!("ledger-bench: {}: {error}", org.engine);
            failed.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    })
    .await;
    if failed.into_inner() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

async fn measure(given: &Given, org: &platform::testing::TestOrg) -> Result<()> {
    println!("\n### {}\n", org.engine);
    speed::run(given, org).await?;
    race::run(given, org).await
}
