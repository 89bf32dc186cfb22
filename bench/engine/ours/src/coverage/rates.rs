//! Rates of many units: empirical Bayes, trends, and the Bayesian rate model.

use stats::bayes::{Priors, SamplerOptions, sample};
use stats::mixed::{Family, Options, RateModel};
use stats::random::Seed;
use stats::rates::{gamma_poisson, trends};
use stats::{Matrix, Result};

use super::draw::{Draw, names, with_intercept};
use super::study::{Case, Found};

const EFFECT: f64 = 0.3;

/// Shares of intervals that hold their unit's truth, and the effect in the Bayesian model.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for units in [50, 500] {
        cases.push(
            Case::new("empirical Bayes, unit rates", format!("{units} units"), 10_000, move |d| {
                empirical(d, units)
            })
            .because("mean and dispersion taken as known, which with few units is too little"),
        );
    }
    for units in [20, 150] {
        cases.push(
            Case::new(
                "trends of units",
                format!("{units} units x 4"),
                if units < 100 { 2_000 } else { 300 },
                move |d| unit_trends(d, units),
            )
            .because("a flat prior on the spread, which few units hardly correct"),
        );
    }
    for groups in [30, 120] {
        cases.push(
            Case::new(
                "Bayes Poisson rate model, effect of the arm",
                format!("{groups} groups x 2"),
                2_000,
                move |d| bayes(d, groups),
            )
            .because("weak priors, coverage at one truth and not over the prior"),
        );
    }
    cases
}

/// Means over units: error of the posterior mean, its standard deviation, and the share covered.
fn mean_over(found: &[Found]) -> Found {
    let n = found.len() as f64;
    Found {
        error: found.iter().map(|f| f.error).sum::<f64>() / n,
        standard_error: f64::NAN,
        covered: found.iter().map(|f| f.covered).sum::<f64>() / n,
    }
}

fn empirical(d: &mut Draw, units: usize) -> Result<Found> {
    let exposure: Vec<f64> = (0..units).map(|_| 100.0 + 900.0 * d.uniform()).collect();
    let rates: Vec<f64> = (0..units).map(|_| 0.03 * d.gamma(3.0)).collect();
    let counts: Vec<f64> = exposure.iter().zip(&rates).map(|(e, r)| d.poisson(e * r)).collect();
    let found = gamma_poisson(&counts, &exposure)?.units(0.95)?;
    let each: Vec<Found> = found
        .iter()
        .zip(&rates)
        .map(|(unit, rate)| Found::new(unit.mean, f64::NAN, (unit.low, unit.high), *rate))
        .collect();
    Ok(mean_over(&each))
}

fn unit_trends(d: &mut Draw, units: usize) -> Result<Found> {
    let exposure = Matrix::from_fn(units, 4, |_, _| 500.0);
    let (mut counts, mut truth) = (Matrix::zeros(units, 4), Vec::new());
    for unit in 0..units {
        let slope = -0.05 + 0.15 * d.normal();
        truth.push(slope);
        for t in 0..4 {
            counts[(unit, t)] = d.poisson(500.0 * 0.06 * (slope * (t as f64 - 1.5)).exp());
        }
    }
    let found = trends(&counts, &exposure, &[0.0, 1.0, 2.0, 3.0], 0.95)?;
    let each: Vec<Found> = found
        .units
        .iter()
        .zip(&truth)
        .map(|(unit, slope)| Found::new(unit.slope, unit.error, (unit.low.ln(), unit.high.ln()), *slope))
        .collect();
    Ok(mean_over(&each))
}

fn bayes(d: &mut Draw, groups: usize) -> Result<Found> {
    let label: Vec<usize> = (0..groups * 2).map(|i| i / 2).collect();
    let arms = d.arms(groups);
    let arm: Vec<f64> = label.iter().map(|g| arms[*g]).collect();
    let level: Vec<f64> = (0..groups).map(|_| 0.5 * d.normal()).collect();
    let y: Vec<f64> =
        (0..label.len()).map(|i| d.poisson((1.5 + EFFECT * arm[i] + level[label[i]]).exp())).collect();
    let x = with_intercept(&[&arm]);
    let model = RateModel::new(&x, None, &label, Options::new(Family::Poisson))?;
    let options =
        SamplerOptions { draws: 500, warm_up: 200, ..SamplerOptions::new(Seed::from_number(d.number())) };
    let posterior = sample(&model, &y, &names(2), &Priors::weak(2), &options)?;
    let summary = &posterior.table(0.95)?[1];
    Ok(Found::new(summary.mean, summary.sd, (summary.low, summary.high), EFFECT))
}
