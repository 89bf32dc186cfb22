//! The logistic propensity score.

use crate::numeric::algebra::{dot, inverse};
use crate::{Matrix, Vector};

const STEPS: usize = 60;
/// A score this high is a violation of overlap: some units are treated almost surely, as in R's `did`.
pub(super) const CERTAIN: f64 = 0.999;

/// A fitted logistic regression of treatment on covariates.
pub(super) struct Propensity {
    /// Probability of treatment for each unit.
    pub(super) probability: Vec<f64>,
    /// Inverse of the information matrix `X' diag(w p (1-p)) X`.
    pub(super) inverse_information: Matrix,
}

/// Maximum likelihood by Newton's method with step halving. The treated are the first `treated` rows.
///
/// `None` if the fit breaks down or a probability reaches [`CERTAIN`]: treatment is then predicted almost without error.
pub(super) fn fit(x: &Matrix, weight: &[f64], treated: usize) -> Option<Propensity> {
    let n = x.nrows();
    let mut beta = Vector::zeros(x.ncols());
    let mut probability = vec![0.5; n];
    let mut information = vec![0.0; n];
    let mut deviance = evaluate(x, &beta, weight, treated, &mut probability);
    let mut settled = false;
    for _ in 0..STEPS {
        let (step, _) = newton_step(x, weight, treated, &probability, &mut information)?;
        let mut share = 1.0;
        let before = deviance;
        loop {
            let trial = &beta + &step * share;
            deviance = evaluate(x, &trial, weight, treated, &mut probability);
            if deviance <= before * (1.0 + 1e-12) {
                beta = trial;
                break;
            }
            share *= 0.5;
            if share < 1e-6 {
                return None;
            }
        }
        if (before - deviance).abs() <= 1e-13 * (deviance.abs() + 0.1) {
            settled = true;
            break;
        }
    }
    if !settled || probability.iter().any(|&p| p >= CERTAIN) {
        return None;
    }
    let (_, inverse_information) = newton_step(x, weight, treated, &probability, &mut information)?;
    Some(Propensity { probability, inverse_information })
}

/// Probabilities at these coefficients, and the deviance.
fn evaluate(x: &Matrix, beta: &Vector, weight: &[f64], treated: usize, probability: &mut [f64]) -> f64 {
    let eta = x * beta;
    let mut deviance = 0.0;
    for i in 0..weight.len() {
        // log(1 + e^eta) without overflow; for the treated minus eta.
        let small = (-eta[i].abs()).exp();
        let log_odds_part = eta[i].max(0.0) + small.ln_1p();
        probability[i] = if eta[i] >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) };
        deviance += 2.0 * weight[i] * (log_odds_part - if i < treated { eta[i] } else { 0.0 });
    }
    deviance
}

fn newton_step(
    x: &Matrix,
    weight: &[f64],
    treated: usize,
    probability: &[f64],
    information: &mut [f64],
) -> Option<(Vector, Matrix)> {
    for i in 0..weight.len() {
        information[i] = weight[i] * probability[i] * (1.0 - probability[i]);
    }
    let inverse =
        inverse(&crate::numeric::algebra::cross_product(x, Some(information)), "information").ok()?;
    let residual: Vec<f64> = (0..weight.len())
        .map(|i| weight[i] * (if i < treated { 1.0 } else { 0.0 } - probability[i]))
        .collect();
    let n = x.nrows();
    let score = Vector::from_iterator(
        x.ncols(),
        (0..x.ncols()).map(|j| dot(&x.as_slice()[j * n..(j + 1) * n], &residual)),
    );
    Some((&inverse * score, inverse))
}
