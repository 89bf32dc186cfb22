//! How alike the arms are, before and after matching.

use serde::Serialize;

use crate::{Matrix, Result, StatsError};

/// The standard deviation by which differences of means are divided, always that of the units before matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Denominator {
    /// Of the treated.
    Treated,
    /// Of both arms, `sqrt((s_1^2 + s_0^2) / 2)`.
    Pooled,
}

/// Balance of one covariate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Balance {
    /// Weighted mean of the treated.
    pub treated: f64,
    /// Weighted mean of the others.
    pub control: f64,
    /// Difference of the means in standard deviations; `None` if the covariate does not vary but the means differ.
    pub standardised_difference: Option<f64>,
    /// Variance of the treated divided by that of the others; `None` for a covariate with at most two values or without variance.
    pub variance_ratio: Option<f64>,
    /// Largest distance between the arms' cumulative distributions (Kolmogorov and Smirnov).
    pub ecdf_maximum: f64,
    /// Mean distance between them over the distinct values.
    pub ecdf_mean: f64,
}

/// Balance of all covariates; also the points of a love plot: `|standardised_difference|` before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BalanceTable {
    /// Names of the covariates.
    pub names: Vec<String>,
    /// Before matching.
    pub before: Vec<Balance>,
    /// After, with the weights.
    pub after: Vec<Balance>,
    /// Number of treated and of other units before matching.
    pub sizes: (usize, usize),
    /// Effective sample sizes after matching, treated and others.
    pub effective_sizes: (f64, f64),
}

/// Kish's effective sample size `(sum w)^2 / sum w^2`; 0 without weight.
#[must_use]
pub fn effective_sample_size(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

/// Balance before and after matching. `covariates` are units x covariates (a category as one column for each level); `weights` are those of
/// the matching, zero for units that are not in it.
///
/// Weighted variances are `sum w (x - m)^2 / (sum w - sum w^2 / sum w)`.
///
/// # Errors
/// [`StatsError::Shape`], [`StatsError::Value`] for inputs that do not match, are missing, or weights that are negative;
/// [`StatsError::NoAnswer`] if an arm has no unit with weight.
pub fn balance(
    treated: &[bool],
    covariates: &Matrix,
    names: &[String],
    weights: &[f64],
    denominator: Denominator,
) -> Result<BalanceTable> {
    let n = treated.len();
    StatsError::check_length("the covariates", covariates.nrows(), n)?;
    StatsError::check_length("the names of the covariates", names.len(), covariates.ncols())?;
    StatsError::check_length("the weights", weights.len(), n)?;
    if let Some(at) = weights.iter().position(|w| !(*w >= 0.0 && w.is_finite())) {
        let reason = "must be zero or more";
        return Err(StatsError::Value { what: "a weight".to_owned(), row: at + 1, reason });
    }
    let of = |weights: &[f64], arm: bool| -> Vec<f64> {
        weights.iter().zip(treated).map(|(w, t)| if *t == arm { *w } else { 0.0 }).collect()
    };
    let ones = vec![1.0; n];
    let before_arms = [of(&ones, false), of(&ones, true)];
    let after_arms = [of(weights, false), of(weights, true)];
    if before_arms.iter().chain(&after_arms).any(|arm| arm.iter().sum::<f64>() <= 0.0) {
        return Err(StatsError::NoAnswer("an arm has no units, so there is nothing to balance".to_owned()));
    }
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (j, name) in names.iter().enumerate() {
        let column = covariates.column(j);
        let x = column.as_slice();
        StatsError::check_finite(name, x)?;
        let scale = deviation(x, &before_arms, denominator);
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|a, b| x[*a].total_cmp(&x[*b]));
        before.push(of_covariate(x, &order, &before_arms, scale));
        after.push(of_covariate(x, &order, &after_arms, scale));
    }
    let size = |arm: bool| treated.iter().filter(|t| **t == arm).count();
    Ok(BalanceTable {
        names: names.to_vec(),
        before,
        after,
        sizes: (size(true), size(false)),
        effective_sizes: (effective_sample_size(&after_arms[1]), effective_sample_size(&after_arms[0])),
    })
}

/// Weighted mean and, with more than one unit, weighted variance.
fn moments(x: &[f64], weights: &[f64]) -> (f64, Option<f64>) {
    let (mut sum, mut squares, mut mean) = (0.0, 0.0, 0.0);
    for (x, w) in x.iter().zip(weights) {
        sum += w;
        squares += w * w;
        mean += w * x;
    }
    mean /= sum;
    let divisor = sum - squares / sum;
    let spread: f64 = x.iter().zip(weights).map(|(x, w)| w * (x - mean).powi(2)).sum();
    (mean, (divisor > 1e-12 * sum).then(|| spread / divisor))
}

fn deviation(x: &[f64], arms: &[Vec<f64>; 2], denominator: Denominator) -> f64 {
    let [control, treated] = [0, 1].map(|arm| moments(x, &arms[arm]).1);
    let variance = match (denominator, treated, control) {
        (Denominator::Pooled, Some(a), Some(b)) => 0.5 * (a + b),
        (_, Some(a), _) => a,
        // A single treated unit has no variance; that of the others stands in.
        (_, None, Some(b)) => b,
        (_, None, None) => 0.0,
    };
    variance.sqrt()
}

fn of_covariate(x: &[f64], order: &[usize], arms: &[Vec<f64>; 2], scale: f64) -> Balance {
    let (control, control_variance) = moments(x, &arms[0]);
    let (treated, treated_variance) = moments(x, &arms[1]);
    let difference = treated - control;
    let standardised_difference =
        if scale > 0.0 { Some(difference / scale) } else { (difference == 0.0).then_some(0.0) };
    let totals = [arms[0].iter().sum::<f64>(), arms[1].iter().sum::<f64>()];
    let (mut gap, mut maximum, mut sum, mut distinct) = (0.0_f64, 0.0_f64, 0.0, 0);
    for (place, &i) in order.iter().enumerate() {
        gap += arms[1][i] / totals[1] - arms[0][i] / totals[0];
        if order.get(place + 1).is_none_or(|next| x[*next] != x[i]) {
            maximum = maximum.max(gap.abs());
            sum += gap.abs();
            distinct += 1;
        }
    }
    let variance_ratio = match (treated_variance, control_variance) {
        (Some(a), Some(b)) if distinct > 2 && b > 0.0 => Some(a / b),
        _ => None,
    };
    Balance {
        treated,
        control,
        standardised_difference,
        variance_ratio,
        ecdf_maximum: maximum,
        ecdf_mean: sum / f64::from(distinct),
    }
}
