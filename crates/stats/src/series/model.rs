use serde::Serialize;

use super::hac::{Lag, newey_west};
use super::{Ar1, Design};
use crate::glm::{Family, GlmFit, Options, fit, fit_negative_binomial};
use crate::{Estimates, Matrix, Result, StatsError};

/// Distribution of the outcome of a [`segmented`] regression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Outcome {
    /// Normal, identity link.
    Gaussian,
    /// Poisson counts, log link.
    Poisson,
    /// Counts with variance in proportion to the mean, log link.
    QuasiPoisson,
    /// Negative binomial (NB2) with `theta` estimated, log link.
    NegativeBinomial,
}

/// How the standard errors of a [`segmented`] regression allow for what the model leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covariance {
    /// They do not: observations are independent and the variance is that of the family.
    Model,
    /// Newey and West's, for autocorrelation and any variance.
    NeweyWest {
        /// Number of lags.
        lag: Lag,
        /// Times `n / (n - p)`.
        small_sample: bool,
    },
}

/// A fitted interrupted time series.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesFit {
    /// The design.
    pub design: Design,
    /// Coefficients; on the log scale for counts. Normal outcomes have `n - p` degrees of freedom, counts the normal
    /// distribution.
    pub estimates: Estimates,
    /// True if the mean is the exponential of the linear predictor.
    pub log_link: bool,
    /// Fitted means of the fitted rows.
    pub fitted: Vec<f64>,
    /// Residuals of the fitted rows: observed less fitted; for autoregressive errors before whitening.
    pub residuals: Vec<f64>,
    /// Residuals for tests of autocorrelation: Pearson's for counts, innovations for autoregressive errors.
    pub whitened: Vec<f64>,
    /// Lags of the Newey-West covariance.
    pub lags: Option<usize>,
    /// The autoregression of the errors.
    pub autoregression: Option<Ar1>,
    /// Residual variance (normal outcomes: of the errors or innovations) or dispersion.
    pub dispersion: f64,
    /// Shape of the negative binomial.
    pub theta: Option<f64>,
    /// Log-likelihood, where there is one.
    pub log_likelihood: Option<f64>,
    /// What the reader should know.
    pub remarks: Vec<String>,
    pub(super) offset: Option<Vec<f64>>,
    pub(super) observed: Vec<f64>,
}

/// Segmented regression by a generalised linear model.
///
/// `y` and `offset` have one value for each row given to the design, those of an embedding period included (they may not be
/// missing there either, but are not used).
///
/// # Errors
/// [`StatsError::Shape`] for another length; those of [`crate::glm::fit`].
pub fn segmented(
    design: &Design,
    y: &[f64],
    offset: Option<&[f64]>,
    outcome: Outcome,
    covariance: Covariance,
) -> Result<SeriesFit> {
    let (fitted_y, fitted_offset) = inputs(design, y, offset)?;
    let family = match outcome {
        Outcome::Gaussian => Family::Gaussian,
        Outcome::QuasiPoisson => Family::QuasiPoisson,
        Outcome::Poisson | Outcome::NegativeBinomial => Family::Poisson,
    };
    let mut options = Options::new(family).names(&design.names);
    if let Some(offset) = &fitted_offset {
        options = options.offset(offset);
    }
    let (glm, theta, log_likelihood) = if outcome == Outcome::NegativeBinomial {
        let found = fit_negative_binomial(&design.x, &fitted_y, &options)?;
        let log_likelihood = found.log_likelihood;
        (found.glm, Some(found.theta), Some(log_likelihood))
    } else {
        let found = fit(&design.x, &fitted_y, &options)?;
        let log_likelihood = found.log_likelihood;
        (found, None, log_likelihood)
    };
    let mut estimates = glm.estimates.clone();
    let mut lags = None;
    let mut remarks = glm.convergence.remarks.clone();
    if let Covariance::NeweyWest { lag, small_sample } = covariance {
        let times = design.series().iter().map(Vec::len).max().unwrap_or(0);
        let used = lag.lags(times)?;
        estimates.covariance =
            newey_west(design, &scores(design, &glm), &glm.working.bread, used, small_sample);
        lags = Some(used);
        if times < 30 {
            remarks.push(format!(
                "Newey-West standard errors are too small in short series, and this one has {times} times"
            ));
        }
    } else if outcome == Outcome::Poisson && glm.df_residual > 0.0 && glm.pearson / glm.df_residual > 1.5 {
        remarks.push(format!(
            "the counts vary {:.2} times as much as a Poisson's, so these standard errors are too small; take quasi-Poisson",
            glm.pearson / glm.df_residual
        ));
    }
    let residuals = fitted_y.iter().zip(&glm.fitted).map(|(y, mean)| y - mean).collect();
    Ok(SeriesFit {
        design: design.clone(),
        estimates,
        log_link: outcome != Outcome::Gaussian,
        residuals,
        whitened: glm.pearson_residuals(),
        fitted: glm.fitted,
        lags,
        autoregression: None,
        dispersion: glm.dispersion,
        theta,
        log_likelihood,
        remarks,
        offset: offset.map(<[f64]>::to_vec),
        observed: y.to_vec(),
    })
}

/// Scores of the rows: `W_t r_t x_t`.
fn scores(design: &Design, glm: &GlmFit) -> Matrix {
    Matrix::from_fn(design.x.nrows(), design.x.ncols(), |row, column| {
        glm.working.weights[row] * glm.working.residuals[row] * design.x[(row, column)]
    })
}

/// The values of the fitted rows, checked.
pub(super) fn inputs(
    design: &Design,
    y: &[f64],
    offset: Option<&[f64]>,
) -> Result<(Vec<f64>, Option<Vec<f64>>)> {
    let n = design.time.len();
    StatsError::check_length("the outcome", y.len(), n)?;
    StatsError::check_finite("the outcome", y)?;
    let pick = |values: &[f64]| -> Vec<f64> { design.rows.iter().map(|&row| values[row]).collect() };
    let offset = match offset {
        None => None,
        Some(offset) => {
            StatsError::check_length("the offset", offset.len(), n)?;
            StatsError::check_finite("the offset", offset)?;
            Some(pick(offset))
        }
    };
    Ok((pick(y), offset))
}
