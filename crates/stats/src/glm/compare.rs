use serde::Serialize;

use super::result::GlmFit;
use crate::numeric::algebra::solve;
use crate::numeric::distributions::{chi_squared_upper, f_upper};
use crate::{Estimates, Matrix, Result, StatsError, Vector};

/// A test of several restrictions at once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Test {
    /// Chi-squared statistic, or F where there are denominator degrees of freedom.
    pub statistic: f64,
    /// Restrictions.
    pub df: f64,
    /// Degrees of freedom of the denominator of F; `None` is a chi-squared test.
    pub df_denominator: Option<f64>,
    /// P-value.
    pub p: f64,
}

/// Likelihood-ratio test of a model within a larger one, fitted to the same rows.
///
/// `2 (l1 - l0)` against chi-squared; where the dispersion is estimated, the F test of McCullagh and Nelder (1989, section 6.3)
/// as R's `anova(..., test = "F")`: `((D0 - D1) / df) / dispersion`, the dispersion that of the larger model.
///
/// # Errors
/// [`StatsError::Setting`] if the two are not fitted to the same outcome, or the first does not have more coefficients.
pub fn likelihood_ratio(larger: &GlmFit, smaller: &GlmFit) -> Result<Test> {
    if larger.response != smaller.response || larger.prior != smaller.prior {
        return Err(StatsError::Setting("the two models are fitted to different outcomes or weights".into()));
    }
    if larger.link != smaller.link
        || std::mem::discriminant(&larger.family) != std::mem::discriminant(&smaller.family)
    {
        return Err(StatsError::Setting("the two models have different families or links".into()));
    }
    let df = smaller.df_residual - larger.df_residual;
    if df <= 0.0 {
        return Err(StatsError::Setting(
            "the larger model must have more coefficients than the smaller".into(),
        ));
    }
    if larger.family.estimates_dispersion() {
        let statistic = ((smaller.deviance - larger.deviance) / df / larger.dispersion).max(0.0);
        let p = f_upper(statistic, df, larger.df_residual);
        return Ok(Test { statistic, df, df_denominator: Some(larger.df_residual), p });
    }
    let difference = match (larger.log_likelihood, smaller.log_likelihood) {
        (Some(one), Some(other)) => 2.0 * (one - other),
        _ => smaller.deviance - larger.deviance,
    };
    let statistic = difference.max(0.0);
    Ok(Test { statistic, df, df_denominator: None, p: chi_squared_upper(statistic, df) })
}

/// Wald test that these coefficients (by position) are all zero: chi-squared, or F where the estimates have degrees of freedom.
///
/// # Errors
/// [`StatsError::Setting`] for no coefficients or a position that is not there; [`StatsError::Singular`] if their covariance
/// cannot be inverted.
pub fn wald(estimates: &Estimates, positions: &[usize]) -> Result<Test> {
    if positions.is_empty() || positions.iter().any(|j| *j >= estimates.beta.len()) {
        return Err(StatsError::Setting("a Wald test needs positions of coefficients that are there".into()));
    }
    let k = positions.len();
    let beta = Vector::from_fn(k, |i, _| estimates.beta[positions[i]]);
    let covariance = Matrix::from_fn(k, k, |i, j| estimates.covariance[(positions[i], positions[j])]);
    // In units of standard errors, so that coefficients of very different size do not spoil the solution.
    let errors: Vec<f64> = (0..k).map(|i| covariance[(i, i)].sqrt()).collect();
    let scaled = Vector::from_fn(k, |i, _| beta[i] / errors[i]);
    let correlation = Matrix::from_fn(k, k, |i, j| covariance[(i, j)] / (errors[i] * errors[j]));
    let chi =
        scaled.dot(&solve(&correlation, &scaled, "the covariance of the coefficients tested is singular")?);
    let df = k as f64;
    Ok(match estimates.df {
        None => Test { statistic: chi, df, df_denominator: None, p: chi_squared_upper(chi, df) },
        Some(denominator) => Test {
            statistic: chi / df,
            df,
            df_denominator: Some(denominator),
            p: f_upper(chi / df, df, denominator),
        },
    })
}
