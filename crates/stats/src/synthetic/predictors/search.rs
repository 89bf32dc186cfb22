use super::Loss;
use crate::numeric::nelder_mead::nelder_mead;
use crate::random::{Sample, Seed, fast};
use crate::{Matrix, Result};

/// How the importance of predictors is searched for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    /// Random starts beside the fixed ones (equal importance, regression, each of the best found so far).
    pub random_starts: usize,
    /// Evaluations allowed from each start.
    pub evaluations: usize,
    /// Seed of the random starts; start `k` takes stream `k`.
    pub seed: Seed,
}

impl Default for Search {
    fn default() -> Self {
        Self { random_starts: 4, evaluations: 2_000, seed: Seed([0; 32]) }
    }
}

/// Logarithms of the importance stay within this of each other: beyond it a predictor has no weight in double precision.
const REACH: f64 = 25.0;
/// Renewals of the search around the best place.
const RENEWALS: usize = 4;

/// What the search found.
pub(super) struct Found {
    pub(super) importance: Vec<f64>,
    pub(super) evaluations: usize,
}

/// Minimum of the loss over importances, by Nelder and Mead's method on their logarithms from several starts.
///
/// The loss has many local minima, flat parts and kinks (the weights are those of a polytope), so that starts matter more than
/// digits: from each start a short search, then renewed searches around the best.
pub(super) fn search(loss: &Loss, settings: &Search) -> Result<Found> {
    let k = loss.predictors();
    // A first evaluation outside the search, so that an error in the inputs is told and not hidden as a bad value.
    loss.evaluate(&vec![1.0 / k as f64; k])?;
    let value_at = |logs: &[f64]| loss.evaluate(&importance(logs)).map_or(f64::INFINITY, |fit| fit.loss);
    let mut starts = vec![vec![0.0; k]];
    if let Some(regression) = regression(loss.scaled(), loss.outcomes()) {
        starts.push(regression.iter().map(|v| v.max(1e-10).ln()).collect());
    }
    for start in 0..settings.random_starts as u64 {
        let mut generator = fast(settings.seed, start);
        starts.push((0..k).map(|_| 3.0 * generator.positive_uniform().ln()).collect());
    }
    let mut evaluations = 0;
    let mut best: Option<(f64, Vec<f64>)> = None;
    for start in starts {
        let found = nelder_mead(&start, &vec![2.0; k], 1e-7, settings.evaluations, value_at);
        evaluations += found.evaluations;
        if best.as_ref().is_none_or(|(value, _)| found.value < *value) {
            best = Some((found.value, found.place));
        }
    }
    let (mut value, mut place) = best.unwrap_or((f64::INFINITY, vec![0.0; k]));
    for renewal in 0..RENEWALS {
        let step = if renewal % 2 == 0 { -1.5 } else { 0.5 };
        let found = nelder_mead(&place, &vec![step; k], 1e-12, settings.evaluations, value_at);
        evaluations += found.evaluations;
        let gain = value - found.value;
        if found.value < value {
            (value, place) = (found.value, found.place);
        }
        if gain <= 1e-9 * value && renewal > 0 {
            break;
        }
    }
    Ok(Found { importance: importance(&place), evaluations })
}

/// Importances from their logarithms: none more than `exp(REACH)` times smaller than the largest; they add up to one.
fn importance(logs: &[f64]) -> Vec<f64> {
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut values: Vec<f64> = logs.iter().map(|log| (log - largest).max(-REACH).exp()).collect();
    let total: f64 = values.iter().sum();
    values.iter_mut().for_each(|value| *value /= total);
    values
}

/// Importance by regression: outcomes of all periods on the predictors over the units; the sum of squared coefficients of each
/// predictor (the start of the R package Synth). `None` where there are too few units for the regression.
pub(super) fn regression(scaled: &Matrix, outcomes: &Matrix) -> Option<Vec<f64>> {
    let (k, n) = scaled.shape();
    if n <= k + 1 {
        return None;
    }
    let design = scaled.transpose().insert_column(0, 1.0);
    let coefficients =
        (design.transpose() * &design).cholesky()?.solve(&(design.transpose() * outcomes.transpose()));
    let squares: Vec<f64> = (0..k).map(|j| coefficients.row(j + 1).norm_squared()).collect();
    let total: f64 = squares.iter().sum();
    (total > 0.0 && total.is_finite()).then(|| squares.iter().map(|value| value / total).collect())
}
