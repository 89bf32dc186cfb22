//! The probability of being treated given covariates.

use crate::glm::{Family, GlmFit, Options, fit};
use crate::{Matrix, Result, StatsError};

/// Propensity scores (Rosenbaum and Rubin 1983).
#[derive(Debug, Clone)]
pub struct Propensity {
    /// Probability of each unit of being treated.
    pub score: Vec<f64>,
    /// Its logit, on which calipers and distances are usually taken.
    pub logit: Vec<f64>,
    /// The logistic regression.
    pub model: GlmFit,
}

/// Logistic regression of treatment on covariates (units x covariates, without a column of ones).
///
/// # Errors
/// [`StatsError::NoAnswer`] if all units or none are treated; otherwise as [`fit`]: separation means that some units have no
/// counterpart at all, and calipers or strata on single covariates should be used instead.
pub fn propensity(treated: &[bool], covariates: &Matrix, names: &[String]) -> Result<Propensity> {
    StatsError::check_length("the covariates", covariates.nrows(), treated.len())?;
    StatsError::check_length("the names of the covariates", names.len(), covariates.ncols())?;
    if treated.iter().all(|arm| *arm) || !treated.iter().any(|arm| *arm) {
        return Err(StatsError::NoAnswer(
            "there must be units with and without treatment for a propensity score".to_owned(),
        ));
    }
    let design = covariates.clone().insert_column(0, 1.0);
    let all: Vec<String> = std::iter::once("(intercept)".to_owned()).chain(names.iter().cloned()).collect();
    let outcome: Vec<f64> = treated.iter().map(|arm| f64::from(*arm)).collect();
    let model = fit(&design, &outcome, &Options::new(Family::Binomial).names(&all))?;
    Ok(Propensity { score: model.fitted.clone(), logit: model.linear.clone(), model })
}
