//! Rubin's pooling after chained equations, effects on compliers, effect sizes.

use stats::cluster::least_squares;
use stats::data::Frame;
use stats::effects::{Fieller, Group, bloom_from_data, hedges_g};
use stats::missing::{ImputeOptions, Method, impute, pool};
use stats::random::Seed;
use stats::{Estimates, Result};

use super::draw::{Draw, logistic, names, with_intercept};
use super::study::{Case, Found};

const SLOPE: f64 = 0.5;
const DELTA: f64 = 0.5;

/// Two sizes of each.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for n in [100, 500] {
        cases.push(Case::new(
            "Rubin's pooling, 20 imputations",
            format!("{n} rows, 30% missing"),
            4_000,
            move |d| rubin(d, n),
        ));
    }
    for n in [200, 2_000] {
        let size = || format!("{n} people, 60% compliers");
        cases.push(Case::new("CACE, delta method", size(), 20_000, move |d| cace(d, n, false)));
        cases.push(Case::new("CACE, Fieller", size(), 20_000, move |d| cace(d, n, true)));
    }
    for n in [10, 60] {
        let size = || format!("{n} + {n}");
        cases.push(
            Case::new("Hedges g, normal interval", size(), 4_000, move |d| hedges(d, n, false))
                .because("large-sample variance in small groups"),
        );
        cases.push(Case::new("Hedges g, noncentral t", size(), 4_000, move |d| hedges(d, n, true)));
    }
    cases
}

/// A covariate missing at random given the outcome and another covariate.
fn rubin(d: &mut Draw, n: usize) -> Result<Found> {
    let z = d.normals(n);
    let x: Vec<f64> = z.iter().map(|z| 0.5 * z + d.normal()).collect();
    let y: Vec<f64> = (0..n).map(|i| 1.0 + SLOPE * x[i] + 0.3 * z[i] + d.normal()).collect();
    let seen: Vec<f64> = (0..n)
        .map(|i| if d.uniform() < logistic(-1.0 + 0.7 * y[i] * 0.5) { f64::NAN } else { x[i] })
        .collect();
    let frame = Frame::new().with_numeric("y", y)?.with_numeric("x", seen)?.with_numeric("z", z)?;
    let options = ImputeOptions {
        iterations: 2,
        methods: vec![("x".to_owned(), Method::Normal)],
        ..ImputeOptions::default()
    };
    let completed = impute(&frame, &options, Seed::from_number(d.number()))?;
    let analyses = completed.frames.iter().map(regression).collect::<Result<Vec<_>>>()?;
    Ok(Found::of(&pool(&analyses, None)?.table(0.95)[1], SLOPE))
}

fn regression(frame: &Frame) -> Result<Estimates> {
    let x = with_intercept(&[frame.numeric("x")?, frame.numeric("z")?]);
    let fit = least_squares(&x, frame.numeric("y")?, None, &names(3))?;
    let df = (x.nrows() - 3) as f64;
    let covariance = fit.bread * (fit.sum_of_squares / df);
    Ok(Estimates { names: fit.names, beta: fit.beta, covariance, df: Some(df) })
}

/// Compliers differ from the others; the effect is 0.5 on them alone.
fn cace(d: &mut Draw, n: usize, by_fieller: bool) -> Result<Found> {
    let offered = d.arms(n);
    let mut took_part = Vec::with_capacity(n);
    let mut outcome = Vec::with_capacity(n);
    for offer in &offered {
        let complier = d.uniform() < 0.6;
        let part = if complier { *offer } else { 0.0 };
        took_part.push(part);
        outcome.push(if complier { 0.4 } else { 0.0 } + 0.5 * part + d.normal());
    }
    let found = bloom_from_data(&outcome, &offered, &took_part, 0.95)?;
    let mut result = Found::of(&found.effect, 0.5);
    if by_fieller {
        let covered = match found.fieller {
            Fieller::Between(low, high) => low <= 0.5 && 0.5 <= high,
            Fieller::Outside(low, high) => 0.5 <= low || high <= 0.5,
            Fieller::Everything => true,
        };
        result.covered = f64::from(covered);
    }
    Ok(result)
}

fn hedges(d: &mut Draw, n: usize, exact: bool) -> Result<Found> {
    let treated: Vec<f64> = d.normals(n).iter().map(|value| DELTA + value).collect();
    let size = hedges_g(&Group::of(&treated)?, &Group::of(&d.normals(n))?, 0.95)?;
    let interval = if exact { (size.exact_low, size.exact_high) } else { (size.low, size.high) };
    Ok(Found::new(size.estimate, size.standard_error, interval, DELTA))
}
