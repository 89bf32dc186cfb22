//! `nearhand serve`.

use std::process::ExitCode;

use super::out;
use crate::{error::Result, installation::Installation, serve::serve};

pub(super) async fn run(installation: &Installation) -> Result<ExitCode> {
    platform::logging::init(std::env::var("NEARHAND_LOG").ok().as_deref())?;
    let url = installation.settings.public_url.clone();
    serve(installation, |address| out::line(format!("Nearhand is ready at {url}/ (listening on {address})")))
        .await?;
    Ok(ExitCode::SUCCESS)
}
