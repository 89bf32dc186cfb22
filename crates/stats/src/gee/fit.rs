use super::clusters::Grouped;
use super::covariance::{Correction, Covariances, covariances};
use super::sums::{Part, State};
use crate::glm::{self, Family, Link};
use crate::{Convergence, Estimates, Matrix, Result, StatsError, Vector};

/// Working correlation within clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correlation {
    /// None.
    Independence,
    /// The same between any two rows of a cluster.
    Exchangeable,
    /// `alpha^|s - t|` between rows `s` and `t` of a cluster, in the order in which they come.
    Autoregressive,
}

/// Divisors of the moment estimates of dispersion and correlation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moments {
    /// Numbers of residuals and of pairs, as R's `geepack` divides.
    Plain,
    /// Less the number of coefficients (Liang and Zeger 1986, section 3.2), as `statsmodels` and Stata's default.
    LessCoefficients,
}

/// What to fit and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options<'a> {
    /// Gaussian, binomial or Poisson.
    pub family: Family,
    /// Link; `None` is the family's usual one.
    pub link: Option<Link>,
    /// Working correlation.
    pub correlation: Correlation,
    /// Known part of the linear predictor.
    pub offset: Option<&'a [f64]>,
    /// Names of the columns; without them they are called `x1`, `x2`, ...
    pub names: Option<&'a [String]>,
    /// Divisors of the moment estimates.
    pub moments: Moments,
    /// The fit ends when the step, in units of model-based standard errors, and the change of `alpha` are smaller.
    pub tolerance: f64,
    /// Most iterations.
    pub iterations: usize,
}

impl<'a> Options<'a> {
    /// The usual choices.
    #[must_use]
    pub fn new(family: Family, correlation: Correlation) -> Self {
        Self {
            family,
            link: None,
            correlation,
            offset: None,
            names: None,
            moments: Moments::Plain,
            tolerance: 1e-10,
            iterations: 100,
        }
    }

    /// With this offset.
    #[must_use]
    pub fn offset(self, offset: &'a [f64]) -> Self {
        Self { offset: Some(offset), ..self }
    }

    /// With these names of the columns.
    #[must_use]
    pub fn names(self, names: &'a [String]) -> Self {
        Self { names: Some(names), ..self }
    }

    /// With these divisors of the moment estimates.
    #[must_use]
    pub fn moments(self, moments: Moments) -> Self {
        Self { moments, ..self }
    }
}

/// A solution of the estimating equations.
#[derive(Debug, Clone, PartialEq)]
pub struct GeeFit {
    /// Names of the coefficients.
    pub names: Vec<String>,
    /// Coefficients.
    pub beta: Vec<f64>,
    /// Working correlation parameter; zero for independence.
    pub alpha: f64,
    /// Dispersion.
    pub phi: f64,
    /// Clusters.
    pub clusters: usize,
    /// Rows of the largest cluster.
    pub largest_cluster: usize,
    /// Fitted means, in the order of the caller's rows.
    pub fitted: Vec<f64>,
    /// How the iterations ended.
    pub convergence: Convergence,
    covariances: Covariances,
}

impl GeeFit {
    /// Covariance of the coefficients.
    ///
    /// # Errors
    /// [`StatsError::NoAnswer`] for Mancl-DeRouen and Kauermann-Carroll where one cluster alone determines a coefficient.
    pub fn covariance(&self, correction: Correction) -> Result<&Matrix> {
        let chosen = match correction {
            Correction::ModelBased => Some(&self.covariances.model),
            Correction::Robust => Some(&self.covariances.robust),
            Correction::ManclDeRouen => self.covariances.mancl_de_rouen.as_ref(),
            Correction::KauermannCarroll => self.covariances.kauermann_carroll.as_ref(),
            Correction::FayGraubard => Some(&self.covariances.fay_graubard),
        };
        chosen.ok_or_else(|| {
            StatsError::NoAnswer(
                "one cluster alone determines a coefficient, so this correction does not exist; take Fay-Graubard's".into(),
            )
        })
    }

    /// Coefficients with a covariance. The normal distribution is used for the model-based and plain covariances; the
    /// corrected ones, meant for few clusters, go with Student's t on clusters less coefficients.
    ///
    /// # Errors
    /// As [`GeeFit::covariance`].
    pub fn estimates(&self, correction: Correction) -> Result<Estimates> {
        let small = !matches!(correction, Correction::ModelBased | Correction::Robust);
        let df = (self.clusters as f64 - self.beta.len() as f64).max(1.0);
        Ok(Estimates {
            names: self.names.clone(),
            beta: self.beta.clone(),
            covariance: self.covariance(correction)?.clone(),
            df: small.then_some(df),
        })
    }
}

/// Solves generalised estimating equations (Liang and Zeger 1986).
///
/// `x` has one row for each observation and an own column for the intercept, `clusters` the number of each row's cluster (any
/// numbers; rows need not be sorted). Iterations begin at the independence estimate.
///
/// # Errors
/// As [`glm::fit`]; [`StatsError::TooFew`] with one cluster; [`StatsError::Setting`] for another family;
/// [`StatsError::NotConverged`].
pub fn fit(x: &Matrix, y: &[f64], clusters: &[usize], options: &Options<'_>) -> Result<GeeFit> {
    if !matches!(options.family, Family::Gaussian | Family::Binomial | Family::Poisson) {
        return Err(StatsError::Setting(
            "estimating equations are for the Gaussian, binomial and Poisson families; the dispersion is estimated for all"
                .into(),
        ));
    }
    let begin = glm::fit(
        x,
        y,
        &glm::Options {
            link: options.link,
            offset: options.offset,
            names: options.names,
            ..glm::Options::new(options.family)
        },
    )?;
    let data = Grouped::new(x, y, options.offset, clusters)?;
    let mut state = State {
        data: &data,
        family: options.family,
        link: begin.link,
        correlation: options.correlation,
        alpha: 0.0,
        beta: Vector::from_column_slice(&begin.estimates.beta),
    };
    let (total, phi, convergence) = iterate(&mut state, options)?;
    let covariances = covariances(&state, &total.information, phi)?;
    let mut fitted = vec![0.0; y.len()];
    let linear = begin_linear(&state);
    for (place, row) in data.order.iter().enumerate() {
        fitted[*row] = state.link.mean(linear[place]);
    }
    Ok(GeeFit {
        names: begin.estimates.names,
        beta: state.beta.as_slice().to_vec(),
        alpha: state.alpha,
        phi,
        clusters: data.count(),
        largest_cluster: data.largest(),
        fitted,
        convergence,
        covariances,
    })
}

fn begin_linear(state: &State<'_>) -> Vec<f64> {
    let mut linear = (&state.data.x * &state.beta).as_slice().to_vec();
    if let Some(offset) = &state.data.offset {
        linear.iter_mut().zip(offset).for_each(|(eta, offset)| *eta += offset);
    }
    linear
}

/// Turns of a scoring step for the coefficients and moments of the residuals for dispersion and correlation.
fn iterate(state: &mut State<'_>, options: &Options<'_>) -> Result<(Part, f64, Convergence)> {
    let mut last = f64::INFINITY;
    for iteration in 1..=options.iterations {
        let total = state.total();
        let (phi, alpha, remark) = moments(state, &total, options.moments);
        let change = (alpha - state.alpha).abs();
        let factor =
            total.information.clone().cholesky().ok_or(StatsError::Singular(
                "the information matrix of the estimating equations is singular",
            ))?;
        let step = factor.solve(&total.score);
        let scale = if phi > 0.0 { phi } else { 1.0 };
        let length = (step.dot(&total.score).max(0.0) / scale).sqrt();
        let still = length <= options.tolerance
            || step.amax() <= 8.0 * f64::EPSILON * state.beta.amax()
            || (length <= 1e3 * options.tolerance && length > 0.5 * last);
        if still && change <= options.tolerance {
            let remarks = remark.into_iter().collect();
            let gradient = total.score.amax();
            return Ok((
                total,
                phi,
                Convergence { converged: true, iterations: iteration, gradient, remarks },
            ));
        }
        if !length.is_finite() {
            break;
        }
        last = length;
        state.beta += step;
        state.alpha = alpha;
    }
    Err(StatsError::NotConverged {
        method: "generalised estimating equations",
        iterations: options.iterations,
        reason: format!("the last step was {last:.1e} standard errors long; try independence"),
    })
}

/// Moment estimates of dispersion and correlation, the latter held where the working correlation is positive definite.
fn moments(state: &State<'_>, total: &Part, moments: Moments) -> (f64, f64, Option<String>) {
    let less = match moments {
        Moments::Plain => 0.0,
        Moments::LessCoefficients => state.beta.len() as f64,
    };
    let phi = total.squares / (state.data.y.len() as f64 - less).max(1.0);
    if state.correlation == Correlation::Independence {
        return (phi, 0.0, None);
    }
    let pairs = total.pairs - less;
    if pairs <= 0.0 || phi <= 0.0 {
        let remark = "too few pairs of rows within clusters to estimate a correlation: taken as zero";
        return (phi, 0.0, Some(remark.into()));
    }
    let alpha = total.products / pairs / phi;
    let low = match state.correlation {
        Correlation::Exchangeable => -0.999 / (state.data.largest() as f64 - 1.0).max(1.0),
        _ => -0.999,
    };
    if alpha < low || alpha > 0.999 {
        let held = alpha.clamp(low, 0.999);
        let remark = format!("the moment estimate of the correlation, {alpha:.4}, was held at {held:.4}");
        return (phi, held, Some(remark));
    }
    (phi, alpha, None)
}
