//! Joint tests that effects before treatment are zero, and what such a test could have found.

use serde::Serialize;

use crate::numeric::algebra::{dot, solve};
use crate::numeric::distributions::chi_squared_upper;
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
