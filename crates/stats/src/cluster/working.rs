use super::Clusters;
use crate::{Matrix, Result, StatsError};

/// What the variance of an observation is taken to be when CR2 removes the bias of the sandwich.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The same for every row: least squares, with weights or without (clubSandwich's default for `lm`).
    Identity,
    /// One over the working weight: generalised linear models, and weights that are precisions (clubSandwich's default
    /// for `glm`, and `inverse_var = TRUE`).
    InverseWeights,
}

/// A linear or generalised linear fit as the sandwich sees it.
///
/// The score of row `i` is `weights[i] * residuals[i] * x[i, ]`. For least squares the residuals are `y - x beta` and the
/// weights those of the fit. For a generalised linear model they are the working weights `(dmu/deta)^2 / Var(mu)` (times
/// prior weights) and the working residuals `(y - mu) / (dmu/deta)` at the estimate.
#[derive(Debug, Clone)]
pub struct Working<'a> {
    /// Names of the coefficients.
    pub names: &'a [String],
    /// Estimates, one for each column of `x`.
    pub beta: &'a [f64],
    /// Design matrix, rows by coefficients; columns must be linearly independent.
    pub x: &'a Matrix,
    /// Working weights, not negative; `None` for all ones. Rows with weight zero take no part and are not counted.
    pub weights: Option<&'a [f64]>,
    /// Working residuals.
    pub residuals: &'a [f64],
    /// `(X' W X)^-1`.
    pub bread: &'a Matrix,
    /// Coefficients estimated beside those of `x` (absorbed factors); they count in the correction factors only.
    pub absorbed: usize,
    /// Working variance for CR2 and for the degrees of freedom.
    pub target: Target,
    /// `dmu/deta` of each row, for generalised linear models: the root of CR2 is then taken on the scale of the outcome
    /// (`I - H` of the responses), which is clubSandwich's choice for `glm`. It matters for CR2 only, and only where the
    /// weights differ within a cluster; `None` takes the root on the scale of the linear predictor.
    pub slopes: Option<&'a [f64]>,
}

impl Working<'_> {
    /// Checks lengths and values against one another and the clusters.
    ///
    /// # Errors
    /// [`StatsError::Shape`] or [`StatsError::Value`] with the first thing wrong.
    pub(crate) fn check(&self, clusters: &Clusters) -> Result<()> {
        let (n, p) = self.x.shape();
        if n == 0 || p == 0 {
            return Err(StatsError::TooFew { what: "rows or columns of the design", found: 0, needed: 1 });
        }
        StatsError::check_length("the names of the coefficients", self.names.len(), p)?;
        StatsError::check_length("the estimates", self.beta.len(), p)?;
        StatsError::check_length("the residuals", self.residuals.len(), n)?;
        StatsError::check_length("the clusters", clusters.len(), n)?;
        StatsError::check_length("the rows of the bread", self.bread.nrows(), p)?;
        StatsError::check_length("the columns of the bread", self.bread.ncols(), p)?;
        for j in 0..p {
            StatsError::check_finite(&self.names[j], self.x.column(j).as_slice())?;
        }
        StatsError::check_finite("the residuals", self.residuals)?;
        StatsError::check_finite("the estimates", self.beta)?;
        StatsError::check_finite("the bread", self.bread.as_slice())?;
        if let Some(weights) = self.weights {
            check_weights(weights, n)?;
        }
        if let Some(slopes) = self.slopes {
            StatsError::check_length("the slopes of the link", slopes.len(), n)?;
            StatsError::check_finite("the slopes of the link", slopes)?;
            if self.target == Target::Identity {
                return Err(StatsError::Setting(
                    "slopes of a link go with weights that are inverse variances, not with a constant variance".into(),
                ));
            }
        }
        Ok(())
    }

    /// Weight of a row.
    pub(super) fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }
}

/// Checks that there is one finite weight for each row, none negative and not all zero.
pub(crate) fn check_weights(weights: &[f64], rows: usize) -> Result<()> {
    StatsError::check_length("the weights", weights.len(), rows)?;
    StatsError::check_finite("the weights", weights)?;
    if let Some(row) = weights.iter().position(|weight| *weight < 0.0) {
        return Err(StatsError::Value { what: "the weights".into(), row: row + 1, reason: "is negative" });
    }
    if weights.iter().all(|weight| *weight == 0.0) {
        return Err(StatsError::NoAnswer("every weight is zero, so no row is left".into()));
    }
    Ok(())
}
