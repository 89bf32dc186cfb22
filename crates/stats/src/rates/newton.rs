//! Newton's method for the marginal likelihoods of this module, with sums that do not depend on the number of threads.

use rayon::prelude::*;

use crate::{Matrix, Result, StatsError, Vector};

const MOST_ITERATIONS: usize = 200;
/// A Newton decrement (half the expected gain in log-likelihood) below this ends the search.
const TOLERANCE: f64 = 1e-13;
/// Longest step in any unknown.
const LONGEST: f64 = 4.0;

/// Value, gradient and Hessian of a log-likelihood.
pub(super) struct Evaluation {
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) hessian: Matrix,
    /// Size of the terms that the value sums up, whose rounding bounds what two values can tell.
    pub(super) magnitude: f64,
}

impl Evaluation {
    fn zero(size: usize) -> Self {
        Self { value: 0.0, gradient: vec![0.0; size], hessian: Matrix::zeros(size, size), magnitude: 0.0 }
    }

    /// Drops all unknowns but the first.
    pub(super) fn keep(&mut self, size: usize) {
        self.gradient.truncate(size);
        self.hessian = self.hessian.view((0, 0), (size, size)).clone_owned();
    }
}

/// Sum over units; `add` fills the lower triangle of the Hessian.
///
/// Fixed chunks are added in their order: the same bits on any number of threads.
pub(super) fn sum_over(units: usize, size: usize, add: impl Fn(usize, &mut Evaluation) + Sync) -> Evaluation {
    const CHUNK: usize = 1024;
    let parts: Vec<Evaluation> = (0..units.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let mut part = Evaluation::zero(size);
            (chunk * CHUNK..((chunk + 1) * CHUNK).min(units)).for_each(|i| add(i, &mut part));
            part
        })
        .collect();
    let mut total = Evaluation::zero(size);
    for part in parts {
        total.value += part.value;
        total.hessian += part.hessian;
        for (sum, value) in total.gradient.iter_mut().zip(part.gradient) {
            *sum += value;
        }
    }
    for i in 0..size {
        for j in 0..i {
            total.hessian[(j, i)] = total.hessian[(i, j)];
        }
    }
    total
}

/// Where a log-likelihood is highest.
pub(super) struct Maximum {
    pub(super) at: Vec<f64>,
    pub(super) value: f64,
    /// Minus the Hessian.
    pub(super) information: Matrix,
    /// Largest absolute element of the gradient.
    pub(super) gradient: f64,
    pub(super) iterations: usize,
}

/// Newton's method with a ridge where the Hessian is not negative definite, and steps halved until the value rises.
pub(super) fn maximise(
    method: &'static str,
    start: Vec<f64>,
    evaluate: impl Fn(&[f64]) -> Evaluation,
) -> Result<Maximum> {
    let mut at = start;
    let mut here = evaluate(&at);
    for iteration in 0..MOST_ITERATIONS {
        let information = -&here.hessian;
        let gradient = Vector::from_column_slice(&here.gradient);
        let step = ridged(method, &information, &gradient)?;
        let decrement = 0.5 * gradient.dot(&step);
        if decrement < TOLERANCE * (1.0 + here.value.abs()).sqrt() && information.cholesky().is_some() {
            // One last full step: Newton's method squares what is left of the error.
            let last = moved(&at, &step, 1.0);
            let there = evaluate(&last);
            if there.value >= here.value - 1e-12 * here.value.abs() - rounding(&here) {
                (at, here) = (last, there);
            }
            return Ok(Maximum {
                information: -here.hessian,
                gradient: here.gradient.iter().fold(0.0_f64, |a, g| a.max(g.abs())),
                value: here.value,
                at,
                iterations: iteration + 1,
            });
        }
        let mut share = 1.0_f64.min(LONGEST / step.amax());
        loop {
            let next = moved(&at, &step, share);
            let there = evaluate(&next);
            if there.value.is_finite() && there.value >= here.value - rounding(&here) {
                (at, here) = (next, there);
                break;
            }
            share *= 0.5;
            if share < 1e-12 {
                let reason = "no step raises the likelihood".to_owned();
                return Err(StatsError::NotConverged { method, iterations: iteration, reason });
            }
        }
    }
    let largest = here.gradient.iter().fold(0.0_f64, |a, g| a.max(g.abs()));
    let reason = format!("the largest element of the gradient is {largest:e}");
    Err(StatsError::NotConverged { method, iterations: MOST_ITERATIONS, reason })
}

/// A fall in value by less than this is rounding.
fn rounding(here: &Evaluation) -> f64 {
    1e-14 * here.value.abs().max(here.magnitude)
}

fn moved(at: &[f64], step: &Vector, share: f64) -> Vec<f64> {
    at.iter().zip(step.iter()).map(|(a, s)| a + share * s).collect()
}

/// Solves `(information + ridge) step = gradient` with the smallest ridge of a rising ladder that makes it definite.
fn ridged(method: &'static str, information: &Matrix, gradient: &Vector) -> Result<Vector> {
    let size = information.diagonal().amax().max(1e-300);
    let mut ridge = 0.0;
    for _ in 0..40 {
        let mut matrix = information.clone();
        for j in 0..matrix.nrows() {
            matrix[(j, j)] += ridge;
        }
        if let Some(factor) = matrix.cholesky() {
            let step = factor.solve(gradient);
            if step.iter().all(|s| s.is_finite()) {
                return Ok(step);
            }
        }
        ridge = if ridge == 0.0 { 1e-8 * size } else { ridge * 4.0 };
    }
    let reason = "the information matrix is singular".to_owned();
    Err(StatsError::NotConverged { method, iterations: 0, reason })
}
