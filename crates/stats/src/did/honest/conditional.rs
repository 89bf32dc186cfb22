//! The hybrid conditional test of linear moment inequalities with nuisance parameters
//! (Andrews, Roth and Pakes 2023, Review of Economic Studies 90, 2763-2791).

use super::effects::SensitivityInput;
use super::simplex::Simplex;
use crate::numeric::algebra::dot;
use crate::numeric::distributions::normal_cdf;
use crate::random::{Sample, Seed, fast};
use crate::{Matrix, Result, StatsError, Vector};

/// Tests of `theta = t` for violations in one polyhedron `{delta: A delta <= d}`.
///
/// If the true `theta` is `t` there are effects `tau` with `l'tau = t` and `A (b - tau) <= d` in expectation. The statistic
/// is the least `eta` with `y(t) - X nu <= eta s` for some `nu`, `s` the standard errors of the inequalities: by duality
/// the largest `g'y(t)` over the fixed polytope `{g >= 0, X'g = 0, s'g = 1}`. Here everything is divided by `s`.
pub(super) struct HybridTest {
    polytope: Simplex,
    /// `y(t) = constant - t * slope`, in standard errors.
    constant: Vec<f64>,
    slope: Vec<f64>,
    /// Correlations of the inequalities.
    correlation: Matrix,
    /// Critical value of the first stage, of size `kappa`: valid whichever inequalities bind.
    pub(super) first_stage: f64,
    /// Size of the second stage, `(alpha - kappa) / (1 - kappa)`.
    size: f64,
}

/// Inequalities `A delta <= d`.
pub(super) struct Polyhedron {
    pub(super) a: Matrix,
    pub(super) d: Vec<f64>,
}

impl HybridTest {
    /// `None` if the nuisance parameters can satisfy any inequality: then nothing is ever rejected.
    ///
    /// `size` is the size of the test; its first stage has a tenth of it (Rambachan and Roth 2023, section 3.3), and a
    /// critical value found from `draws` draws.
    pub(super) fn new(
        input: &SensitivityInput,
        set: &Polyhedron,
        size: f64,
        draws: usize,
        seed: Seed,
    ) -> Result<Option<Self>> {
        let covariance = &set.a * &input.covariance * set.a.transpose();
        let k = covariance.nrows();
        let scale: Vec<f64> = (0..k).map(|i| covariance[(i, i)].sqrt()).collect();
        if scale.iter().any(|value| value.is_nan() || *value <= 0.0) {
            return Err(StatsError::Singular("an inequality of the sensitivity analysis does not vary"));
        }
        // The effect with the largest weight is expressed by theta and the others, which are the nuisance parameters.
        let pivot = (0..input.after())
            .max_by(|&a, &b| input.target[a].abs().total_cmp(&input.target[b].abs()))
            .unwrap_or(0);
        let column = |j: usize| set.a.column(input.before + j);
        let slope: Vec<f64> = (0..k).map(|i| column(pivot)[i] / input.target[pivot] / scale[i]).collect();
        let moments = &set.a * Vector::from_column_slice(&input.beta);
        let constant = (0..k).map(|i| (moments[i] - set.d[i]) / scale[i]).collect();
        let mut equations: Vec<Vec<f64>> = (0..input.after())
            .filter(|&j| j != pivot)
            .map(|j| {
                (0..k).map(|i| column(j)[i] / scale[i] - slope[i] * input.target[j]).chain([0.0]).collect()
            })
            .collect();
        equations.push(vec![1.0; k + 1]);
        let Some(polytope) = Simplex::new(equations, k) else { return Ok(None) };
        let kappa = size / 10.0;
        let mut test = Self {
            polytope,
            constant,
            slope,
            correlation: Matrix::from_fn(k, k, |i, j| covariance[(i, j)] / (scale[i] * scale[j])),
            first_stage: 0.0,
            size: (size - kappa) / (1.0 - kappa),
        };
        let root = input
            .covariance
            .clone()
            .cholesky()
            .ok_or(StatsError::Singular("the covariance of the effects is not positive definite"))?
            .l();
        let mut loading = &set.a * root;
        for i in 0..k {
            loading.row_mut(i).scale_mut(1.0 / scale[i]);
        }
        test.first_stage = test.least_favourable(&loading, 1.0 - kappa, draws, seed);
        Ok(Some(test))
    }

    /// The same test for other estimates with the same covariance.
    #[cfg(test)]
    pub(super) fn set_estimates(&mut self, set: &Polyhedron, covariance: &Matrix, beta: &[f64]) {
        let moments = &set.a * Vector::from_column_slice(beta);
        let spread = &set.a * covariance * set.a.transpose();
        self.constant = (0..set.d.len()).map(|i| (moments[i] - set.d[i]) / spread[(i, i)].sqrt()).collect();
    }

    /// Quantile of the statistic when all inequalities bind.
    fn least_favourable(&self, loading: &Matrix, level: f64, draws: usize, seed: Seed) -> f64 {
        let mut values: Vec<f64> = (0..draws)
            .map(|draw| {
                let mut random = fast(seed, draw as u64);
                let z = Vector::from_fn(loading.ncols(), |_, _| random.normal());
                self.maximum((loading * z).as_slice()).0
            })
            .collect();
        values.sort_unstable_by(f64::total_cmp);
        let position = (level * draws as f64).ceil() as usize;
        values[position.clamp(1, draws) - 1]
    }

    /// The polytope is bounded (its weights sum to one), so there is always a largest value.
    fn maximum(&self, y: &[f64]) -> (f64, Vec<f64>) {
        self.polytope.best(y).unwrap_or((f64::INFINITY, vec![0.0; y.len()]))
    }

    fn moments(&self, theta: f64) -> Vec<f64> {
        self.constant.iter().zip(&self.slope).map(|(constant, slope)| constant - theta * slope).collect()
    }

    /// The statistic at a value of the target: convex in it.
    pub(super) fn statistic(&self, theta: f64) -> f64 {
        self.maximum(&self.moments(theta)).0
    }

    /// Whether a value of the target is not rejected.
    pub(super) fn accepts(&self, theta: f64) -> bool {
        let y = self.moments(theta);
        let (eta, weights) = self.maximum(&y);
        if eta <= 0.0 {
            return true;
        }
        if eta > self.first_stage {
            return false;
        }
        let direction = &self.correlation * Vector::from_column_slice(&weights);
        let variance = dot(direction.as_slice(), &weights);
        if variance <= 1e-14 {
            return false;
        }
        let path: Vec<f64> = direction.iter().map(|value| value / variance).collect();
        let rest: Vec<f64> = y.iter().zip(&path).map(|(y, path)| y - path * eta).collect();
        let sd = variance.sqrt();
        let low = self.end_of_optimality(&rest, &path, eta, -60.0 * sd);
        let high = self.end_of_optimality(&rest, &path, eta, 60.0 * sd).min(self.first_stage);
        truncated_upper(eta / sd, low / sd, high / sd) >= self.size
    }

    /// How far the statistic can move (with everything independent of it held fixed) until other weights become the best.
    ///
    /// Along `rest + path * t` the best value is convex and piecewise linear in `t` and equals `t` exactly where the weights
    /// at hand stay best; Newton's method from outside finds the end of that stretch in a few steps.
    fn end_of_optimality(&self, rest: &[f64], path: &[f64], eta: f64, reach: f64) -> f64 {
        let mut t = eta + reach;
        for _ in 0..100 {
            let y: Vec<f64> = rest.iter().zip(path).map(|(rest, path)| rest + path * t).collect();
            let (value, weights) = self.maximum(&y);
            if value <= t + 1e-9 * (1.0 + t.abs()) {
                // Nothing takes over within 60 standard deviations: no limit in effect.
                return if t == eta + reach { reach.signum() * f64::INFINITY } else { t };
            }
            let gap = 1.0 - dot(&weights, path);
            let next = dot(&weights, rest) / gap;
            if !next.is_finite() || (next - eta) * reach < 0.0 {
                return eta;
            }
            t = next;
        }
        t
    }
}

/// `P(Z > x | low <= Z <= high)` for a standard normal `Z` and `low <= x <= high`.
fn truncated_upper(x: f64, low: f64, high: f64) -> f64 {
    let tail = |value: f64| normal_cdf(-value);
    let whole = tail(low) - tail(high);
    if whole > 1e-290 {
        return ((tail(x) - tail(high)) / whole).clamp(0.0, 1.0);
    }
    // Far out the tail falls like exp(-z^2 / 2) / z.
    (0.5 * (low * low - x * x)).exp() * low / x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncated_tails() {
        assert!((truncated_upper(0.0, f64::NEG_INFINITY, f64::INFINITY) - 0.5).abs() < 1e-15);
        assert!((truncated_upper(1.0, 0.0, 2.0) - 0.284_767_2).abs() < 1e-6);
        let far = truncated_upper(40.1, 40.0, f64::INFINITY);
        assert!((far - (0.5_f64 * (1600.0 - 40.1 * 40.1)).exp() * 40.0 / 40.1).abs() < 1e-6);
    }
}
