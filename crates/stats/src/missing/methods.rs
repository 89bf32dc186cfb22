use rand_core::Rng;

use super::multinomial::draw_levels;
use super::predictors::Variable;
use crate::glm::{Family, Link, Options, fit};
use crate::numeric::algebra::cross_product;
use crate::random::Sample;
use crate::{Matrix, Result, StatsError, Vector};

/// How a variable is imputed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The value of a row drawn from those (`donors`, usually 5) whose predictions are nearest: keeps to values that occur (Little 1988).
    PredictiveMeanMatching {
        /// Rows to draw from.
        donors: usize,
    },
    /// Bayesian linear regression: coefficients and variance drawn from their posterior, then a normal value (Rubin 1987, p. 167).
    Normal,
    /// Logistic regression with coefficients drawn, for two levels; data augmented against separation (White, Daniel and Royston 2010).
    Logistic,
    /// Multinomial logistic regression with coefficients drawn, for several levels; augmented likewise.
    Multinomial,
}

impl Method {
    /// The usual method: matching for numbers, logistic for two levels, multinomial for more.
    pub(super) fn usual(variable: &Variable) -> Self {
        match variable.levels {
            0 => Self::PredictiveMeanMatching { donors: 5 },
            1 | 2 => Self::Logistic,
            _ => Self::Multinomial,
        }
    }

    pub(super) fn check(self, variable: &Variable) -> Result<()> {
        let fits = match self {
            Self::PredictiveMeanMatching { donors } => variable.levels == 0 && donors >= 1,
            Self::Normal => variable.levels == 0,
            Self::Logistic => (1..=2).contains(&variable.levels),
            Self::Multinomial => variable.levels >= 1,
        };
        if fits {
            return Ok(());
        }
        Err(StatsError::Setting(format!(
            "the method {self:?} does not suit the variable '{}'",
            variable.name
        )))
    }

    /// New values for the missing rows of a variable, from the predictors of all rows.
    pub(super) fn draw(self, variable: &Variable, x: &Matrix, g: &mut impl Rng) -> Result<Vec<f64>> {
        let known: Vec<f64> = variable.observed.iter().map(|row| variable.values[*row]).collect();
        if known.iter().all(|value| *value == known[0]) {
            return Ok(vec![known[0]; variable.missing.len()]);
        }
        let observed = x.select_rows(&variable.observed);
        let missing = x.select_rows(&variable.missing);
        match self {
            Self::PredictiveMeanMatching { donors } => {
                let draw = linear_draw(&observed, &known, g)?;
                let fitted = &observed * &draw.estimate;
                Ok(matched(fitted.as_slice(), &known, (&missing * &draw.drawn).as_slice(), donors, g))
            }
            Self::Normal => {
                let draw = linear_draw(&observed, &known, g)?;
                Ok((&missing * &draw.drawn).iter().map(|mean| mean + draw.deviation * g.normal()).collect())
            }
            Self::Logistic => logistic(&observed, &known, &missing, g),
            Self::Multinomial => draw_levels(&observed, &known, variable.levels, &missing, g),
        }
    }
}

/// Least squares and a draw from its posterior.
struct LinearDraw {
    estimate: Vector,
    drawn: Vector,
    deviation: f64,
}

const SINGULAR: &str = "the predictors of an imputation are collinear";

/// `sigma*^2 = RSS / chi^2_{n - p}`, `beta* = beta + sigma* (X'X)^-1/2 z` (Rubin 1987, p. 167).
fn linear_draw(x: &Matrix, y: &[f64], g: &mut impl Rng) -> Result<LinearDraw> {
    let factor = cross_product(x, None).cholesky().ok_or(StatsError::Singular(SINGULAR))?;
    let y = Vector::from_column_slice(y);
    let estimate = factor.solve(&x.tr_mul(&y));
    let squares = (&y - x * &estimate).norm_squared();
    let df = x.nrows().saturating_sub(x.ncols()).max(1) as f64;
    let deviation = (squares / (2.0 * g.gamma(0.5 * df))).sqrt();
    let drawn = &estimate + deviated(&factor.l(), deviation, g);
    Ok(LinearDraw { estimate, drawn, deviation })
}

/// `scale L^-T z`, whose covariance is `scale^2 (L L')^-1`.
pub(super) fn deviated(lower: &Matrix, scale: f64, g: &mut impl Rng) -> Vector {
    let z = Vector::from_fn(lower.nrows(), |_, _| scale * g.normal());
    lower.tr_solve_lower_triangular(&z).unwrap_or_else(|| Vector::zeros(lower.nrows()))
}

/// For each prediction a value drawn from the rows whose predictions are nearest: all at no more than the distance of the `donors`-th, so
/// that ties are equally likely.
fn matched(fitted: &[f64], values: &[f64], wanted: &[f64], donors: usize, g: &mut impl Rng) -> Vec<f64> {
    let mut order: Vec<usize> = (0..fitted.len()).collect();
    order.sort_by(|a, b| fitted[*a].total_cmp(&fitted[*b]).then(a.cmp(b)));
    let sorted: Vec<f64> = order.iter().map(|row| fitted[*row]).collect();
    let donors = donors.min(sorted.len());
    wanted
        .iter()
        .map(|target| {
            let at = sorted.partition_point(|value| value < target);
            let (mut low, mut high) = (at, at);
            while high - low < donors {
                let below = if low > 0 { target - sorted[low - 1] } else { f64::INFINITY };
                let above = if high < sorted.len() { sorted[high] - target } else { f64::INFINITY };
                if below <= above { low -= 1 } else { high += 1 }
            }
            let reach = (target - sorted[low]).max(sorted[high - 1] - target);
            let low = sorted.partition_point(|value| target - value > reach);
            let high = sorted.partition_point(|value| value - target <= reach).max(low + 1);
            let chosen = low as u64 + g.below((high - low) as u64);
            values[order[chosen as usize]]
        })
        .collect()
}

fn logistic(x: &Matrix, y: &[f64], missing: &Matrix, g: &mut impl Rng) -> Result<Vec<f64>> {
    let (augmented, outcomes, weights) = augmented(x, y, 2);
    let found = fit(&augmented, &outcomes, &Options::new(Family::Binomial).weights(&weights))?;
    let information = cross_product(&augmented, Some(&found.working.weights));
    let lower = information.cholesky().ok_or(StatsError::Singular(SINGULAR))?.l();
    let drawn = Vector::from_column_slice(&found.estimates.beta) + deviated(&lower, 1.0, g);
    let eta = missing * drawn;
    Ok(eta.iter().map(|eta| f64::from(u8::from(g.uniform() < Link::Logit.mean(*eta)))).collect())
}

/// A few rows of small weight for every predictor and outcome, one deviation to either side: with them every outcome occurs
/// everywhere, so that estimates are finite (White, Daniel and Royston 2010). Their weights sum to columns of the design.
pub(super) fn augmented(x: &Matrix, y: &[f64], levels: usize) -> (Matrix, Vec<f64>, Vec<f64>) {
    let (n, p) = x.shape();
    let extra = if p > 1 { 2 * (p - 1) * levels } else { levels };
    let mut wider = Matrix::zeros(n + extra, p);
    wider.rows_mut(0, n).copy_from(x);
    let mut outcomes = y.to_vec();
    let mut weights = vec![1.0; n];
    for k in 0..extra {
        wider[(n + k, 0)] = 1.0;
        if p > 1 {
            let column = 1 + k / (2 * levels);
            wider[(n + k, column)] = if (k / levels).is_multiple_of(2) { 1.0 } else { -1.0 };
        }
        outcomes.push((k % levels) as f64);
        weights.push(p as f64 / extra as f64);
    }
    (wider, outcomes, weights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Seed, fast};

    #[test]
    fn matching_draws_from_the_nearest_with_ties_equally_likely() {
        let fitted = [0.0, 1.0, 1.0, 1.0, 2.0, 5.0];
        let values = [10.0, 11.0, 12.0, 13.0, 14.0, 15.0];
        let mut g = fast(Seed::from_number(1), 0);
        let mut counts = [0; 6];
        for _ in 0..3000 {
            let drawn = matched(&fitted, &values, &[1.1], 2, &mut g)[0];
            counts[(drawn - 10.0) as usize] += 1;
        }
        assert_eq!((counts[0], counts[4], counts[5]), (0, 0, 0));
        assert!(counts[1..4].iter().all(|count| (900..1100).contains(count)), "{counts:?}");
        assert_eq!(matched(&fitted, &values, &[99.0], 1, &mut g), [15.0]);
        assert_eq!(matched(&fitted, &values, &[-99.0], 1, &mut g), [10.0]);
        assert!(matched(&fitted, &values, &[3.0], 50, &mut g)[0] >= 10.0);
    }

    /// Over many draws the coefficients have the mean and spread of their posterior (t with few degrees of freedom).
    #[test]
    fn draws_have_the_posterior_spread() {
        let mut g = fast(Seed::from_number(2), 0);
        let n = 60;
        let x = Matrix::from_fn(n, 2, |i, j| if j == 0 { 1.0 } else { (i as f64 - 29.5) / 10.0 });
        let y: Vec<f64> = (0..n).map(|i| 2.0 + 0.5 * x[(i, 1)] + g.normal()).collect();
        let draws: Vec<LinearDraw> = (0..20_000).map(|_| linear_draw(&x, &y, &mut g).unwrap()).collect();
        let estimate = draws[0].estimate[1];
        let mean = draws.iter().map(|draw| draw.drawn[1]).sum::<f64>() / 20_000.0;
        let variance = draws.iter().map(|draw| (draw.drawn[1] - mean).powi(2)).sum::<f64>() / 20_000.0;
        let fitted = &x * &draws[0].estimate;
        let squares: f64 = (0..n).map(|i| (y[i] - fitted[i]).powi(2)).sum();
        let inverse = cross_product(&x, None).try_inverse().unwrap()[(1, 1)];
        // E[sigma*^2] = RSS / (df - 2).
        let right = squares / 56.0 * inverse;
        assert!((mean - estimate).abs() < 5.0 * (right / 20_000.0).sqrt());
        assert!((variance / right - 1.0).abs() < 0.05, "{variance} {right}");
    }

    #[test]
    fn separated_levels_get_finite_draws() {
        let x = Matrix::from_fn(20, 2, |i, j| if j == 0 { 1.0 } else { (i as f64 - 9.5) / 5.77 });
        let y: Vec<f64> = (0..20).map(|i| f64::from(u8::from(i >= 10))).collect();
        let mut g = fast(Seed::from_number(3), 0);
        let mut wrong = 0;
        for _ in 0..400 {
            let drawn = logistic(&x, &y, &x, &mut g).unwrap();
            assert!(drawn.iter().all(|value| *value == 0.0 || *value == 1.0));
            wrong += drawn.iter().zip(&y).filter(|(drawn, y)| drawn != y).count();
        }
        // The augmented model has slope 3.1733 with standard error 1.2826, whose draws miss 3.17 of 20 on average.
        let mean = wrong as f64 / 400.0;
        assert!((2.8..4.2).contains(&mean), "{mean} of 20");
    }
}
