//! A seeded generator of the files that an English council would send: children in need census returns, the
//! register of schools and school census tables, sized to published figures, with schools, families and
//! children that are invented.
//!
//! The same [`Plan`] gives the same bytes on any machine and with any number of threads. Beside the files
//! stands `manifest.json` with what is true of the invented world, so that whoever reads the files has
//! something independent to agree with: totals by the Department's definitions, counts by school, the faults
//! that were put in, and what a resubmission changes.
//!
//! How it works, from the outside in: [`generate`] shares the authorities among threads; `produce` makes one
//! authority; `world` holds its schools and families, `care` what social care does year by year, `truth`
//! counts, `write` writes.

mod authority;
mod calendar;
mod care;
mod correction;
mod error;
mod faults;
mod figures;
mod manifest;
mod plan;
mod produce;
mod random;
mod table;
mod truth;
mod world;
mod write;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

pub use authority::Authority;
pub use calendar::{Season, Term};
pub use correction::Change;
pub use error::DemoError;
pub use faults::FaultCounts;
pub use figures::Totals;
pub use manifest::{AuthorityManifest, Deviation, Manifest, Succession, WorldCounts};
pub use plan::{Plan, SEVEN, Selection, YEARS};
pub use truth::{Activity, OffRoll, SchoolTruth, YearTruth};
pub use write::output::WrittenFile;

/// How far the generator has come: one report for each authority that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Authorities done.
    pub done: usize,
    /// Authorities in all.
    pub of: usize,
    /// The name of the one just done.
    pub authority: String,
    /// Bytes written for it.
    pub bytes: u64,
}

/// Every authority that can be chosen, in order of code.
///
/// # Errors
///
/// Only when the table built into this crate is damaged.
pub fn authorities() -> Result<Vec<Authority>, DemoError> {
    authority::authorities()
}

/// Writes the files of a plan below a folder, one folder for each authority, and says what was written and
/// what is true of it. Files of the same names are replaced; others in the folder are left alone.
///
/// # Errors
///
/// A plan that cannot be followed is refused before anything is written. A file that cannot be written stops
/// the run; what was written before stays.
pub fn generate(
    plan: &Plan,
    folder: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Manifest, DemoError> {
    plan.check()?;
    let jobs = produce::jobs(plan)?;
    std::fs::create_dir_all(folder).map_err(DemoError::at(folder))?;
    let offered = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = plan.threads.unwrap_or(offered).clamp(1, jobs.len().max(1));
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (send, receive) = mpsc::channel();
    let mut done: Vec<(usize, AuthorityManifest)> = Vec::with_capacity(jobs.len());
    let mut failure = None;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let send = send.clone();
            let (jobs, next, stopped) = (&jobs, &next, &stopped);
            scope.spawn(move || {
                while !stopped.load(Ordering::Relaxed)
                    && let place = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(job) = jobs.get(place)
                {
                    // The receiver outlives the scope, so a report always arrives.
                    let _ = send.send((place, produce::run(plan, job, folder)));
                }
            });
        }
        drop(send);
        for (place, outcome) in receive {
            match outcome {
                Ok(manifest) => {
                    let bytes = manifest.files.iter().map(|file| file.bytes).sum();
                    let authority = manifest.name.clone();
                    done.push((place, manifest));
                    progress(Progress { done: done.len(), of: jobs.len(), authority, bytes });
                }
                Err(error) => {
                    stopped.store(true, Ordering::Relaxed);
                    failure.get_or_insert(error);
                }
            }
        }
    });
    if let Some(error) = failure {
        return Err(error);
    }
    done.sort_by_key(|(place, _)| *place);
    Ok(Manifest { authorities: done.into_iter().map(|(_, manifest)| manifest).collect() })
}
