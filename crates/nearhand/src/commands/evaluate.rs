//! Analyses of evaluations and the power of designs, from a written plan.

use std::{io::stdout, process::ExitCode, sync::Arc};

use analysis::{
    Stop,
    command::{AnalyseArgs, PowerArgs, analyse, power},
};

use crate::error::{Error, Result};

/// Analyses data by a plan.
pub(super) async fn run_analysis(given: AnalyseArgs) -> Result<ExitCode> {
    stoppable(move |stop| analyse(&given, stop, &mut stdout().lock())).await
}

/// Works out the power of a design.
pub(super) async fn run_power(given: PowerArgs) -> Result<ExitCode> {
    stoppable(move |stop| power(&given, stop, &mut stdout().lock())).await
}

/// Runs long work on a thread of its own. The first interruption (Ctrl-C) asks it to stop, which it does between two
/// replicates and without writing a result.
async fn stoppable(work: impl FnOnce(&Stop) -> analysis::Result<()> + Send + 'static) -> Result<ExitCode> {
    let stop = Arc::new(Stop::default());
    let asked = Arc::clone(&stop);
    let mut work = tokio::task::spawn_blocking(move || work(&stop));
    let done = tokio::select! {
        done = &mut work => done,
        _ = tokio::signal::ctrl_c() => {
            asked.now();
            work.await
        }
    };
    match done {
        Ok(result) => result.map(|()| ExitCode::SUCCESS).map_err(Error::from),
        Err(lost) => Err(Error::Usage(format!("the work ended without a result: {lost}"))),
    }
}
