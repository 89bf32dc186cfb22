//! Joint tests that effects before treatment are zero, and what such a test could have found.

use serde::Serialize;

use crate::numeric::algebra::{dot, solve};
use crate::numeric::distributions::{chi_squared_quantile, chi_squared_upper, poisson_ln_pmf};
use crate::numeric::roots::bracketed;
use crate::{Estimates, Result, StatsError, Vector};

/// A Wald test of several coefficients at once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JointTest {
    /// `b' V^-1 b`.
    pub statistic: f64,
    /// Number of coefficients.
    pub df: usize,
    /// Upper tail of chi-squared with `df` degrees of freedom.
    pub p: f64,
}

impl JointTest {
    /// Tests that all these coefficients are zero.
    ///
    /// # Errors
    /// [`StatsError::NoAnswer`] without coefficients, [`StatsError::Singular`] if their covariance cannot be inverted.
    pub fn wald(estimates: &Estimates) -> Result<Self> {
        if estimates.beta.is_empty() {
            return Err(StatsError::NoAnswer(
                "there is no effect before treatment to test: only one period lies before it".to_owned(),
            ));
        }
        let beta = Vector::from_column_slice(&estimates.beta);
        let solved = solve(
            &estimates.covariance,
            &beta,
            "the covariance of the effects before treatment cannot be inverted: there are too few units or clusters for so many effects",
        )?;
        let statistic = dot(beta.as_slice(), solved.as_slice());
        let df = estimates.beta.len();
        Ok(Self { statistic, df, p: chi_squared_upper(statistic, df as f64) })
    }
}

/// What a joint pre-trend test could have found (Roth 2022, American Economic Review: Insights 4, 305-322).
///
/// A test that finds nothing is weak comfort where it would seldom find a trend that matters. If parallel trends fail by a
/// straight line of slope `s`, effects before treatment are `s (t - reference)` and the Wald statistic is noncentral
/// chi-squared with noncentrality `s^2 d' V^-1 d`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SlopePower {
    /// Size of the test.
    pub size: f64,
    /// Slope per unit of time that is found half of the time.
    pub slope_half: f64,
    /// Slope that is found with 80% probability.
    pub slope_eighty: f64,
}

impl SlopePower {
    /// From the effects before treatment and their distances in time from the reference.
    ///
    /// # Errors
    /// As [`JointTest::wald`]; [`StatsError::Setting`] for a size outside 0 to 1.
    pub fn new(before: &Estimates, distance: &[f64], size: f64) -> Result<Self> {
        StatsError::check_probability("the size of the test", size)?;
        StatsError::check_length("the distances in time", distance.len(), before.beta.len())?;
        let unit = JointTest::wald(&Estimates { beta: distance.to_vec(), ..before.clone() })?;
        let df = unit.df as f64;
        let critical = chi_squared_quantile(1.0 - size, df);
        let slope = |power: f64| {
            let needed =
                bracketed(0.0, 1000.0, 1e-10, 200, |lambda| noncentral_upper(critical, df, lambda) - power);
            (needed / unit.statistic).sqrt()
        };
        Ok(Self {
            size,
            slope_half: if size >= 0.5 { 0.0 } else { slope(0.5) },
            slope_eighty: if size >= 0.8 { 0.0 } else { slope(0.8) },
        })
    }
}

/// Upper tail of noncentral chi-squared: a Poisson mixture of central ones.
fn noncentral_upper(x: f64, df: f64, noncentrality: f64) -> f64 {
    let mean = 0.5 * noncentrality;
    let reach = 10.0 * mean.sqrt() + 40.0;
    let first = (mean - reach).max(0.0).floor() as usize;
    let last = (mean + reach).ceil() as usize;
    (first..=last)
        .map(|j| poisson_ln_pmf(j as f64, mean).exp() * chi_squared_upper(x, df + 2.0 * j as f64))
        .sum()
}
