//! Empirical Bayes by the gamma-Poisson model (Clayton and Kaldor 1987): maximum marginal likelihood.

use crate::numeric::algebra::{independent_columns, inverse};
use crate::numeric::distributions::chi_squared_upper;
use crate::{Convergence, Estimates, Matrix, Result, StatsError, Vector};

use super::marginal::Marginal;
use super::newton::{Evaluation, Maximum, maximise};
use super::posterior::{UnitRate, unit_rates};

const METHOD: &str = "the gamma-Poisson model";
/// Dispersions from which the search may start.
const LADDER: [f64; 10] = [1e-4, 1e-3, 1e-2, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0];
/// Prior rates further apart than `exp(35)` mean that a coefficient runs to infinity.
const SEPARATED: f64 = 35.0;

/// A fitted gamma-Poisson model.
///
/// `y_i | theta_i ~ Poisson(E_i theta_i)`, `theta_i = m_i u_i`, `log m_i = x_i'b`, `u_i ~ Gamma(1/kappa, 1/kappa)`: the true
/// rates have mean `m_i` and coefficient of variation `sqrt(kappa)`. Without covariates `theta_i ~ Gamma(shape, rate)` with
/// `shape = 1/kappa` and `rate = shape / m`.
#[derive(Debug, Clone)]
pub struct GammaPoisson {
    /// Coefficients `b` of the log mean rate, the intercept first, with their covariance (observed information, so that it
    /// carries the uncertainty of the dispersion).
    pub coefficients: Estimates,
    /// `kappa`, the squared coefficient of variation of the true rates; 0 where the counts vary no more than chance.
    pub dispersion: f64,
    /// Standard error of the dispersion (delta method from `log kappa`); `None` at the boundary.
    pub dispersion_error: Option<f64>,
    /// Shape of the gamma distribution, `1/kappa`; infinite at the boundary.
    pub shape: f64,
    /// Rate of the gamma distribution of the true rates, `shape / m`, for a model without covariates; infinite at the boundary.
    pub rate: Option<f64>,
    /// Marginal log-likelihood with all constants.
    pub log_likelihood: f64,
    /// Log-likelihood of the Poisson model, in which units differ by covariates and chance alone.
    pub poisson_log_likelihood: f64,
    /// p-value of the hypothesis that the dispersion is zero: likelihood ratio, half a point at zero and half a
    /// chi-squared distribution with one degree of freedom (Self and Liang 1987, case 5).
    pub overdispersion_p: f64,
    /// How the search ended; a dispersion of zero is said here.
    pub convergence: Convergence,
    pub(super) counts: Vec<f64>,
    pub(super) exposure: Vec<f64>,
    pub(super) design: Vec<f64>,
}

impl GammaPoisson {
    /// True if the counts vary more than chance, so that the units' rates can be told apart at all.
    #[must_use]
    pub fn overdispersed(&self) -> bool {
        self.dispersion > 0.0
    }

    /// Each unit's rate given its count: posterior mean and interval of this level (0.9 for a 90% interval).
    ///
    /// `theta_i | y_i ~ Gamma(shape + y_i, shape/m_i + E_i)` with the estimated shape and means put in (Clayton and Kaldor
    /// 1987, section 3). A unit without exposure has the distribution of all units. Where the dispersion is zero every unit has
    /// the rate `m_i`, and the interval is the Wald interval of `m_i` on the log scale.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a level outside `(0, 1)`.
    pub fn units(&self, level: f64) -> Result<Vec<UnitRate>> {
        StatsError::check_probability("the level of an interval", level)?;
        Ok(unit_rates(self, level))
    }
}

/// Fits the gamma-Poisson model to counts and exposures (people, person-years or expected events).
///
/// # Errors
/// As [`gamma_poisson_with`].
pub fn gamma_poisson(counts: &[f64], exposure: &[f64]) -> Result<GammaPoisson> {
    gamma_poisson_with(counts, exposure, &Matrix::zeros(counts.len(), 0), &[])
}

/// Fits the gamma-Poisson model with covariates of the mean rate (units x covariates, no column for the intercept).
///
/// Maximum marginal likelihood by Newton's method on `(b, log kappa)` with exact derivatives; covariates are centred and
/// scaled inside.
///
/// # Errors
/// * [`StatsError::Shape`], [`StatsError::Value`] for inputs of different lengths, counts that are negative or not whole,
///   missing values, negative exposures, events in a unit without exposure.
/// * [`StatsError::TooFew`] for fewer than two units with exposure, or no more than there are coefficients.
/// * [`StatsError::NoAnswer`] if no unit has an event.
/// * [`StatsError::Collinear`] for covariates that the others determine; [`StatsError::Separation`] where a covariate
///   separates units with events from units without.
pub fn gamma_poisson_with(
    counts: &[f64],
    exposure: &[f64],
    covariates: &Matrix,
    names: &[String],
) -> Result<GammaPoisson> {
    check_counts(counts, exposure)?;
    StatsError::check_length("the covariates", covariates.nrows(), counts.len())?;
    StatsError::check_length("the names of the covariates", names.len(), covariates.ncols())?;
    for (j, name) in names.iter().enumerate() {
        StatsError::check_finite(name, covariates.column(j).as_slice())?;
    }
    let exposed = exposure.iter().filter(|e| **e > 0.0).count();
    let needed = (covariates.ncols() + 2).max(2);
    if exposed < needed {
        return Err(StatsError::TooFew { what: "units with exposure", found: exposed, needed });
    }
    let design = Design::new(covariates, exposure, names)?;
    let marginal = Marginal::new(counts, exposure, &design.scaled, design.width);
    let poisson = fit_poisson(&marginal, counts, exposure, design.width)?;
    let fitted = fit_dispersion(&marginal, &poisson)?;
    check_separation(&marginal, &fitted.b, exposure, names)?;
    assemble(counts, exposure, &design, names, &poisson, fitted)
}

pub(super) fn check_counts(counts: &[f64], exposure: &[f64]) -> Result<()> {
    StatsError::check_length("the exposure", exposure.len(), counts.len())?;
    StatsError::check_finite("a count", counts)?;
    StatsError::check_finite("an exposure", exposure)?;
    let refuse =
        |what: &str, at: usize, reason| Err(StatsError::Value { what: what.to_owned(), row: at + 1, reason });
    for (i, (&y, &e)) in counts.iter().zip(exposure).enumerate() {
        if y < 0.0 || y.fract() != 0.0 {
            return refuse("a count", i, "must be a whole number, zero or more");
        }
        if e < 0.0 {
            return refuse("an exposure", i, "must not be negative");
        }
        if e == 0.0 && y > 0.0 {
            return refuse("an exposure", i, "is zero although the unit has events");
        }
    }
    let total: f64 = exposure.iter().sum();
    if counts.len() >= 2 && total > 0.0 && counts.iter().all(|y| *y == 0.0) {
        return Err(StatsError::NoAnswer(format!(
            "no unit has an event, so rates cannot be compared; with {total} units of exposure the common rate is below \
             {:.4e} (upper 97.5% limit)",
            -(0.025_f64.ln()) / total
        )));
    }
    Ok(())
}

/// The design with columns centred and scaled, and the way back.
struct Design {
    width: usize,
    raw: Vec<f64>,
    scaled: Vec<f64>,
    centre: Vec<f64>,
    scale: Vec<f64>,
}

impl Design {
    fn new(covariates: &Matrix, exposure: &[f64], names: &[String]) -> Result<Self> {
        let (n, width) = (covariates.nrows(), covariates.ncols() + 1);
        let used: Vec<usize> = (0..n).filter(|i| exposure[*i] > 0.0).collect();
        let (mut centre, mut scale) = (vec![0.0], vec![1.0]);
        for column in covariates.column_iter() {
            let mean = used.iter().map(|i| column[*i]).sum::<f64>() / used.len() as f64;
            let square = used.iter().map(|i| (column[*i] - mean).powi(2)).sum::<f64>() / used.len() as f64;
            centre.push(mean);
            scale.push(if square > 0.0 { square.sqrt() } else { 1.0 });
        }
        let (mut raw, mut scaled) = (Vec::with_capacity(n * width), Vec::with_capacity(n * width));
        for i in 0..n {
            raw.push(1.0);
            scaled.push(1.0);
            for j in 1..width {
                raw.push(covariates[(i, j - 1)]);
                scaled.push((covariates[(i, j - 1)] - centre[j]) / scale[j]);
            }
        }
        let seen = Matrix::from_fn(used.len(), width, |i, j| scaled[used[i] * width + j]);
        let kept = independent_columns(&seen, None, 1e-7);
        let lost: Vec<String> =
            (1..width).filter(|j| !kept.contains(j)).map(|j| names[j - 1].clone()).collect();
        if lost.is_empty() {
            Ok(Self { width, raw, scaled, centre, scale })
        } else {
            Err(StatsError::Collinear(lost))
        }
    }

    /// Matrix that takes scaled coefficients (and `log kappa`, last) to those of the variables as given.
    fn back(&self) -> Matrix {
        let mut back = Matrix::identity(self.width + 1, self.width + 1);
        for j in 1..self.width {
            back[(j, j)] = 1.0 / self.scale[j];
            back[(0, j)] = -self.centre[j] / self.scale[j];
        }
        back
    }
}

/// A maximum in `(b, log kappa)`.
struct Fitted {
    b: Vec<f64>,
    kappa: f64,
    value: f64,
    /// Minus the Hessian in `(b, log kappa)`, or in `b` alone at the boundary.
    information: Matrix,
    gradient: f64,
    iterations: usize,
}

impl Fitted {
    /// The Poisson model: no variation of the true rates.
    fn boundary(poisson: &Maximum) -> Self {
        Self {
            b: poisson.at.clone(),
            kappa: 0.0,
            value: poisson.value,
            information: poisson.information.clone(),
            gradient: poisson.gradient,
            iterations: poisson.iterations,
        }
    }
}

fn fit_poisson(marginal: &Marginal<'_>, counts: &[f64], exposure: &[f64], width: usize) -> Result<Maximum> {
    let mut start = vec![0.0; width];
    start[0] = (counts.iter().sum::<f64>() / exposure.iter().sum::<f64>()).ln();
    maximise(METHOD, start, |b| {
        let mut there = marginal.poisson(b);
        there.keep(width);
        there
    })
}

/// Chain rule from `kappa` to `log kappa`.
fn on_log_scale(mut there: Evaluation, kappa: f64) -> Evaluation {
    let p = there.gradient.len() - 1;
    there.hessian[(p, p)] = kappa * kappa * there.hessian[(p, p)] + kappa * there.gradient[p];
    for j in 0..p {
        there.hessian[(p, j)] *= kappa;
        there.hessian[(j, p)] *= kappa;
    }
    there.gradient[p] *= kappa;
    there
}

/// The maximum over `kappa >= 0`, starting from the Poisson fit.
///
/// A positive score for `kappa` at zero rules the boundary out. A score that is not positive makes zero a local maximum;
/// a ladder of dispersions then looks for a higher one elsewhere, which unequal exposures make possible.
fn fit_dispersion(marginal: &Marginal<'_>, poisson: &Maximum) -> Result<Fitted> {
    let p = poisson.at.len();
    let score = marginal.poisson(&poisson.at).gradient[p];
    let best = LADDER
        .iter()
        .map(|kappa| (*kappa, marginal.gamma_poisson(&poisson.at, *kappa).value))
        .filter(|(_, value)| value.is_finite())
        .fold((LADDER[0], f64::NEG_INFINITY), |best, next| if next.1 > best.1 { next } else { best });
    if score <= 0.0 && best.1 <= poisson.value {
        return Ok(Fitted::boundary(poisson));
    }
    let mut start = poisson.at.clone();
    start.push(f64::ln(if best.1 > poisson.value { best.0 } else { 1e-5 }));
    let mut inner = maximise(METHOD, start, |at| {
        let kappa = at[p].clamp(-60.0, 60.0).exp();
        on_log_scale(marginal.gamma_poisson(&at[..p], kappa), kappa)
    })?;
    if inner.value <= poisson.value {
        // A score above zero by rounding alone: the likelihood is flat at the boundary.
        return Ok(Fitted::boundary(poisson));
    }
    let log_kappa = inner.at.pop().unwrap_or(f64::NEG_INFINITY);
    Ok(Fitted {
        b: inner.at,
        kappa: log_kappa.exp(),
        value: inner.value,
        information: inner.information,
        gradient: inner.gradient,
        iterations: inner.iterations + poisson.iterations,
    })
}

fn check_separation(marginal: &Marginal<'_>, b: &[f64], exposure: &[f64], names: &[String]) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for i in (0..exposure.len()).filter(|i| exposure[*i] > 0.0) {
        let rate = marginal.linear(i, b) - exposure[i].ln();
        low = low.min(rate);
        high = high.max(rate);
    }
    // A coefficient on its way to infinity stops where its gradient rounds to nothing, far outside any real rate.
    let steepest = (1..b.len()).fold(1, |most, j| if b[j].abs() > b[most].abs() { j } else { most });
    if high - low > SEPARATED || (high - low > 15.0 && b[steepest].abs() > 7.0) {
        return Err(StatsError::Separation(names[steepest - 1].clone()));
    }
    Ok(())
}

fn assemble(
    counts: &[f64],
    exposure: &[f64],
    design: &Design,
    names: &[String],
    poisson: &Maximum,
    fitted: Fitted,
) -> Result<GammaPoisson> {
    let p = design.width;
    let back = design.back();
    let size = fitted.information.nrows();
    let covariance = inverse(&fitted.information, "the information of the gamma-Poisson model is singular")?;
    let back_b = back.view((0, 0), (p, p)).clone_owned();
    let beta = &back_b * Vector::from_column_slice(&fitted.b);
    let of_b = &back_b * covariance.view((0, 0), (p, p)) * back_b.transpose();
    let kappa = fitted.kappa;
    let inside = kappa > 0.0;
    let statistic = (2.0 * (fitted.value - poisson.value)).max(0.0);
    let remarks = if inside {
        Vec::new()
    } else {
        vec!["the counts vary no more between units than chance alone would make them: the dispersion is zero and \
              the units' rates cannot be told apart"
            .to_owned()]
    };
    let all_names = std::iter::once("(intercept)".to_owned()).chain(names.iter().cloned()).collect();
    let shape = if inside { 1.0 / kappa } else { f64::INFINITY };
    Ok(GammaPoisson {
        rate: (p == 1).then(|| shape / beta[0].exp()),
        coefficients: Estimates {
            names: all_names,
            beta: beta.as_slice().to_vec(),
            covariance: of_b,
            df: None,
        },
        dispersion: kappa,
        dispersion_error: inside.then(|| kappa * covariance[(size - 1, size - 1)].sqrt()),
        shape,
        log_likelihood: fitted.value,
        poisson_log_likelihood: poisson.value,
        overdispersion_p: if statistic > 0.0 { 0.5 * chi_squared_upper(statistic, 1.0) } else { 1.0 },
        convergence: Convergence {
            converged: true,
            iterations: fitted.iterations,
            gradient: fitted.gradient,
            remarks,
        },
        counts: counts.to_vec(),
        exposure: exposure.to_vec(),
        design: design.raw.clone(),
    })
}
