use super::family::{Family, Link};
use crate::data::Collinear;
use crate::{Matrix, Result, StatsError};

/// What to fit and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options<'a> {
    /// Distribution of the outcome.
    pub family: Family,
    /// Link; `None` is [`Family::usual_link`].
    pub link: Option<Link>,
    /// Known part of the linear predictor, one value for each row.
    pub offset: Option<&'a [f64]>,
    /// Prior weights, not negative; rows of weight zero count for nothing, not even degrees of freedom. For a binomial outcome
    /// given as proportions (some strictly between 0 and 1) and without `trials`, they are the numbers of trials, as in R.
    pub weights: Option<&'a [f64]>,
    /// Binomial only: numbers of trials; the outcome is then the number of successes.
    pub trials: Option<&'a [f64]>,
    /// Names of the columns of `x`; without them they are called `x1`, `x2`, ...
    pub names: Option<&'a [String]>,
    /// Columns that earlier ones determine: an error (the default here), or left out and named in the remarks.
    pub collinear: Collinear,
    /// Coefficients at which to begin.
    pub start: Option<&'a [f64]>,
    /// The fit ends when the Newton step, in units of standard errors, is shorter than this.
    pub tolerance: f64,
    /// Most iterations.
    pub iterations: usize,
}

impl<'a> Options<'a> {
    /// The usual choices for this family.
    #[must_use]
    pub fn new(family: Family) -> Self {
        Self {
            family,
            link: None,
            offset: None,
            weights: None,
            trials: None,
            names: None,
            collinear: Collinear::Error,
            start: None,
            tolerance: 1e-10,
            iterations: 100,
        }
    }

    /// With this link.
    #[must_use]
    pub fn link(self, link: Link) -> Self {
        Self { link: Some(link), ..self }
    }

    /// With this offset.
    #[must_use]
    pub fn offset(self, offset: &'a [f64]) -> Self {
        Self { offset: Some(offset), ..self }
    }

    /// With these prior weights.
    #[must_use]
    pub fn weights(self, weights: &'a [f64]) -> Self {
        Self { weights: Some(weights), ..self }
    }

    /// With these numbers of trials.
    #[must_use]
    pub fn trials(self, trials: &'a [f64]) -> Self {
        Self { trials: Some(trials), ..self }
    }

    /// With these names of the columns.
    #[must_use]
    pub fn names(self, names: &'a [String]) -> Self {
        Self { names: Some(names), ..self }
    }

    /// Leaves out columns that earlier ones determine instead of ending with an error.
    #[must_use]
    pub fn drop_collinear(self) -> Self {
        Self { collinear: Collinear::Drop, ..self }
    }

    pub(super) fn link_used(&self) -> Link {
        self.link.unwrap_or_else(|| self.family.usual_link())
    }
}

/// Checked input in the form that the kernel takes: outcomes as means, trials multiplied into the weights.
pub(super) struct Problem<'a> {
    pub(super) x: &'a Matrix,
    pub(super) y: Vec<f64>,
    /// Prior weights; `None` where all are one.
    pub(super) weights: Option<Vec<f64>>,
    pub(super) offset: Option<&'a [f64]>,
    pub(super) family: Family,
    pub(super) link: Link,
    /// Numbers of trials behind proportions; the weights have them in them.
    pub(super) trials: Option<Vec<f64>>,
    /// Rows of positive weight.
    pub(super) rows: usize,
    pub(super) names: Vec<String>,
}

impl<'a> Problem<'a> {
    /// Checks everything that comes from outside.
    pub(super) fn new(x: &'a Matrix, y: &[f64], options: &Options<'a>) -> Result<Self> {
        let n = x.nrows();
        let family = options.family;
        if n == 0 || x.ncols() == 0 {
            return Err(StatsError::TooFew { what: "rows and columns of the design", found: 0, needed: 1 });
        }
        StatsError::check_length("the outcome", y.len(), n)?;
        StatsError::check_finite("the outcome", y)?;
        family.check(y, options.trials.is_some())?;
        check_link(family, options.link_used())?;
        if let Family::NegativeBinomial { theta } = family
            && !(theta > 0.0 && theta.is_finite())
        {
            return Err(StatsError::Setting(format!("theta must be positive and finite, and is {theta}")));
        }
        let names = names(x, options)?;
        check_columns(x, &names)?;
        if let Some(offset) = options.offset {
            StatsError::check_length("the offset", offset.len(), n)?;
            StatsError::check_finite("the offset", offset)?;
        }
        if let Some(weights) = options.weights {
            check_counts("the weights", weights, n)?;
        }
        let fractions = family.is_binomial() && y.iter().any(|y| *y > 0.0 && *y < 1.0);
        let trials = options.trials.or(if fractions { options.weights } else { None }).map(<[f64]>::to_vec);
        let (y, weights) = proportions(y, options, n)?;
        let rows =
            weights.as_ref().map_or(n, |weights| weights.iter().filter(|weight| **weight > 0.0).count());
        if rows == 0 {
            return Err(StatsError::TooFew { what: "rows of positive weight", found: 0, needed: 1 });
        }
        let link = options.link_used();
        Ok(Self { x, y, weights, offset: options.offset, family, link, trials, rows, names })
    }

    pub(super) fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[row])
    }

    /// True if a column is constant and not zero.
    pub(super) fn has_intercept(&self) -> bool {
        self.x.column_iter().any(|column| column[0] != 0.0 && column.iter().all(|value| *value == column[0]))
    }
}

/// Outcomes between 0 and 1 and weights with the trials in them.
fn proportions(y: &[f64], options: &Options<'_>, n: usize) -> Result<(Vec<f64>, Option<Vec<f64>>)> {
    let Some(trials) = options.trials else {
        return Ok((y.to_vec(), options.weights.map(<[f64]>::to_vec)));
    };
    if !options.family.is_binomial() {
        return Err(StatsError::Setting("numbers of trials belong to a binomial outcome".into()));
    }
    check_counts("the trials", trials, n)?;
    if let Some(row) = (0..n).find(|row| y[*row] < 0.0 || y[*row] > trials[*row]) {
        return Err(StatsError::Value {
            what: "the outcome".into(),
            row: row + 1,
            reason: "is negative or more than the trials",
        });
    }
    let shares = y.iter().zip(trials).map(|(y, m)| if *m == 0.0 { 0.0 } else { y / m }).collect();
    let weights = match options.weights {
        None => trials.to_vec(),
        Some(weights) => weights.iter().zip(trials).map(|(weight, m)| weight * m).collect(),
    };
    Ok((shares, Some(weights)))
}

fn check_counts(what: &str, values: &[f64], n: usize) -> Result<()> {
    StatsError::check_length("the weights or trials", values.len(), n)?;
    StatsError::check_finite(what, values)?;
    match values.iter().position(|value| *value < 0.0) {
        None => Ok(()),
        Some(at) => Err(StatsError::Value { what: what.to_owned(), row: at + 1, reason: "is negative" }),
    }
}

fn check_link(family: Family, link: Link) -> Result<()> {
    let fits = match family {
        Family::Gaussian => matches!(link, Link::Identity | Link::Log | Link::Inverse),
        Family::Binomial | Family::QuasiBinomial => {
            matches!(link, Link::Logit | Link::Probit | Link::CLogLog | Link::Log | Link::Identity)
        }
        Family::Poisson | Family::QuasiPoisson => matches!(link, Link::Log | Link::Identity | Link::Sqrt),
        Family::NegativeBinomial { .. } => matches!(link, Link::Log | Link::Identity | Link::Sqrt),
        Family::Gamma => matches!(link, Link::Inverse | Link::Log | Link::Identity),
    };
    if fits {
        return Ok(());
    }
    Err(StatsError::Setting(format!("the link {link:?} does not suit the family {family:?}")))
}

fn check_columns(x: &Matrix, names: &[String]) -> Result<()> {
    for (column, name) in x.column_iter().zip(names) {
        // A sum is finite only if all parts are, which is quicker than looking at each.
        let sum: f64 = column.iter().sum();
        if !sum.is_finite() {
            StatsError::check_finite(name, column.clone_owned().as_slice())?;
        }
    }
    Ok(())
}

fn names(x: &Matrix, options: &Options<'_>) -> Result<Vec<String>> {
    match options.names {
        None => Ok((1..=x.ncols()).map(|j| format!("x{j}")).collect()),
        Some(names) => {
            StatsError::check_length("the names of the columns", names.len(), x.ncols())?;
            Ok(names.to_vec())
        }
    }
}
