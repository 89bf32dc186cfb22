//! The invented files, and their way into the record: the same import as real files take.

use std::{fs::File, path::Path};

use demo::{AuthorityManifest, Plan, SEVEN, Season, Selection, Term};
use futures::future::BoxFuture;
use platform::{
    Ctx,
    jobs::{Ended, Go, JobKind, Progress, Reporter, run_now},
};
use record::import::{self, ApplyImport, CheckImport, Received, Request, State};
use serde_json::Value;

use super::Say;
use crate::error::{Error, Result};

/// The seed of the demonstration, for ever: guides and screenshots show its children.
const SEED: u64 = 2018;
/// The council of which every table is written, so that its counts by school are complete.
const COMPLETE: u16 = 852;

/// Writes the files: everything for Southampton, the yearly spring census for the others, which keeps the
/// first start short.
pub(super) fn invent(folder: &Path, scale: f64) -> Result<Vec<AuthorityManifest>> {
    let springs = (2018..=2020).map(|year| Term { year, season: Season::Spring }).collect();
    let others = SEVEN.into_iter().filter(|code| *code != COMPLETE).collect();
    let plans = [
        Plan { authorities: Selection::Codes(vec![COMPLETE]), scale, ..Plan::seven(SEED) },
        Plan { authorities: Selection::Codes(others), terms: Some(springs), scale, ..Plan::seven(SEED) },
    ];
    let mut made = Vec::new();
    for plan in plans {
        let manifest = demo::generate(&plan, folder, &mut |_| {}).map_err(|e| Error::Usage(e.to_string()))?;
        made.extend(manifest.authorities);
    }
    Ok(made)
}

/// The order in which kinds of file are needed, by a part of their names; the rest is not imported.
const ORDER: &[&str] =
    &["edubasealldata", "links_", "pupilonroll", "pupilnolongeronroll", "fsmperiod", "cin-"];

/// Imports an authority's files in the order in which they are needed.
pub(super) async fn import(
    ctx: &Ctx,
    folder: &Path,
    authority: &AuthorityManifest,
    say: &Say<'_>,
) -> Result<()> {
    say(&format!("Importing the files of {} …", authority.name));
    let folder = folder.join(&authority.folder);
    for kind in ORDER {
        let mut paths: Vec<&str> = authority
            .files
            .iter()
            .map(|file| file.path.as_str())
            .filter(|path| !path.starts_with("corrections/"))
            .filter(|path| {
                let name = path.rsplit('/').next().unwrap_or(path);
                // The register of schools and its links share a part of their names.
                if *kind == "edubasealldata" { name.starts_with(kind) } else { name.contains(kind) }
            })
            .collect();
        paths.sort_unstable();
        for path in paths {
            one(ctx, &folder.join(path), path).await?;
        }
    }
    Ok(())
}

async fn one(ctx: &Ctx, path: &Path, name: &str) -> Result<()> {
    let source = File::open(path).map_err(|source| Error::file("read", path, source))?;
    let name = name.rsplit('/').next().unwrap_or(name);
    let received = import::receive(ctx, Request::named(name), source).await?;
    let file = received.file();
    if matches!(received, Received::Known(_)) && file.state()? == State::Applied {
        return Ok(());
    }
    for kind in [&CheckImport as &dyn JobKind, &ApplyImport] {
        let (_, ended) = run_now(ctx, kind, &import::params(file.id), &Quiet).await?;
        if ended == Ended::Stopped {
            return Err(Error::Usage(format!("the import of {name} was stopped; start again to go on")));
        }
    }
    Ok(())
}

/// A reporter that says nothing and never stops.
struct Quiet;

impl Reporter for Quiet {
    fn progress<'a>(&'a self, _: Progress) -> BoxFuture<'a, platform::Result<Go>> {
        Box::pin(async { Ok(Go::On) })
    }

    fn checkpoint<'a>(&'a self, _: Value) -> BoxFuture<'a, platform::Result<()>> {
        Box::pin(async { Ok(()) })
    }
}
