use crate::{Matrix, Result, StatsError};

/// Distribution of the outcome given the random intercepts, with its usual link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Counts with variance equal to the mean; logarithmic link.
    Poisson,
    /// Counts with variance `mu + mu^2 / theta` (NB2); logarithmic link.
    NegativeBinomial,
    /// Successes in a known number of trials; logistic link.
    Binomial,
    /// Measurements with constant variance; identity link.
    Gaussian,
}

/// How the random intercepts are integrated out (not used for [`Family::Gaussian`], where the integral is known).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Integral {
    /// Laplace's approximation with the observed second derivative at the mode.
    Laplace,
    /// Adaptive Gauss-Hermite quadrature with this number of nodes.
    Quadrature(usize),
}

impl Default for Integral {
    fn default() -> Self {
        Self::Quadrature(25)
    }
}

/// Which groups the rows belong to; labels are any numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Groups<'a> {
    /// One random intercept for each label.
    One(&'a [usize]),
    /// A random intercept for each outer label and one for each pair of outer and inner labels.
    Nested {
        /// The larger groups.
        outer: &'a [usize],
        /// The groups within them; the same label in two outer groups means two groups.
        inner: &'a [usize],
    },
}

/// What a model with random intercepts is fitted to. Rows are observations.
#[derive(Debug, Clone, Copy)]
pub struct Data<'a> {
    /// Design matrix, one column a coefficient; an intercept is a column of ones.
    pub x: &'a Matrix,
    /// Outcome: counts, successes or measurements.
    pub y: &'a [f64],
    /// Known part of the linear predictor (logarithm of the exposure), zero where absent.
    pub offset: Option<&'a [f64]>,
    /// Prior weights that multiply the log-likelihood of a row (Gaussian: inverse of the relative variance); rows of
    /// weight zero count for nothing.
    pub weights: Option<&'a [f64]>,
    /// Trials of each row, for [`Family::Binomial`]; one each where absent.
    pub trials: Option<&'a [f64]>,
    /// Group labels.
    pub groups: Groups<'a>,
    /// Names of the columns; `x1`, `x2` and so on where the slice is empty.
    pub names: &'a [String],
}

/// Which likelihood of a Gaussian model is maximised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Likelihood {
    /// Restricted (residual) likelihood: variances corrected for the coefficients estimated.
    #[default]
    Restricted,
    /// Full likelihood, for likelihood-ratio tests between different coefficients.
    Full,
}

/// Settings of a fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Distribution of the outcome.
    pub family: Family,
    /// How random intercepts are integrated out.
    pub integral: Integral,
    /// Which likelihood, for Gaussian models.
    pub likelihood: Likelihood,
    /// The fit ends when the next Newton step is shorter than this, in standard errors.
    pub tolerance: f64,
    /// Most evaluations of the likelihood.
    pub evaluations: usize,
}

impl Options {
    /// Settings with 25 nodes of quadrature, restricted likelihood (Gaussian) and a tolerance of 1e-6 standard errors before
    /// the last step (which leaves about 1e-11).
    #[must_use]
    pub fn new(family: Family) -> Self {
        Self {
            family,
            integral: Integral::default(),
            likelihood: Likelihood::default(),
            tolerance: 1e-6,
            evaluations: 100,
        }
    }

    /// The same settings with this integral.
    #[must_use]
    pub fn integral(self, integral: Integral) -> Self {
        Self { integral, ..self }
    }

    /// The same settings with this likelihood.
    #[must_use]
    pub fn likelihood(self, likelihood: Likelihood) -> Self {
        Self { likelihood, ..self }
    }

    pub(super) fn check(&self) -> Result<()> {
        if !(self.tolerance > 0.0 && self.tolerance < 0.1) {
            return Err(StatsError::Setting("the tolerance of a fit must lie between 0 and 0.1".to_owned()));
        }
        if self.evaluations == 0 {
            return Err(StatsError::Setting("a fit needs at least one evaluation".to_owned()));
        }
        Ok(())
    }
}

impl Data<'_> {
    /// Names of the columns.
    pub(super) fn column_names(&self) -> Result<Vec<String>> {
        if self.names.is_empty() {
            return Ok((1..=self.x.ncols()).map(|j| format!("x{j}")).collect());
        }
        StatsError::check_length("the names of the columns", self.names.len(), self.x.ncols())?;
        Ok(self.names.to_vec())
    }

    /// Checks lengths, finiteness and ranges.
    pub(super) fn check(&self, family: Family) -> Result<()> {
        check_outcome(family, self.y, self.trials, self.x.nrows())?;
        if family != Family::Binomial && self.trials.is_some() {
            return Err(StatsError::Setting("trials belong to the binomial family alone".to_owned()));
        }
        Ok(())
    }
}

/// Checks the outcome of a family against its range.
pub(super) fn check_outcome(family: Family, y: &[f64], trials: Option<&[f64]>, rows: usize) -> Result<()> {
    StatsError::check_length("the outcome", y.len(), rows)?;
    StatsError::check_finite("the outcome", y)?;
    if family == Family::Gaussian {
        return Ok(());
    }
    let wrong = |what: &str, values: &[f64], reason, bad: &dyn Fn(usize) -> bool| match (0..values.len())
        .find(|i| bad(*i))
    {
        None => Ok(()),
        Some(at) => Err(StatsError::Value { what: what.to_owned(), row: at + 1, reason }),
    };
    wrong("the outcome", y, "is negative", &|i| y[i] < 0.0)?;
    wrong("the outcome", y, "is not a whole number", &|i| y[i] != y[i].trunc())?;
    if family == Family::Binomial {
        if let Some(trials) = trials {
            StatsError::check_length("the trials", trials.len(), rows)?;
            StatsError::check_finite("the trials", trials)?;
            wrong("the trials", trials, "are not a positive whole number", &|i| {
                trials[i] <= 0.0 || trials[i] != trials[i].trunc()
            })?;
        }
        wrong("the outcome", y, "is larger than the number of trials", &|i| {
            y[i] > trials.map_or(1.0, |trials| trials[i])
        })?;
    }
    Ok(())
}
