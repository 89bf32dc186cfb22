use super::Factor;
use crate::cluster::check_weights;
use crate::{Matrix, Result, StatsError};

/// A regression with absorbed factors. Rows are observations.
#[derive(Debug, Clone, Copy)]
pub struct Problem<'a> {
    /// Outcome.
    pub y: &'a [f64],
    /// Regressors, without an intercept (it is absorbed too).
    pub x: &'a Matrix,
    /// Names of the columns of `x`.
    pub names: &'a [String],
    /// Factors to absorb, at least one.
    pub factors: &'a [Factor],
    /// Weights of the rows, not negative; `None` for all ones. Rows with weight zero are left out.
    pub weights: Option<&'a [f64]>,
    /// Known part of the linear predictor; `None` for none.
    pub offset: Option<&'a [f64]>,
}

/// How the work is done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Keep levels with a single row. They add nothing to the slopes and make standard errors look smaller than they
    /// are (Correia 2015), so that the default is to leave them out and say so.
    pub keep_singletons: bool,
    /// Relative size of what absorption may leave behind.
    pub tolerance: f64,
    /// Most steps of conjugate gradients for one column, and most steps of Newton's method.
    pub iterations: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { keep_singletons: false, tolerance: 1e-12, iterations: 10_000 }
    }
}

impl Problem<'_> {
    pub(super) fn check(&self) -> Result<()> {
        let (n, p) = self.x.shape();
        if n == 0 {
            return Err(StatsError::TooFew { what: "rows", found: 0, needed: 1 });
        }
        StatsError::check_length("the outcome", self.y.len(), n)?;
        StatsError::check_length("the names of the regressors", self.names.len(), p)?;
        StatsError::check_finite("the outcome", self.y)?;
        for j in 0..p {
            StatsError::check_finite(&self.names[j], self.x.column(j).as_slice())?;
        }
        if self.factors.is_empty() {
            return Err(StatsError::Setting(
                "there is no factor to absorb; fit a plain model instead".into(),
            ));
        }
        for factor in self.factors {
            StatsError::check_length("the rows of an absorbed factor", factor.codes().len(), n)?;
        }
        if let Some(weights) = self.weights {
            check_weights(weights, n)?;
        }
        if let Some(offset) = self.offset {
            StatsError::check_length("the offset", offset.len(), n)?;
            StatsError::check_finite("the offset", offset)?;
        }
        Ok(())
    }
}

impl Options {
    pub(super) fn check(&self) -> Result<()> {
        if !(self.tolerance > 0.0 && self.tolerance < 1e-2) || self.iterations == 0 {
            return Err(StatsError::Setting(
                "the tolerance of absorption lies between 0 and 0.01, and there is at least one step".into(),
            ));
        }
        Ok(())
    }
}
