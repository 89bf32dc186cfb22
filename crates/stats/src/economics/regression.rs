//! Net benefit regression: increments adjusted for covariates, with covariance by clusters.

use std::collections::HashMap;

use serde::Serialize;

use crate::numeric::algebra::{cross_product, independent_columns, solve};
use crate::{Estimate, Matrix, Result, StatsError, Vector};

use super::increment::Increment;

/// Increments from two linear regressions with the same right-hand side, one of cost and one of effect.
///
/// The regression of the net benefit `threshold * e_i - c_i` on the same variables has `threshold * b_e - b_c` as its coefficient of
/// the arm and the variance that [`Increment`] gives at that threshold (Hoch, Briggs and Willan 2002): one fit serves every threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NetBenefitRegression {
    /// Adjusted increments with their cluster-robust covariance.
    pub increment: Increment,
    /// Number of clusters.
    pub clusters: usize,
    /// Degrees of freedom for intervals, the number of clusters less one.
    pub df: f64,
}

impl NetBenefitRegression {
    /// Coefficient of the arm in the regression of the net benefit at this threshold; Student's t with [`Self::df`].
    #[must_use]
    pub fn net_benefit(&self, threshold: f64, level: f64) -> Estimate {
        let normal = self.increment.net_benefit(threshold, level);
        Estimate::wald(&normal.name, normal.estimate, normal.standard_error, Some(self.df), level)
    }
}

/// Regresses cost and effect on the arm and covariates (rows x covariates, without a column of ones), least squares.
///
/// With `a_i` the row of `(X'X)^-1 X'` that gives the coefficient of the arm and residuals `r`, the covariance is
/// `f sum_g s_g s_g'`, `s_g = sum_{i in g} a_i (r_ci, r_ei)`, `f = G / (G - 1) * (N - 1) / (N - K)` (CR1).
///
/// # Errors
/// [`StatsError::Shape`], [`StatsError::Value`] for inputs of different lengths or missing values; [`StatsError::TooFew`] for fewer than two
/// clusters or no more rows than coefficients; [`StatsError::NoAnswer`] without rows in both arms; [`StatsError::Collinear`] for
/// covariates that the others determine.
pub fn regression(
    cost: &[f64],
    effect: &[f64],
    treated: &[bool],
    covariates: &Matrix,
    names: &[String],
    cluster: &[usize],
) -> Result<NetBenefitRegression> {
    let n = cost.len();
    for (what, length) in [
        ("the effects", effect.len()),
        ("the arms", treated.len()),
        ("the clusters", cluster.len()),
        ("the covariates", covariates.nrows()),
    ] {
        StatsError::check_length(what, length, n)?;
    }
    StatsError::check_length("the names of the covariates", names.len(), covariates.ncols())?;
    StatsError::check_finite("a cost", cost)?;
    StatsError::check_finite("an effect", effect)?;
    for (j, name) in names.iter().enumerate() {
        StatsError::check_finite(name, covariates.column(j).as_slice())?;
    }
    if treated.iter().all(|arm| *arm) || !treated.iter().any(|arm| *arm) {
        return Err(StatsError::NoAnswer("both arms must have rows to be compared".to_owned()));
    }
    let design = design(treated, covariates, names)?;
    let k = design.ncols();
    if n <= k {
        return Err(StatsError::TooFew { what: "rows", found: n, needed: k + 1 });
    }
    let cross = cross_product(&design, None);
    let singular = "the covariates of the net benefit regression are collinear";
    let mut unit = Vector::zeros(k);
    unit[1] = 1.0;
    let row = &design * solve(&cross, &unit, singular)?;
    let fit = |outcome: &[f64]| -> Result<(f64, Vector)> {
        let outcome = Vector::from_column_slice(outcome);
        let beta = solve(&cross, &(design.transpose() * &outcome), singular)?;
        Ok((beta[1], outcome - &design * beta))
    };
    let ((cost, cost_left), (effect, effect_left)) = (fit(cost)?, fit(effect)?);
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut scores: Vec<(f64, f64)> = Vec::new();
    for i in 0..n {
        let place = *places.entry(cluster[i]).or_insert_with(|| {
            scores.push((0.0, 0.0));
            scores.len() - 1
        });
        scores[place].0 += row[i] * cost_left[i];
        scores[place].1 += row[i] * effect_left[i];
    }
    let clusters = scores.len();
    if clusters < 2 {
        return Err(StatsError::TooFew { what: "clusters", found: clusters, needed: 2 });
    }
    let groups = clusters as f64;
    let factor = groups / (groups - 1.0) * (n as f64 - 1.0) / (n - k) as f64;
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| factor * scores.iter().map(of).sum::<f64>();
    Ok(NetBenefitRegression {
        increment: Increment {
            cost,
            effect,
            variance_cost: sum(&|s| s.0 * s.0),
            variance_effect: sum(&|s| s.1 * s.1),
            covariance: sum(&|s| s.0 * s.1),
        },
        clusters,
        df: groups - 1.0,
    })
}

/// Ones, the arm, and the covariates centred and scaled, which leaves the coefficient of the arm as it is.
fn design(treated: &[bool], covariates: &Matrix, names: &[String]) -> Result<Matrix> {
    let n = treated.len();
    let mut design = Matrix::from_element(n, covariates.ncols() + 2, 1.0);
    for (i, arm) in treated.iter().enumerate() {
        design[(i, 1)] = f64::from(*arm);
    }
    for (j, column) in covariates.column_iter().enumerate() {
        let mean = column.sum() / n as f64;
        let sd = (column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n as f64).sqrt();
        let scale = if sd > 1e-12 * mean.abs() { sd } else { f64::INFINITY };
        for i in 0..n {
            design[(i, j + 2)] = (column[i] - mean) / scale;
        }
    }
    let kept = independent_columns(&design, None, 1e-9);
    let lost: Vec<String> =
        (0..names.len()).filter(|j| !kept.contains(&(j + 2))).map(|j| names[j].clone()).collect();
    if lost.is_empty() { Ok(design) } else { Err(StatsError::Collinear(lost)) }
}
