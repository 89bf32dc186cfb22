//! Smoothness: a fixed-length confidence interval when the trend's slope changes by at most `M` a period.

use serde::Serialize;

use super::effects::SensitivityInput;
use super::relative::RobustSet;
use crate::numeric::distributions::normal_cdf;
use crate::numeric::roots::{bracketed, golden};
use crate::{Matrix, Result, StatsError, Vector};

/// The optimal affine estimator and its interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FixedLength {
    /// The interval, and the identified values for the point estimates; these are `NaN` where the estimates before
    /// treatment themselves bend by more than `M`.
    pub set: RobustSet,
    /// Estimate of the target: the middle of the interval.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Its largest possible bias under the restriction.
    pub worst_bias: f64,
    /// Weights on the effects before the reference.
    pub weights_before: Vec<f64>,
}

/// Optimal fixed-length confidence intervals under `|(delta_{t+1} - delta_t) - (delta_t - delta_{t-1})| <= M`
/// (Rambachan and Roth 2023, sections 2.4.2 and 4; Armstrong and Kolesár 2018, 2020), one for each `M`.
///
/// The estimator is `sum_before v_s b_s + sum_after l_t b_t`, where `v` makes it unbiased for linear trends and minimises
/// the half-length `sd * cv(bias / sd)`, `cv(x)` the quantile of `|N(x, 1)|`. In terms of second differences the worst bias
/// is `M (constant + sum |x_i|)` and the variance quadratic in the free `x`, so the best `x` lies on a lasso path, which
/// is followed exactly.
///
/// # Errors
/// [`StatsError::Setting`] for a negative `M` or a level outside 0 to 1.
pub fn smoothness(input: &SensitivityInput, bounds: &[f64], level: f64) -> Result<Vec<FixedLength>> {
    StatsError::check_probability("the level", level)?;
    if bounds.iter().any(|bound| !(bound.is_finite() && *bound >= 0.0)) {
        return Err(StatsError::Setting("bounds on the change of slope must be zero or more".to_owned()));
    }
    let problem = Problem::new(input);
    bounds.iter().map(|&bound| Ok(problem.solve(input, bound, level))).collect()
}

/// The largest `M` (relative precision 1e-6) under which the interval excludes zero; `None` if it does not at `M = 0`.
///
/// # Errors
/// As [`smoothness`].
pub fn smoothness_breakdown(input: &SensitivityInput, level: f64) -> Result<Option<f64>> {
    StatsError::check_probability("the level", level)?;
    let problem = Problem::new(input);
    let excludes = |bound: f64| problem.solve(input, bound, level).set.excludes_zero();
    if !excludes(0.0) {
        return Ok(None);
    }
    let mut high = input.standard_error();
    for _ in 0..200 {
        if !excludes(high) {
            break;
        }
        high *= 2.0;
    }
    let mut low = 0.0;
    for _ in 0..100 {
        if high - low <= 1e-6 * high {
            break;
        }
        let middle = 0.5 * (low + high);
        if excludes(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(Some(low))
}

/// The trade between variance and bias in the free weights `x`.
struct Problem {
    /// `v = offset + map x`: weights on the effects before the reference.
    offset: Vector,
    map: Matrix,
    /// Variance `x'Hx + 2 h'x + c`.
    quadratic: Matrix,
    linear: Vector,
    constant: f64,
    /// Bias per unit of `M` that no choice of `x` changes.
    fixed_bias: f64,
}

impl Problem {
    /// With `u = -s` the distance before the reference, `x_i = sum_{u > i} v_u (u - i)` is the weight of the second
    /// difference at time `-i`; `x_0 = sum_u u v_u` must equal `sum_t t l_t` for linear trends to cancel. The inverse is a
    /// second difference: `v_u = x_{u-1} - 2 x_u + x_{u+1}`.
    fn new(input: &SensitivityInput) -> Self {
        let p = input.before;
        let slope: f64 = input.target.iter().enumerate().map(|(t, weight)| (t + 1) as f64 * weight).sum();
        let mut full = Matrix::zeros(p, p);
        for u in 1..=p {
            // The effect at distance u stands at position p - u.
            full[(p - u, u - 1)] = 1.0;
            if u < p {
                full[(p - u, u)] = -2.0;
            }
            if u + 1 < p {
                full[(p - u, u + 1)] = 1.0;
            }
        }
        let offset: Vector = full.column(0) * slope;
        let map = full.columns(1, p - 1).clone_owned();
        let block = |i: usize, j: usize, rows: usize, columns: usize| {
            input.covariance.view((i, j), (rows, columns)).clone_owned()
        };
        let q = input.after();
        let target = Vector::from_column_slice(&input.target);
        let before = block(0, 0, p, p);
        let across = block(0, p, p, q) * &target;
        let after = block(p, p, q, q);
        let later: f64 =
            (1..q).map(|j| (j..q).map(|t| (t + 1 - j) as f64 * input.target[t]).sum::<f64>().abs()).sum();
        Self {
            quadratic: map.transpose() * &before * &map,
            linear: map.transpose() * (&before * &offset + &across),
            constant: (offset.transpose() * &before * &offset)[0]
                + 2.0 * offset.dot(&across)
                + (target.transpose() * after * &target)[0],
            fixed_bias: slope.abs() + later,
            offset,
            map,
        }
    }

    fn deviation(&self, x: &Vector) -> f64 {
        let variance = (x.transpose() * &self.quadratic * x)[0] + 2.0 * self.linear.dot(x) + self.constant;
        variance.max(0.0).sqrt()
    }

    fn half_length(&self, x: &Vector, bound: f64, level: f64) -> f64 {
        let sd = self.deviation(x);
        sd * folded_quantile(bound * (self.fixed_bias + x.lp_norm(1)) / sd, level)
    }

    fn solve(&self, input: &SensitivityInput, bound: f64, level: f64) -> FixedLength {
        let corners = self.path();
        let mut best = corners[0].clone();
        let mut least = self.half_length(&best, bound, level);
        for pair in corners.windows(2) {
            let between = |share: f64| &pair[0] * (1.0 - share) + &pair[1] * share;
            let (share, _) = golden(0.0, 1.0, 1e-10, |share| self.half_length(&between(share), bound, level));
            for candidate in [between(share), pair[1].clone()] {
                let value = self.half_length(&candidate, bound, level);
                if value < least {
                    least = value;
                    best = candidate;
                }
            }
        }
        let weights = &self.offset + &self.map * &best;
        let before: f64 = weights.iter().zip(&input.beta).map(|(weight, value)| weight * value).sum();
        let estimate = input.estimate() + before;
        FixedLength {
            set: RobustSet {
                bound,
                low: estimate - least,
                high: estimate + least,
                identified: self.identified(input, bound),
            },
            estimate,
            standard_error: self.deviation(&best),
            worst_bias: bound * (self.fixed_bias + best.lp_norm(1)),
            weights_before: weights.as_slice().to_vec(),
        }
    }

    /// Violations after the reference continue the last slope before it but for second differences of at most `M`.
    fn identified(&self, input: &SensitivityInput, bound: f64) -> (f64, f64) {
        let p = input.before;
        let at = |k: usize| if k == p { 0.0 } else { input.beta[k] };
        if (1..p).any(|k| (at(k + 1) - 2.0 * at(k) + at(k - 1)).abs() > bound * (1.0 + 1e-12)) {
            return (f64::NAN, f64::NAN);
        }
        let slope: f64 = input.target.iter().enumerate().map(|(t, weight)| (t + 1) as f64 * weight).sum();
        let middle = input.estimate() + slope * at(p - 1);
        let half = bound * self.fixed_bias;
        (middle - half, middle + half)
    }

    /// Corners of the path of `argmin x'Hx / 2 + h'x + lambda |x|_1` from `lambda` so large that `x = 0` down to zero
    /// (Osborne, Presnell and Turlach 2000): between corners the path is straight.
    fn path(&self) -> Vec<Vector> {
        let k = self.linear.len();
        let mut x = Vector::zeros(k);
        let mut corners = vec![x.clone()];
        if k == 0 {
            return corners;
        }
        let mut lambda = self.linear.amax();
        let mut active: Vec<usize> = vec![self.linear.iamax()];
        let mut signs: Vec<f64> = vec![-self.linear[active[0]].signum()];
        // A weight that has just left stands at the limit by rounding and must not come back at once.
        let mut left = None;
        for _ in 0..50 * (k + 2) {
            let Some(direction) = self.direction(&active, &signs) else { break };
            let gradient = &self.quadratic * &x + &self.linear;
            let drift = &self.quadratic * &direction;
            // As lambda falls by s, x moves by s * direction; the next event ends the stretch.
            let mut step = lambda;
            let mut event = None;
            for j in 0..k {
                if let Some(at) = active.iter().position(|&a| a == j) {
                    let reach = -x[j] / direction[j];
                    if direction[j] * signs[at] < 0.0 && reach < step && reach >= 0.0 {
                        step = reach;
                        event = Some((j, Some(at), 0.0));
                    }
                } else {
                    for sign in [1.0, -1.0].into_iter().filter(|&sign| left != Some((j, sign))) {
                        // gradient + s drift = -sign (lambda - s)
                        let slope = drift[j] - sign;
                        let reach = (-sign * lambda - gradient[j]) / slope;
                        let approaches = (gradient[j] + sign * lambda) * slope < 0.0;
                        if approaches && reach < step && reach >= 0.0 {
                            step = reach;
                            event = Some((j, None, sign));
                        }
                    }
                }
            }
            x.axpy(step, &direction, 1.0);
            lambda -= step;
            left = None;
            match event {
                Some((j, Some(at), _)) => {
                    left = Some((j, signs[at]));
                    x[j] = 0.0;
                    active.remove(at);
                    signs.remove(at);
                }
                Some((j, None, sign)) => {
                    active.push(j);
                    signs.push(sign);
                }
                None => {
                    corners.push(x);
                    break;
                }
            }
            corners.push(x.clone());
        }
        corners
    }

    /// `dx / d(-lambda)` on the active set: `H_AA^-1 signs`.
    fn direction(&self, active: &[usize], signs: &[f64]) -> Option<Vector> {
        let block =
            Matrix::from_fn(active.len(), active.len(), |i, j| self.quadratic[(active[i], active[j])]);
        let solved = block.cholesky()?.solve(&Vector::from_column_slice(signs));
        let mut direction = Vector::zeros(self.linear.len());
        for (&j, value) in active.iter().zip(solved.iter()) {
            direction[j] = *value;
        }
        Some(direction)
    }
}

/// Quantile of `|N(shift, 1)|`.
fn folded_quantile(shift: f64, level: f64) -> f64 {
    bracketed(0.0, shift.abs() + 40.0, 1e-14, 200, |q| {
        normal_cdf(q - shift.abs()) - normal_cdf(-q - shift.abs()) - level
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::distributions::normal_quantile;
    use crate::random::{Sample, Seed, fast};

    fn input(before: usize, after: usize, seed: u64) -> SensitivityInput {
        let mut random = fast(Seed::from_number(seed), 0);
        let n = before + after;
        let loading = Matrix::from_fn(n, n + 2, |_, _| random.normal());
        let covariance = &loading * loading.transpose() * 0.01;
        let beta: Vec<f64> = (0..n).map(|_| random.normal()).collect();
        let target: Vec<f64> = (0..after).map(|_| random.normal()).collect();
        SensitivityInput::from_parts(&beta, &covariance, before, Some(&target)).unwrap()
    }

    #[test]
    fn folded_quantiles() {
        assert!((folded_quantile(0.0, 0.95) - normal_quantile(0.975)).abs() < 1e-12);
        assert!((folded_quantile(30.0, 0.95) - 30.0 - normal_quantile(0.95)).abs() < 1e-10);
    }

    /// The worst bias claimed is the largest over violations at the corners of the restriction, all of them tried.
    #[test]
    fn the_worst_bias_is_the_worst() {
        let input = input(3, 2, 5);
        let fit = &smoothness(&input, &[0.3], 0.95).unwrap()[0];
        let weights: Vec<f64> = fit.weights_before.iter().chain(&input.target).copied().collect();
        let mut worst = 0.0_f64;
        for signs in 0..16 {
            // Second differences of +-M at times -2 to 1, and any straight line.
            for slope in [-3.0, 0.0, 2.0] {
                let bend = |j: i32| if signs >> (j + 2) & 1 == 1 { 0.3 } else { -0.3 };
                let mut delta = std::collections::BTreeMap::from([(0, 0.0), (1, slope)]);
                for t in 1..2 {
                    delta.insert(t + 1, 2.0 * delta[&t] - delta[&(t - 1)] + bend(t));
                }
                for t in [0, -1, -2] {
                    delta.insert(t - 1, 2.0 * delta[&t] - delta[&(t + 1)] + bend(t));
                }
                let bias: f64 = [-3, -2, -1, 1, 2].iter().zip(&weights).map(|(t, w)| w * delta[t]).sum();
                worst = worst.max(bias.abs());
            }
        }
        assert!((worst - fit.worst_bias).abs() < 1e-10);
    }

    /// No weights in a wide random search give a shorter interval, for many bounds and shapes.
    #[test]
    fn the_interval_is_the_shortest() {
        let mut random = fast(Seed::from_number(9), 0);
        for (before, after, seed) in [(1, 1, 1), (2, 1, 2), (4, 3, 3), (7, 4, 4), (10, 5, 6)] {
            let input = input(before, after, seed);
            let problem = Problem::new(&input);
            for bound in [0.0, 0.001, 0.01, 0.1, 1.0, 10.0] {
                let fit = problem.solve(&input, bound, 0.95);
                let half = 0.5 * (fit.set.high - fit.set.low);
                // Back from the weights to the free parameters, and away from them.
                let x = Vector::from_fn(before - 1, |i, _| {
                    (i + 2..=before).map(|u| fit.weights_before[before - u] * (u - i - 1) as f64).sum()
                });
                assert!((problem.half_length(&x, bound, 0.95) / half - 1.0).abs() < 1e-8);
                for trial in 0..400 {
                    let size = 10.0_f64.powi(-(trial % 6));
                    let other = &x
                        + Vector::from_fn(x.len(), |_, _| {
                            if random.below(2) == 0 { 0.0 } else { size * random.normal() }
                        });
                    assert!(problem.half_length(&other, bound, 0.95) >= half * (1.0 - 1e-9));
                }
            }
        }
    }

    /// Linear trends cancel whatever their slope.
    #[test]
    fn straight_lines_do_no_harm() {
        let mut data = input(4, 2, 8);
        let plain = smoothness(&data, &[0.1], 0.95).unwrap();
        for (k, t) in [-4.0, -3.0, -2.0, -1.0, 1.0, 2.0].into_iter().enumerate() {
            data.beta[k] += 7.0 * t;
        }
        let tilted = smoothness(&data, &[0.1], 0.95).unwrap();
        assert!((plain[0].estimate - tilted[0].estimate).abs() < 1e-10);
    }
}
