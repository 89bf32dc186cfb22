//! Linear and Poisson models with absorbed factors; units are clusters.

use stats::absorb::{Covariance, Factor, Options, Problem, linear, poisson};
use stats::cluster::Clusters;
use stats::{Matrix, Result};

use super::draw::{Draw, names};
use super::study::{Case, Found};

const EFFECT: f64 = 0.25;
const PERIODS: usize = 6;

/// One factor and two, linear and counts.
pub fn cases() -> Vec<Case> {
    let few = "t on clusters less one with a sandwich that is biased downwards with few clusters";
    let mut cases = Vec::new();
    for units in [30, 200] {
        let size = || format!("{units} units x {PERIODS}");
        for (name, counts, two) in [
            ("linear, units absorbed", false, false),
            ("linear, units and periods absorbed", false, true),
            ("Poisson, units absorbed", true, false),
            ("Poisson, units and periods absorbed", true, true),
        ] {
            cases.push(Case::new(name, size(), 20_000, move |d| trial(d, units, counts, two)).because(few));
        }
    }
    cases
}

/// A treatment that comes and goes, with errors that are correlated within units (for counts: a gamma factor of the row).
fn trial(d: &mut Draw, units: usize, counts: bool, two: bool) -> Result<Found> {
    let n = units * PERIODS;
    let unit: Vec<usize> = (0..n).map(|i| i / PERIODS).collect();
    let period: Vec<usize> = (0..n).map(|i| i % PERIODS).collect();
    let level = d.normals(units);
    let treated: Vec<f64> = (0..n).map(|_| f64::from(d.uniform() < 0.4)).collect();
    let errors: Vec<f64> = (0..units).flat_map(|_| d.autoregressive(PERIODS, 0.5)).collect();
    let y: Vec<f64> = (0..n)
        .map(|i| {
            let trend = if two { 0.1 * period[i] as f64 } else { 0.0 };
            let eta = 1.0 + 0.5 * level[unit[i]] + trend + EFFECT * treated[i];
            if counts { d.poisson((eta + 0.2 * errors[i]).exp()) } else { eta + errors[i] }
        })
        .collect();
    let mut factors = vec![Factor::new("unit", &unit)?];
    if two {
        factors.push(Factor::new("period", &period)?);
    }
    let x = Matrix::from_column_slice(n, 1, &treated);
    let names = names(1);
    let problem = Problem { y: &y, x: &x, names: &names, factors: &factors, weights: None, offset: None };
    let clusters = Clusters::new(&unit)?;
    let estimates = if counts {
        poisson(&problem, Covariance::Clustered(&clusters), &Options::default())?.estimates
    } else {
        linear(&problem, Covariance::Clustered(&clusters), &Options::default())?.estimates
    };
    Ok(Found::of(&estimates.table(0.95)[0], EFFECT))
}
