//! What the tests of plans share: finding data, running a plan, comparing figures.
#![allow(dead_code, clippy::allow_attributes, reason = "each test file uses its own part")]

use std::path::{Path, PathBuf};

use analysis::plan::Plan;
use analysis::prepare::Source;
use analysis::result::Analysis;
use analysis::{AnalysisError, Quiet, data, run};

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Our own data lie in the statistics library; those of others in a folder that may be absent.
pub(crate) fn file(name: &str) -> Option<PathBuf> {
    let ours = folder().join("../stats/tests/data").join(name);
    if ours.exists() {
        return Some(ours);
    }
    let shared =
        std::env::var_os("NEARHAND_SHARED").map_or_else(|| folder().join("../../../shared"), PathBuf::from);
    let path = shared.join("engine/data").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {name} is not there");
    None
}

pub(crate) fn analyse(file: &str, text: &str, path: &Path) -> Result<Analysis, AnalysisError> {
    let plan = Plan::read(file, text)?;
    let loaded = data::load(path, &plan.data)?;
    run::analyse(Source { file, text }, &plan, &loaded, &Quiet)
}

pub(crate) fn example(plan: &str, name: &str) -> Option<Analysis> {
    let path = file(name)?;
    let text = std::fs::read_to_string(folder().join("plans").join(plan)).unwrap();
    Some(analyse(plan, &text, &path).unwrap())
}

/// Analyses rows written out as CSV.
pub(crate) fn rows(plan: &str, rows: &str) -> Result<Analysis, AnalysisError> {
    let parsed = Plan::read("p.toml", plan)?;
    let loaded = data::from_bytes("d.csv", rows.as_bytes().to_vec(), &parsed.data)?;
    run::analyse(Source { file: "p.toml", text: plan }, &parsed, &loaded, &Quiet)
}

pub(crate) fn near(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{found} where {expected} was expected");
}

/// The value of a figure of the fit.
pub(crate) fn fact(found: &Analysis, name: &str) -> f64 {
    let all: Vec<&str> = found.method.facts.iter().map(|fact| fact.name.as_str()).collect();
    found
        .method
        .facts
        .iter()
        .find(|fact| fact.name == name)
        .unwrap_or_else(|| panic!("there is no '{name}' among {all:?}"))
        .value
}

/// The columns of a CSV file of numbers.
pub(crate) struct Table {
    names: Vec<String>,
    rows: Vec<Vec<f64>>,
}

impl Table {
    pub(crate) fn read(path: &Path) -> Self {
        let mut reader = csv::Reader::from_path(path).unwrap();
        let names = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader
            .records()
            .map(|row| row.unwrap().iter().map(|cell| cell.parse().unwrap_or(f64::NAN)).collect())
            .collect();
        Self { names, rows }
    }

    pub(crate) fn column(&self, name: &str) -> Vec<f64> {
        let place = self.names.iter().position(|known| known == name).unwrap();
        self.rows.iter().map(|row| row[place]).collect()
    }

    pub(crate) fn codes(&self, name: &str) -> Vec<usize> {
        self.column(name).iter().map(|value| *value as usize).collect()
    }
}
