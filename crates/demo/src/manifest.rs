//! What was written and what is true of it.

use serde::Serialize;

use crate::correction::Change;
use crate::faults::FaultCounts;
use crate::truth::YearTruth;
use crate::write::output::WrittenFile;

/// The outcome of one run.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// The authorities, in order of code.
    pub authorities: Vec<AuthorityManifest>,
}

/// What `manifest.json` in an authority's folder holds.
#[derive(Clone, Debug, Serialize)]
pub struct AuthorityManifest {
    /// The version of this layout.
    pub layout: u32,
    /// The version of the generator.
    pub generator: &'static str,
    /// A sentence for whoever opens the file.
    pub note: &'static str,
    /// The seed.
    pub seed: u64,
    /// The scale.
    pub scale: f64,
    /// Department for Education code.
    pub code: u16,
    /// Office for National Statistics code.
    pub ons_code: String,
    /// Name.
    pub name: String,
    /// The folder below the one that was asked for.
    pub folder: String,
    /// The closing year of the year simulated before the first return, so that its re-referrals are known.
    pub warm_up_year: u16,
    /// How an event is placed at a school in the truth.
    pub placing: &'static str,
    /// Whether every census that touches the returns was written; only then does `by_upn` in the truth hold
    /// for the files.
    pub rolls_complete: bool,
    /// The published sources of the totals.
    pub source: &'static str,
    /// Families, people and schools that were invented.
    pub world: WorldCounts,
    /// The files.
    pub files: Vec<WrittenFile>,
    /// What is true, by year.
    pub truth: Vec<YearTruth>,
    /// How far the totals are from the published ones; only figures that differ are listed.
    pub deviations: Vec<Deviation>,
    /// How often each fault was written in the returns.
    pub faults: FaultCounts,
    /// Pairs of child ids that are one child.
    pub duplicates: Vec<[String; 2]>,
    /// Changes of school within the authority in mid-year, in the whole simulated time.
    pub moves: u32,
    /// Schools that followed others.
    pub successions: Vec<Succession>,
    /// What the resubmission changes.
    pub correction: Vec<Change>,
}

/// The size of the invented world.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct WorldCounts {
    /// Families.
    pub families: u32,
    /// Children and young adults.
    pub people: u32,
    /// Legal schools, with predecessors, successors and independent schools.
    pub establishments: u32,
}

/// A figure that is not the published one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// The closing year.
    pub closing_year: u16,
    /// The closing year of the published row that was aimed at.
    pub published_year: u16,
    /// The name of the figure, as in the totals.
    pub figure: &'static str,
    /// What is published, scaled.
    pub published: u32,
    /// What is true of this world.
    pub actual: u32,
}

/// One legal school that followed another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Succession {
    /// The URN that closed.
    pub from_urn: u32,
    /// The URN that opened.
    pub to_urn: u32,
    /// The LAESTAB that closed.
    pub from_laestab: String,
    /// The LAESTAB that opened, often the same.
    pub to_laestab: String,
    /// The day it opened, ISO.
    pub opened: String,
    /// Whether several schools became one.
    pub merger: bool,
}
