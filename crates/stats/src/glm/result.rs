use super::basis::Basis;
use super::family::{Family, Link};
use super::fit::{End, solve};
use super::kernel::linear_predictor;
use super::options::{Options, Problem};
use crate::numeric::algebra::inverse;
use crate::numeric::distributions::LN_SQRT_2PI;
use crate::{Convergence, Estimate, Estimates, Matrix, Result, StatsError, Vector};

/// What a robust (sandwich) covariance is made of: `bread * (sum of outer products of score sums) * bread`.
///
/// The score of row `i` is `weights[i] * residuals[i] * x_i`; the dispersion cancels. For links that are not canonical the bread
/// is that of the expected information, as in R's `vcov`.
#[derive(Debug, Clone, PartialEq)]
pub struct Working {
    /// `W_i = a_i mu'_i^2 / V(mu_i)`; zero in rows of weight zero.
    pub weights: Vec<f64>,
    /// `(y_i - mu_i) / mu'_i`.
    pub residuals: Vec<f64>,
    /// `(X' W X)^-1` for the columns that were kept, dispersion one.
    pub bread: Matrix,
}

/// A fitted generalised linear model.
#[derive(Debug, Clone, PartialEq)]
pub struct GlmFit {
    /// Family.
    pub family: Family,
    /// Link.
    pub link: Link,
    /// Coefficients with the model-based covariance (expected information, times the dispersion).
    pub estimates: Estimates,
    /// Columns of the design that are in the model (all, unless collinear ones were dropped).
    pub kept: Vec<usize>,
    /// Names of the columns that were dropped because others determine them.
    pub dropped: Vec<String>,
    /// Fitted means (for binomial outcomes: probabilities), one for each row.
    pub fitted: Vec<f64>,
    /// Linear predictor with the offset.
    pub linear: Vec<f64>,
    /// Outcomes (for binomial outcomes with trials: proportions).
    pub response: Vec<f64>,
    /// Prior weights with the trials in them; `None` where all are one.
    pub prior: Option<Vec<f64>>,
    /// For robust covariances.
    pub working: Working,
    /// Rows of positive weight.
    pub rows: usize,
    /// Rows less coefficients.
    pub df_residual: f64,
    /// Rows less one if the design has a constant column, otherwise rows.
    pub df_null: f64,
    /// Deviance.
    pub deviance: f64,
    /// Deviance of the model with an intercept (if the design has a constant column) and the offset alone.
    pub null_deviance: f64,
    /// Pearson's chi-squared.
    pub pearson: f64,
    /// Dispersion in the covariance: one, or Pearson's chi-squared by the residual degrees of freedom.
    pub dispersion: f64,
    /// Log-likelihood with all constants; `None` for quasi families. Gaussian and gamma: at the dispersion that R's `logLik` uses.
    pub log_likelihood: Option<f64>,
    /// Akaike's criterion, the dispersion counted as a parameter where there is one; `None` for quasi families.
    pub aic: Option<f64>,
    /// How the iterations ended.
    pub convergence: Convergence,
}

impl GlmFit {
    pub(super) fn new(problem: &Problem<'_>, basis: &Basis, end: End) -> Result<Self> {
        let beta = basis.coefficients(&end.gamma);
        let unscaled =
            inverse(&end.evaluation.information, "the information matrix of the model is singular")?;
        let bread = basis.covariance(&unscaled);
        let rows = Rows::new(problem, basis.matrix(problem), &end.gamma);
        let df_residual = (problem.rows - basis.kept.len()) as f64;
        let pearson = end.evaluation.pearson;
        let estimated = problem.family.estimates_dispersion();
        let dispersion = if !estimated {
            1.0
        } else if df_residual > 0.0 {
            pearson / df_residual
        } else {
            f64::NAN
        };
        let mut convergence = end.convergence;
        let dropped: Vec<String> = (0..problem.x.ncols())
            .filter(|j| !basis.kept.contains(j))
            .map(|j| problem.names[j].clone())
            .collect();
        if !dropped.is_empty() {
            convergence
                .remarks
                .push(format!("left out because the other columns determine them: {}", dropped.join(", ")));
        }
        let log_likelihood = log_likelihood(problem, &rows.fitted, rows.deviance);
        let parameters = basis.kept.len() as f64 + f64::from(u8::from(estimated));
        let covariance = &bread * dispersion;
        Ok(Self {
            family: problem.family,
            link: problem.link,
            estimates: Estimates {
                names: basis.kept.iter().map(|j| problem.names[*j].clone()).collect(),
                beta: beta.as_slice().to_vec(),
                covariance,
                df: estimated.then_some(df_residual),
            },
            kept: basis.kept.clone(),
            dropped,
            fitted: rows.fitted,
            linear: rows.linear,
            working: Working { weights: rows.weights, residuals: rows.residuals, bread },
            rows: problem.rows,
            df_residual,
            df_null: (problem.rows - usize::from(problem.has_intercept())) as f64,
            deviance: rows.deviance,
            null_deviance: null_deviance(problem)?,
            pearson,
            dispersion,
            aic: log_likelihood.map(|value| 2.0 * parameters - 2.0 * value),
            log_likelihood,
            response: problem.y.clone(),
            prior: problem.weights.clone(),
            convergence,
        })
    }

    /// Coefficients with Wald intervals of this level.
    #[must_use]
    pub fn table(&self, level: f64) -> Vec<Estimate> {
        self.estimates.table(level)
    }

    /// Coefficients that the log-likelihood has, the dispersion included where it is estimated.
    #[must_use]
    pub fn parameters(&self) -> f64 {
        self.kept.len() as f64 + f64::from(u8::from(self.family.estimates_dispersion()))
    }

    /// Deviance residuals: signed roots of each row's part of the deviance.
    #[must_use]
    pub fn deviance_residuals(&self) -> Vec<f64> {
        self.each(|y, mu, weight| (weight * self.family.unit_deviance(y, mu)).sqrt().copysign(y - mu))
    }

    /// Pearson residuals, `(y - mu) sqrt(a / V(mu))`.
    #[must_use]
    pub fn pearson_residuals(&self) -> Vec<f64> {
        self.each(|y, mu, weight| (y - mu) * (weight / self.family.variance(mu)).sqrt())
    }

    fn each(&self, value: impl Fn(f64, f64, f64) -> f64) -> Vec<f64> {
        (0..self.fitted.len()).map(|i| value(self.response[i], self.fitted[i], self.weight(i))).collect()
    }

    fn weight(&self, row: usize) -> f64 {
        self.prior.as_ref().map_or(1.0, |prior| prior[row])
    }

    /// Leverages, the diagonal of `W^1/2 X (X'WX)^-1 X' W^1/2`; `x` is the design that was fitted.
    ///
    /// # Errors
    /// [`StatsError::Shape`] if `x` has other rows or columns than the design.
    pub fn leverage(&self, x: &Matrix) -> Result<Vec<f64>> {
        StatsError::check_length("the rows of the design", x.nrows(), self.fitted.len())?;
        StatsError::check_length(
            "the columns of the design",
            x.ncols(),
            self.kept.len() + self.dropped.len(),
        )?;
        let spread = if self.dropped.is_empty() {
            x * &self.working.bread
        } else {
            x.select_columns(&self.kept) * &self.working.bread
        };
        let mut leverage = vec![0.0; x.nrows()];
        for (place, j) in self.kept.iter().enumerate() {
            for (row, to) in leverage.iter_mut().enumerate() {
                *to += x[(row, *j)] * spread[(row, place)];
            }
        }
        leverage.iter_mut().zip(&self.working.weights).for_each(|(to, weight)| *to *= weight);
        Ok(leverage)
    }

    /// Linear predictor for other rows; `x` has the columns of the design that was fitted.
    ///
    /// # Errors
    /// [`StatsError::Shape`] for another number of columns or an offset of another length.
    pub fn predict_linear(&self, x: &Matrix, offset: Option<&[f64]>) -> Result<Vec<f64>> {
        StatsError::check_length(
            "the columns of the design",
            x.ncols(),
            self.kept.len() + self.dropped.len(),
        )?;
        if let Some(offset) = offset {
            StatsError::check_length("the offset", offset.len(), x.nrows())?;
        }
        let mut all = Vector::zeros(x.ncols());
        for (place, j) in self.kept.iter().enumerate() {
            all[*j] = self.estimates.beta[place];
        }
        let mut eta = vec![0.0; x.nrows()];
        linear_predictor(x, &all, offset, 0, &mut eta);
        Ok(eta)
    }

    /// Means for other rows.
    ///
    /// # Errors
    /// As [`GlmFit::predict_linear`].
    pub fn predict(&self, x: &Matrix, offset: Option<&[f64]>) -> Result<Vec<f64>> {
        Ok(self.predict_linear(x, offset)?.into_iter().map(|eta| self.link.mean(eta)).collect())
    }
}

/// What the fit keeps of every row.
struct Rows {
    linear: Vec<f64>,
    fitted: Vec<f64>,
    weights: Vec<f64>,
    residuals: Vec<f64>,
    deviance: f64,
}

impl Rows {
    fn new(problem: &Problem<'_>, matrix: &Matrix, gamma: &Vector) -> Self {
        let n = matrix.nrows();
        let mut linear = vec![0.0; n];
        linear_predictor(matrix, gamma, problem.offset, 0, &mut linear);
        let mut fitted = vec![0.0; n];
        let mut weights = vec![0.0; n];
        let mut residuals = vec![0.0; n];
        let mut deviance = 0.0;
        for row in 0..n {
            let eta = linear[row];
            let mu = problem.link.mean(eta);
            let slope = if problem.link == Link::Log { mu } else { problem.link.slope(eta) };
            let prior = problem.weight(row);
            fitted[row] = mu;
            residuals[row] = (problem.y[row] - mu) / slope;
            if prior > 0.0 {
                weights[row] = prior * slope * slope / problem.family.variance(mu);
                deviance += prior * problem.family.unit_deviance(problem.y[row], mu);
            }
        }
        Self { linear, fitted, weights, residuals, deviance }
    }
}

fn log_likelihood(problem: &Problem<'_>, fitted: &[f64], deviance: f64) -> Option<f64> {
    let positive = || (0..fitted.len()).filter(|row| problem.weight(*row) > 0.0);
    let sum = |dispersion: f64| {
        positive()
            .map(|row| {
                let trials = problem.trials.as_ref().map(|trials| trials[row]);
                let weight = problem.weight(row);
                problem.family.log_density(problem.y[row], fitted[row], weight, trials, dispersion)
            })
            .sum::<f64>()
    };
    match problem.family {
        Family::QuasiBinomial | Family::QuasiPoisson => None,
        Family::Gaussian => {
            let n = problem.rows as f64;
            let logs: f64 = positive().map(|row| problem.weight(row).ln()).sum();
            Some(-n * (LN_SQRT_2PI + 0.5 * (deviance / n).ln() + 0.5) + 0.5 * logs)
        }
        Family::Gamma => {
            let total: f64 = positive().map(|row| problem.weight(row)).sum();
            Some(sum(deviance / total))
        }
        _ => Some(sum(1.0)),
    }
}

/// Deviance of the model without covariates: the weighted mean, or with an offset a fit of the intercept alone.
fn null_deviance(problem: &Problem<'_>) -> Result<f64> {
    let n = problem.y.len();
    let deviance = |mean: &dyn Fn(usize) -> f64| -> f64 {
        (0..n)
            .filter(|row| problem.weight(*row) > 0.0)
            .map(|row| problem.weight(row) * problem.family.unit_deviance(problem.y[row], mean(row)))
            .sum()
    };
    let Some(offset) = problem.offset else {
        if !problem.has_intercept() {
            let mean = problem.link.mean(0.0);
            return Ok(deviance(&|_| mean));
        }
        let total: f64 = (0..n).map(|row| problem.weight(row)).sum();
        let mean = (0..n).map(|row| problem.weight(row) * problem.y[row]).sum::<f64>() / total;
        return Ok(deviance(&|_| mean));
    };
    if !problem.has_intercept() {
        return Ok(deviance(&|row| problem.link.mean(offset[row])));
    }
    if problem.family.is_count()
        && problem.link == Link::Log
        && !matches!(problem.family, Family::NegativeBinomial { .. })
    {
        // One rate for all, which has a closed form.
        let (mut events, mut exposure) = (0.0, 0.0);
        for row in 0..n {
            events += problem.weight(row) * problem.y[row];
            exposure += problem.weight(row) * offset[row].exp();
        }
        return Ok(deviance(&|row| events / exposure * offset[row].exp()));
    }
    intercept_alone(problem)
}

fn intercept_alone(problem: &Problem<'_>) -> Result<f64> {
    let ones = Matrix::from_element(problem.y.len(), 1, 1.0);
    let options = Options {
        link: Some(problem.link),
        offset: problem.offset,
        weights: problem.weights.as_deref(),
        ..Options::new(problem.family)
    };
    let smaller = Problem::new(&ones, &problem.y, &options)?;
    let (basis, end) = solve(&smaller, &options)?;
    Ok(Rows::new(&smaller, basis.matrix(&smaller), &end.gamma).deviance)
}
