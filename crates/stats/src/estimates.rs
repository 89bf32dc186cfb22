use serde::Serialize;

use crate::numeric::distributions::{normal_cdf, normal_quantile, t_quantile, t_two_sided};
use crate::{Matrix, Result, StatsError};

/// One coefficient with its uncertainty, on the scale of the model (logarithms for rates and odds).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// Name of the coefficient.
    pub name: String,
    /// Point estimate.
    pub estimate: f64,
    /// Standard error.
    pub standard_error: f64,
    /// Estimate divided by its standard error.
    pub statistic: f64,
    /// Degrees of freedom of the reference distribution; `None` is the normal distribution.
    pub df: Option<f64>,
    /// Two-sided p-value of the hypothesis that the coefficient is zero.
    pub p: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Estimate {
    /// An estimate with the Wald interval of this level, by Student's t with `df` degrees of freedom or, without, by the
    /// normal distribution.
    #[must_use]
    pub fn wald(name: &str, estimate: f64, standard_error: f64, df: Option<f64>, level: f64) -> Self {
        let statistic = estimate / standard_error;
        let (p, half) = match df {
            Some(df) => (t_two_sided(statistic, df), t_quantile(0.5 + level / 2.0, df) * standard_error),
            None => (2.0 * normal_cdf(-statistic.abs()), normal_quantile(0.5 + level / 2.0) * standard_error),
        };
        Self {
            name: name.to_owned(),
            estimate,
            standard_error,
            statistic,
            df,
            p,
            low: estimate - half,
            high: estimate + half,
        }
    }
}

/// Coefficients and their covariance: what every model has in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    /// Names, one for each coefficient.
    pub names: Vec<String>,
    /// Point estimates.
    pub beta: Vec<f64>,
    /// Covariance matrix, square, in the order of the names.
    pub covariance: Matrix,
    /// Degrees of freedom for tests of one coefficient; `None` is the normal distribution.
    pub df: Option<f64>,
}

impl Estimates {
    /// Standard errors: the square roots of the diagonal of the covariance.
    #[must_use]
    pub fn standard_errors(&self) -> Vec<f64> {
        (0..self.beta.len()).map(|j| self.covariance[(j, j)].sqrt()).collect()
    }

    /// Position of a coefficient.
    ///
    /// # Errors
    /// [`StatsError::Setting`] naming the coefficients that there are.
    pub fn position(&self, name: &str) -> Result<usize> {
        self.names.iter().position(|known| known == name).ok_or_else(|| {
            StatsError::Setting(format!(
                "there is no coefficient '{name}'; there are {}",
                self.names.join(", ")
            ))
        })
    }

    /// All coefficients with Wald intervals of this level.
    #[must_use]
    pub fn table(&self, level: f64) -> Vec<Estimate> {
        let errors = self.standard_errors();
        (0..self.beta.len())
            .map(|j| Estimate::wald(&self.names[j], self.beta[j], errors[j], self.df, level))
            .collect()
    }

    /// A linear combination of coefficients, `sum_j weights[j] * beta[j]`, with its standard error.
    ///
    /// # Errors
    /// [`StatsError::Shape`] if there is not one weight for each coefficient.
    pub fn combination(&self, name: &str, weights: &[f64], level: f64) -> Result<Estimate> {
        StatsError::check_length("the weights of a combination", weights.len(), self.beta.len())?;
        let mut value = 0.0;
        let mut variance = 0.0;
        for i in 0..weights.len() {
            value += weights[i] * self.beta[i];
            for j in 0..weights.len() {
                variance += weights[i] * self.covariance[(i, j)] * weights[j];
            }
        }
        Ok(Estimate::wald(name, value, variance.max(0.0).sqrt(), self.df, level))
    }
}

/// How an iterative fit ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Convergence {
    /// True if the tolerance was reached.
    pub converged: bool,
    /// Iterations done.
    pub iterations: usize,
    /// Largest absolute element of the gradient (or the last relative change, where a method has no gradient).
    pub gradient: f64,
    /// What a reader should know: a boundary reached, a variable dropped, a step halved to the end.
    pub remarks: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wald_interval_with_few_degrees_of_freedom_is_wider() {
        let normal = Estimate::wald("x", 1.0, 0.5, None, 0.95);
        assert!((normal.low - 0.020_018_007_729_972_97).abs() < 1e-14);
        let few = Estimate::wald("x", 1.0, 0.5, Some(6.0), 0.95);
        assert!((few.high - (1.0 + 0.5 * 2.446_911_851_144_968)).abs() < 1e-12);
        assert!(few.p > normal.p);
    }

    #[test]
    fn a_combination_uses_the_covariances() {
        let fit = Estimates {
            names: vec!["a".into(), "b".into()],
            beta: vec![1.0, 2.0],
            covariance: Matrix::from_row_slice(2, 2, &[0.04, 0.01, 0.01, 0.09]),
            df: None,
        };
        let difference = fit.combination("b - a", &[-1.0, 1.0], 0.95).unwrap();
        assert!((difference.estimate - 1.0).abs() < 1e-15);
        assert!((difference.standard_error - 0.11_f64.sqrt()).abs() < 1e-15);
        assert!(fit.combination("?", &[1.0], 0.95).is_err());
    }
}
