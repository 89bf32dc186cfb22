//! What the data say about the spread of slopes, as a distribution to average over.

use crate::numeric::quadrature::{Rule, gauss_legendre};
use crate::{Matrix, Result, Vector};

use super::newton::Evaluation;

/// Values of sigma at which the distribution is represented.
const NODES: usize = 16;
/// The range ends where the log-likelihood has fallen by an amount between these two.
const FALL: (f64, f64) = (9.0, 14.0);
/// Slopes that differ by more than this (per unit of time, on the log scale) between units are not thought of.
const MOST: f64 = 3.0;

/// One value of sigma.
pub(super) struct SpreadNode {
    pub(super) spread: f64,
    /// Probability; all sum to 1.
    pub(super) weight: f64,
    /// Variance of the common slope if sigma has this value.
    pub(super) common_variance: f64,
}

/// Posterior distribution of sigma under a flat prior on `(m, sigma)`, sigma below 3 or three times its estimate.
///
/// The flat prior on a standard deviation is Gelman's (2006, Bayesian Analysis 1, 515-533). The period effects are integrated out by
/// Laplace's approximation around `at`: with `g` and `A` the gradient and minus the Hessian in `m`,
/// `log p(sigma | y) = l + g' A^-1 g / 2 - log det(A) / 2`. `slope_weights` make the common slope of the period effects.
pub(super) fn spread_nodes(
    estimate: f64,
    slope_weights: &[f64],
    evaluate: impl Fn(f64) -> Evaluation,
) -> Result<Vec<SpreadNode>> {
    let log_density =
        |spread: f64| Slice::new(&evaluate(spread), slope_weights).map_or(f64::NEG_INFINITY, |s| s.log);
    let most = MOST.max(3.0 * estimate);
    // A coarse ladder finds the height and its surroundings; sigma below its first rung cannot be told from zero.
    let ladder: Vec<f64> = (0..24).map(|k| most * 0.65_f64.powi(k)).collect();
    let heights: Vec<f64> = ladder.iter().map(|spread| log_density(*spread)).collect();
    let (top, best) = heights
        .iter()
        .enumerate()
        .fold((0, f64::NEG_INFINITY), |a, (k, h)| if *h > a.1 { (k, *h) } else { a });
    let fallen = |height: f64| best - height;
    let high = match (0..top).rev().find(|k| fallen(heights[*k]) > FALL.0) {
        None => most,
        Some(k) => edge(ladder[k + 1], ladder[k], |spread| fallen(log_density(spread))),
    };
    let low = match (top + 1..ladder.len()).find(|k| fallen(heights[*k]) > FALL.0) {
        None => 0.0,
        Some(k) => edge(ladder[k - 1], ladder[k], |spread| fallen(log_density(spread))),
    };
    let rule: Rule = gauss_legendre(NODES)?;
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    let mut nodes = Vec::with_capacity(NODES);
    let mut total = 0.0;
    for (z, weight) in rule.nodes.iter().zip(&rule.weights) {
        let spread = middle + half * z;
        if let Some(slice) = Slice::new(&evaluate(spread), slope_weights) {
            let weight = weight * (slice.log - best).exp();
            total += weight;
            nodes.push(SpreadNode { spread, weight, common_variance: slice.variance });
        }
    }
    nodes.iter_mut().for_each(|node| node.weight /= total);
    Ok(nodes)
}

/// Where a fall that begins inside and ends outside lies between the two limits, by bisection.
fn edge(inside: f64, outside: f64, fall: impl Fn(f64) -> f64) -> f64 {
    let (mut inside, mut outside) = (inside, outside);
    for _ in 0..30 {
        let here = fall(outside);
        if here <= FALL.1 {
            return outside;
        }
        let middle = 0.5 * (inside + outside);
        if fall(middle) > FALL.0 {
            outside = middle;
        } else {
            inside = middle;
        }
    }
    outside
}

/// The likelihood at one sigma with the period effects integrated out.
struct Slice {
    log: f64,
    variance: f64,
}

impl Slice {
    /// `None` where the likelihood is not concave in the period effects.
    fn new(at: &Evaluation, slope_weights: &[f64]) -> Option<Self> {
        let size = slope_weights.len();
        let information: Matrix = -at.hessian.view((0, 0), (size, size)).clone_owned();
        let factor = information.cholesky()?;
        let gradient = Vector::from_column_slice(&at.gradient[..size]);
        let weights = Vector::from_column_slice(slope_weights);
        let half_log_determinant: f64 = factor.l_dirty().diagonal().iter().map(|d| d.ln()).sum();
        let log = at.value + 0.5 * gradient.dot(&factor.solve(&gradient)) - half_log_determinant;
        Some(Self { log, variance: weights.dot(&factor.solve(&weights)) })
            .filter(|slice| slice.log.is_finite())
    }
}
