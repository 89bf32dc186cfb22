//! `nearhand import`: a council's files into its record.

mod bar;
mod journey;
mod order;
mod report;
mod words;

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use platform::Ctx;
use record::import::{self, State};
use returns::school_census::Term;
use uuid::Uuid;

use self::{
    bar::Stop,
    journey::{End, Journey},
    order::Found,
    report::ReportFile,
};
use super::{context, out};
use crate::{
    error::{Error, Result},
    installation::Installation,
};

/// Unfinished imports looked through.
const LISTED_MAX: u64 = 500;

/// Import files: children in need census returns, GIAS schools and links, school census pupil tables.
///
/// Each file is copied, checked, and shown as a preview of what would change; once confirmed it becomes part of
/// the record. Files are imported in the order in which they are needed, whatever the order given. Importing the
/// same file again changes nothing, so a call that was cut off is simply made again. Without files, imports that
/// are not finished are listed.
///
/// Ends with 0 when every file is part of the record, 2 when one was refused, 3 when a preview waits to be
/// confirmed, 130 when it was stopped, 1 when something else failed.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The organisation.
    organisation: String,
    /// Files, and folders of which every file that can be imported is taken.
    files: Vec<PathBuf>,
    /// Term of school census tables whose names do not tell it, for example 2019-spring.
    #[arg(long)]
    term: Option<Term>,
    /// Confirm every preview without asking.
    #[arg(long)]
    yes: bool,
    /// Write every problem, change and unmatched child to this new file (CSV).
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Take an import up again that was stopped, cut off or not confirmed.
    #[arg(long, value_name = "ID", conflicts_with = "files")]
    resume: Option<Uuid>,
    /// Clear away an import that is not finished, with everything it wrote.
    #[arg(long, value_name = "ID", conflicts_with_all = ["files", "resume"])]
    abandon: Option<Uuid>,
}

/// Runs the command.
pub(super) async fn run(installation: &Installation, given: Import) -> Result<ExitCode> {
    let ctx = context(installation.organisation(&given.organisation).await?);
    if let Some(id) = given.abandon {
        return abandon(&ctx, id).await;
    }
    if given.files.is_empty() && given.resume.is_none() {
        return list(&ctx, &given.organisation).await;
    }
    let mut journey = Journey {
        organisation: given.organisation,
        yes: given.yes,
        stop: Stop::listen(),
        report: given.report.as_deref().map(ReportFile::create).transpose()?,
        ctx,
    };
    let ended = match given.resume {
        Some(id) => journey.go_on(id).await.map(|end| vec![end]),
        None => files(&mut journey, given.files, given.term).await,
    };
    match ended {
        Ok(ends) => Ok(code(&ends)),
        // Words for the person at the keyboard: the file or the moment is wrong, not the program.
        Err(Error::Platform(error @ (platform::Error::Invalid { .. } | platform::Error::Conflict))) => {
            out::line(format!("NOT IMPORTED: {error}"));
            list(&journey.ctx, &journey.organisation).await?;
            Ok(ExitCode::from(2))
        }
        Err(Error::Platform(platform::Error::NotFound)) => {
            Err(Error::Usage(format!("there is no such import in {}", journey.organisation)))
        }
        Err(error) => Err(error),
    }
}

async fn files(journey: &mut Journey, given: Vec<PathBuf>, term: Option<Term>) -> Result<Vec<End>> {
    let found = tokio::task::spawn_blocking(move || Found::of(&given, term)).await;
    let found = found.map_err(|error| Error::Usage(format!("the files could not be looked at: {error}")))?;
    for left in &found.others {
        out::line(format!("{}: left out: {}", left.path.display(), left.why));
    }
    for left in &found.refused {
        out::line(format!("{}: NOT IMPORTED: {}", left.path.display(), left.why));
    }
    // A call that names a file which cannot be read was probably not meant as it stands.
    if !found.refused.is_empty() {
        if !found.files.is_empty() {
            out::line("No file was imported. Make the call again without these files, or with better ones.");
        }
        return Ok(vec![End::Refused]);
    }
    if found.files.is_empty() {
        return Err(Error::Usage("there is no file here that can be imported".to_owned()));
    }
    let mut ends = Vec::with_capacity(found.files.len());
    for file in &found.files {
        let end = journey.file(file).await?;
        ends.push(end);
        if end == End::Stopped {
            out::line("The same call made again goes on from here.");
            break;
        }
    }
    if found.files.len() > 1 {
        summary(&ends);
    }
    Ok(ends)
}

fn summary(ends: &[End]) {
    let count = |wanted| ends.iter().filter(|end| **end == wanted).count();
    out::line(format!(
        "{} files: {} imported, {} refused, {} waiting to be confirmed",
        ends.len(),
        count(End::Imported),
        count(End::Refused),
        count(End::Waits)
    ));
    if count(End::Waits) > 1 {
        out::line("Each preview is against the record as it stands, without the files before it.");
    }
}

fn code(ends: &[End]) -> ExitCode {
    let any = |wanted| ends.contains(&wanted);
    match () {
        () if any(End::Stopped) => ExitCode::from(130),
        () if any(End::Refused) => ExitCode::from(2),
        () if any(End::Waits) => ExitCode::from(3),
        () => ExitCode::SUCCESS,
    }
}

async fn abandon(ctx: &Ctx, id: Uuid) -> Result<ExitCode> {
    match import::abandon(ctx, id).await {
        Ok(file) => {
            out::line(format!("{}: cleared away; the record is as it was before", file.name));
            Ok(ExitCode::SUCCESS)
        }
        Err(error @ platform::Error::Invalid { .. }) => {
            out::line(error.to_string());
            Ok(ExitCode::from(2))
        }
        Err(platform::Error::NotFound) => Err(Error::Usage("there is no such import".to_owned())),
        Err(error) => Err(error.into()),
    }
}

/// Imports that are not finished, with what may be done.
async fn list(ctx: &Ctx, organisation: &str) -> Result<ExitCode> {
    let mut rows = vec![vec!["Import".to_owned(), "State".to_owned(), "File".to_owned()]];
    for file in import::list(ctx, 0, LISTED_MAX).await? {
        let state = file.state()?;
        if !matches!(state, State::Applied | State::Abandoned | State::Refused) {
            rows.push(vec![file.id.to_string(), state.title().to_owned(), file.name]);
        }
    }
    if rows.len() == 1 {
        out::line(format!("No import of {organisation} waits to be finished."));
        return Ok(ExitCode::SUCCESS);
    }
    out::table(&rows);
    out::line(format!(
        "Go on with one: nearhand import {organisation} --resume ID; clear it away: nearhand import {organisation} \
         --abandon ID"
    ));
    Ok(ExitCode::SUCCESS)
}
