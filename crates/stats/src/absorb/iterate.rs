//! Iterated weighted least squares with absorbed factors.

use super::Options;
use super::demean::{Absorber, Effects};
use super::sample::Sample;
use crate::cluster::solve_normal_equations;
use crate::numeric::vector::{Processor, exp_in_place};
use crate::{Matrix, Result, StatsError};

/// A converged (or stopped) Poisson fit on a sample.
pub(super) struct State {
    pub(super) beta: Vec<f64>,
    pub(super) mu: Vec<f64>,
    /// Regressors without the factors, under the working weights.
    pub(super) x: Matrix,
    /// `(X' W X)^-1` of these.
    pub(super) bread: Matrix,
    pub(super) effects: Effects,
    pub(super) iterations: usize,
    pub(super) converged: bool,
    /// Length of the last step in standard errors.
    pub(super) decrement: f64,
}

/// Where the iterations begin.
#[derive(Debug, Clone, Copy)]
pub(super) enum Start {
    /// Half way between each count and the mean.
    Data,
}

/// Most iterations; separation shows long before.
const MOST: usize = 60;
/// The fit has converged when a step changes it by less than this share of a standard error.
pub(super) const CLOSE: f64 = 1e-8;

/// Newton's method over slopes and all effects: each step regresses `z = eta + (y - mu) / mu` with weights `mu`, the factors
/// absorbed. The columns of one step are the start of the next, so that absorption has less and less to do.
pub(super) fn many(sample: &Sample<'_>, x: &Matrix, start: Start, options: &Options) -> Result<State> {
    let n = sample.y.len();
    let prior = |i: usize| sample.weights.as_ref().map_or(1.0, |w| w[i]);
    let offset = |i: usize| sample.offset.as_ref().map_or(0.0, |o| o[i]);
    let mut eta = match start {
        Start::Data => first_predictor(sample),
    };
    let mut mu = exponentials(&eta);
    // The start lies near the counts, not in the model, so its fit is nothing to compare the first step with.
    let mut deviance = f64::INFINITY;
    let mut within = x.clone();
    let mut working = vec![0.0; n];
    let mut z = vec![0.0; n];
    let mut carried: Option<Vec<f64>> = None;
    let mut before = vec![0.0; n];
    let (mut converged, mut decrement, mut iterations) = (false, f64::INFINITY, 0);
    let mut beta = vec![0.0; x.ncols()];
    let mut bread = Matrix::zeros(x.ncols(), x.ncols());
    while iterations < MOST.min(options.iterations) && !converged {
        iterations += 1;
        for i in 0..n {
            working[i] = mu[i] * prior(i);
            z[i] = eta[i] - offset(i) + (sample.y[i] - mu[i]) / mu[i];
        }
        check_working(&working, iterations)?;
        let absorber = Absorber::new(&sample.factors, Some(&working));
        // What was left of the last response, plus what the response has changed by: the same but for the factors.
        let mut left = match carried.take() {
            None => z.clone(),
            Some(old) => (0..n).map(|i| old[i] + (z[i] - before[i])).collect(),
        };
        before.copy_from_slice(&z);
        absorber.remove(&mut left, options.tolerance, options.iterations)?;
        for mut column in within.column_iter_mut() {
            absorber.remove(column.as_mut_slice(), options.tolerance, options.iterations)?;
        }
        let solved = solve_normal_equations(&within, &left, Some(&working))?;
        beta = solved.0.as_slice().to_vec();
        bread = solved.1;
        let fitted = &within * &solved.0;
        let next: Vec<f64> = (0..n).map(|i| z[i] - (left[i] - fitted[i]) + offset(i)).collect();
        decrement = (0..n).map(|i| working[i] * (next[i] - eta[i]).powi(2)).sum::<f64>().sqrt();
        carried = Some(left);
        (eta, mu, deviance) = descend(sample, eta, next, deviance);
        converged = decrement < CLOSE;
    }
    // The effects: what the factors take out of the predictor less slopes and offset.
    let mut rest: Vec<f64> = (0..n)
        .map(|i| eta[i] - offset(i) - (0..x.ncols()).map(|j| x[(i, j)] * beta[j]).sum::<f64>())
        .collect();
    let absorber = Absorber::new(&sample.factors, Some(&working));
    let effects = absorber.effects(&mut rest, options.tolerance, options.iterations)?;
    Ok(State { beta, mu, x: within, bread, effects, iterations, converged, decrement })
}

/// Takes the step, or half of it and so on while it makes the fit worse.
fn descend(sample: &Sample<'_>, eta: Vec<f64>, next: Vec<f64>, deviance: f64) -> (Vec<f64>, Vec<f64>, f64) {
    let mut next = next;
    for _ in 0..30 {
        let mu = exponentials(&next);
        let found = half_deviance(sample, &next, &mu);
        if found.is_finite() && found <= deviance + 1e-10 * deviance.abs().max(1.0) {
            return (next, mu, found);
        }
        for (next, eta) in next.iter_mut().zip(&eta) {
            *next = 0.5 * (*next + eta);
        }
    }
    let mu = exponentials(&next);
    let found = half_deviance(sample, &next, &mu);
    (next, mu, found)
}

fn check_working(working: &[f64], iterations: usize) -> Result<()> {
    if working.iter().all(|weight| weight.is_finite() && *weight > 0.0) {
        return Ok(());
    }
    Err(StatsError::NotConverged {
        method: "Poisson regression with absorbed factors",
        iterations,
        reason: "an expected count ran to zero or infinity; look for variables of very different scale or separation".into(),
    })
}

/// Predictor at `(y + mean rate * exposure) / 2`.
pub(super) fn first_predictor(sample: &Sample<'_>) -> Vec<f64> {
    let exposure: Vec<f64> = match &sample.offset {
        None => vec![1.0; sample.y.len()],
        Some(offset) => exponentials(offset),
    };
    let rate = sample.y.iter().sum::<f64>() / exposure.iter().sum::<f64>();
    sample.y.iter().zip(&exposure).map(|(y, exposure)| (0.5 * (y + rate * exposure)).ln()).collect()
}

pub(super) fn exponentials(eta: &[f64]) -> Vec<f64> {
    let mut values = eta.to_vec();
    Processor::default().run(
        #[inline(always)]
        || exp_in_place(&mut values),
    );
    values
}

/// `sum w (mu - y eta)`: half the deviance but for a constant.
fn half_deviance(sample: &Sample<'_>, eta: &[f64], mu: &[f64]) -> f64 {
    let terms = sample.y.iter().zip(eta).zip(mu).map(|((y, eta), mu)| mu - y * eta);
    match &sample.weights {
        None => terms.sum(),
        Some(weights) => terms.zip(weights.iter()).map(|(term, weight)| weight * term).sum(),
    }
}
