use serde::Serialize;

use super::Design;
use super::model::{SeriesFit, inputs};
use crate::numeric::distributions::LN_SQRT_2PI;
use crate::{Estimates, Matrix, Result, StatsError, Vector};

/// First-order autoregression of errors, `e_t = rho e_{t-1} + u_t`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Ar1 {
    /// Correlation of neighbouring errors.
    pub rho: f64,
    /// Iterations (of the two-step methods) or evaluations (of the likelihood).
    pub iterations: usize,
}

/// How the correlation is estimated in the two-step methods, from residuals `e` of the untransformed model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RhoEstimate {
    /// Regression of each residual on the one before: `sum e_t e_{t-1} / sum e_{t-1}^2` (the default of Stata's `prais`).
    #[default]
    Regression,
    /// Autocorrelation: `sum e_t e_{t-1} / sum e_t^2`.
    Autocorrelation,
    /// `1 - d / 2` with the Durbin-Watson statistic `d`.
    DurbinWatson,
    /// Yule and Walker's with the divisors `n - 1` and `n`, after taking off the mean (statsmodels' `GLSAR`).
    YuleWalker,
}

/// How autoregressive errors are allowed for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ArMethod {
    /// Prais and Winsten (1954): the first observation of each series is kept, times `sqrt(1 - rho^2)`. Iterated.
    PraisWinsten(RhoEstimate),
    /// Cochrane and Orcutt (1949): the first observation is lost. Iterated.
    CochraneOrcutt(RhoEstimate),
    /// Generalised least squares at the `rho` of largest likelihood.
    MaximumLikelihood,
    /// The same by restricted likelihood, which corrects the downward bias of `rho`: best for short series.
    RestrictedLikelihood,
    /// Generalised least squares at this `rho`.
    Known(f64),
}

const ITERATIONS: usize = 500;
const TOLERANCE: f64 = 1e-12;
/// Places at which the likelihood is looked at before its maximum is closed in on.
const GRID: usize = 60;
/// Largest correlation considered.
const LIMIT: f64 = 0.9999;

/// Segmented regression of a normal outcome with first-order autoregressive errors, the same correlation in each series.
///
/// Where an embedding period leaves a gap of `g` periods, the correlation over it is `rho^g` and the innovation has variance
/// `sigma^2 (1 - rho^{2g}) / (1 - rho^2)`, so that the periods are left out and not closed up. Standard errors have the divisor
/// `n - p` (after Cochrane and Orcutt, less the lost observations).
///
/// # Errors
/// [`StatsError::NotConverged`] if the iterations do not settle, [`StatsError::NoAnswer`] if the errors have no variance or a
/// unit root, [`StatsError::Setting`] for a known `rho` of 1 or more.
pub fn autoregressive(
    design: &Design,
    y: &[f64],
    offset: Option<&[f64]>,
    method: ArMethod,
) -> Result<SeriesFit> {
    let (fitted_y, fitted_offset) = inputs(design, y, offset)?;
    let mut response = Vector::from_vec(fitted_y.clone());
    if let Some(offset) = &fitted_offset {
        response -= Vector::from_row_slice(offset);
    }
    let problem = Whitening { design, series: design.series(), response };
    let keep_first = !matches!(method, ArMethod::CochraneOrcutt(_));
    let (rho, iterations) = match method {
        ArMethod::Known(rho) if rho.abs() < 1.0 => (rho, 0),
        ArMethod::Known(rho) => {
            return Err(StatsError::Setting(format!(
                "the correlation must lie between -1 and 1, and is {rho}"
            )));
        }
        ArMethod::PraisWinsten(estimate) | ArMethod::CochraneOrcutt(estimate) => {
            problem.iterate(estimate, keep_first)?
        }
        ArMethod::MaximumLikelihood => problem.climb(false)?,
        ArMethod::RestrictedLikelihood => problem.climb(true)?,
    };
    let found = problem.fit(rho, keep_first)?;
    let n = found.whitened.len() as f64;
    let p = design.x.ncols() as f64;
    if n <= p {
        return Err(StatsError::TooFew { what: "observations", found: n as usize, needed: p as usize + 1 });
    }
    let dispersion = found.square / (n - p);
    let restricted = matches!(method, ArMethod::RestrictedLikelihood);
    let remarks = if problem.series.iter().map(Vec::len).max().unwrap_or(0) < 30 && !restricted {
        vec!["in short series the correlation is estimated too near to zero and standard errors are too small; restricted \
              likelihood is the least biased"
            .to_owned()]
    } else {
        Vec::new()
    };
    let linear = &design.x * &found.beta;
    let fitted: Vec<f64> = (0..fitted_y.len())
        .map(|row| linear[row] + fitted_offset.as_ref().map_or(0.0, |offset| offset[row]))
        .collect();
    Ok(SeriesFit {
        design: design.clone(),
        estimates: Estimates {
            names: design.names.clone(),
            beta: found.beta.as_slice().to_vec(),
            covariance: found.inverse.clone() * dispersion,
            df: Some(n - p),
        },
        log_link: false,
        residuals: fitted_y.iter().zip(&fitted).map(|(y, mean)| y - mean).collect(),
        fitted,
        whitened: found.whitened.as_slice().to_vec(),
        lags: None,
        autoregression: Some(Ar1 { rho, iterations }),
        dispersion,
        theta: None,
        log_likelihood: keep_first.then(|| problem.likelihood(&found, restricted)),
        remarks,
        offset: offset.map(<[f64]>::to_vec),
        observed: y.to_vec(),
    })
}

struct Whitening<'a> {
    design: &'a Design,
    series: Vec<Vec<(usize, usize)>>,
    response: Vector,
}

struct Whitened {
    beta: Vector,
    /// `(X*'X*)^-1` of the whitened design.
    inverse: Matrix,
    whitened: Vector,
    /// Sum of squared innovations.
    square: f64,
    /// Sum of the logarithms of the factors on the observations: half the log determinant of the precision.
    log_factors: f64,
    /// Logarithm of the determinant of `X*'X*`.
    log_determinant: f64,
}

/// A whitened row: `factor * (value - carried * value before)`.
struct WhiteRow {
    row: usize,
    before: Option<(usize, f64)>,
    factor: f64,
}

impl WhiteRow {
    fn apply(&self, value: impl Fn(usize) -> f64) -> f64 {
        self.factor * (value(self.row) - self.before.map_or(0.0, |(row, carried)| carried * value(row)))
    }
}

impl Whitening<'_> {
    /// The rows whose errors are independent with the variance of an innovation.
    fn rows(&self, rho: f64, keep_first: bool) -> Vec<WhiteRow> {
        let mut rows = Vec::with_capacity(self.response.len());
        for series in &self.series {
            if keep_first {
                rows.push(WhiteRow { row: series[0].0, before: None, factor: (1.0 - rho * rho).sqrt() });
            }
            for pair in series.windows(2) {
                let gap = pair[1].1 - pair[0].1;
                let carried = rho.powi(gap as i32);
                let factor =
                    if gap == 1 { 1.0 } else { ((1.0 - rho * rho) / (1.0 - carried * carried)).sqrt() };
                rows.push(WhiteRow { row: pair[1].0, before: Some((pair[0].0, carried)), factor });
            }
        }
        rows
    }

    /// Least squares after whitening with this correlation.
    fn fit(&self, rho: f64, keep_first: bool) -> Result<Whitened> {
        let x = &self.design.x;
        let rows = self.rows(rho, keep_first);
        let design = Matrix::from_fn(rows.len(), x.ncols(), |i, j| rows[i].apply(|row| x[(row, j)]));
        let response = Vector::from_fn(rows.len(), |i, _| rows[i].apply(|row| self.response[row]));
        if design.nrows() < design.ncols() {
            return Err(StatsError::TooFew {
                what: "observations",
                found: design.nrows(),
                needed: design.ncols(),
            });
        }
        let qr = design.clone().qr();
        let singular = StatsError::Singular("the design is singular after whitening the errors");
        let r = qr.r();
        let root = r.clone().try_inverse().ok_or_else(|| singular.clone())?;
        if root.iter().any(|value| !value.is_finite()) {
            return Err(singular);
        }
        let beta = &root * (qr.q().transpose() * &response);
        let whitened = response - design * &beta;
        Ok(Whitened {
            inverse: &root * root.transpose(),
            square: whitened.norm_squared(),
            log_factors: rows.iter().map(|row| row.factor.ln()).sum(),
            log_determinant: 2.0 * r.diagonal().iter().map(|value| value.abs().ln()).sum::<f64>(),
            beta,
            whitened,
        })
    }

    /// Estimates the correlation from residuals and fits again until it settles.
    fn iterate(&self, estimate: RhoEstimate, keep_first: bool) -> Result<(f64, usize)> {
        let mut rho = 0.0;
        for iteration in 1..=ITERATIONS {
            let found = self.fit(rho, keep_first)?;
            let residuals = &self.response - &self.design.x * &found.beta;
            let next = self.estimate(&residuals, estimate)?;
            if next.abs() >= LIMIT {
                return Err(StatsError::NoAnswer(format!(
                    "the errors have a correlation of {next:.4}, too near to one for a regression on levels; difference the \
                     series or use a likelihood method"
                )));
            }
            let change = (next - rho).abs();
            rho = next;
            if change < TOLERANCE {
                return Ok((rho, iteration));
            }
        }
        Err(StatsError::NotConverged {
            method: "the iterated correlation of errors",
            iterations: ITERATIONS,
            reason: format!("the correlation is {rho} and still moving; use a likelihood method"),
        })
    }

    /// Pairs across a gap do not count.
    fn estimate(&self, residuals: &Vector, how: RhoEstimate) -> Result<f64> {
        let n = residuals.len() as f64;
        let mean = if how == RhoEstimate::YuleWalker { residuals.mean() } else { 0.0 };
        let (mut cross, mut before, mut differences, mut pairs) = (0.0, 0.0, 0.0, 0.0);
        for series in &self.series {
            for pair in series.windows(2).filter(|pair| pair[1].1 == pair[0].1 + 1) {
                let (earlier, later) = (residuals[pair[0].0] - mean, residuals[pair[1].0] - mean);
                cross += earlier * later;
                before += earlier * earlier;
                differences += (later - earlier).powi(2);
                pairs += 1.0;
            }
        }
        let all: f64 = residuals.iter().map(|value| (value - mean).powi(2)).sum();
        let scale = self.response.norm_squared();
        if before <= 1e-24 * scale || all <= 1e-24 * scale {
            return Err(StatsError::NoAnswer(
                "the model fits without error, so its errors have no correlation to estimate".into(),
            ));
        }
        Ok(match how {
            RhoEstimate::Regression => cross / before,
            RhoEstimate::Autocorrelation => cross / all,
            RhoEstimate::DurbinWatson => 1.0 - 0.5 * differences / all,
            RhoEstimate::YuleWalker => (cross / pairs) / (all / n),
        })
    }

    /// Log-likelihood with the variance at its optimum. Restricted: of `n - p` error contrasts, with `-1/2 log|X*'X*|`.
    fn likelihood(&self, found: &Whitened, restricted: bool) -> f64 {
        let n = found.whitened.len() as f64;
        let free = if restricted { n - found.beta.len() as f64 } else { n };
        let variance = found.square / free;
        let penalty = if restricted { -0.5 * found.log_determinant } else { 0.0 };
        -free * (LN_SQRT_2PI + 0.5 + 0.5 * variance.ln()) + found.log_factors + penalty
    }

    /// The correlation of largest likelihood: the best of a grid on the scale of `atanh`, then golden section around it.
    fn climb(&self, restricted: bool) -> Result<(f64, usize)> {
        let plain = self.fit(0.0, true)?;
        if plain.square <= 1e-24 * self.response.norm_squared() {
            return Err(StatsError::NoAnswer(
                "the model fits without error, so its errors have no correlation to estimate".into(),
            ));
        }
        let cost = |z: f64| {
            self.fit(z.tanh(), true).map_or(f64::INFINITY, |found| -self.likelihood(&found, restricted))
        };
        let end = LIMIT.atanh();
        let place = |at: usize| -end + 2.0 * end * at as f64 / GRID as f64;
        let best = (0..=GRID).min_by(|&a, &b| cost(place(a)).total_cmp(&cost(place(b)))).unwrap_or(GRID / 2);
        if best == 0 || best == GRID {
            return Err(StatsError::NoAnswer(format!(
                "the likelihood of the correlation of errors has no maximum between -{LIMIT} and {LIMIT}; difference the series"
            )));
        }
        let (z, _) = crate::numeric::roots::golden(place(best - 1), place(best + 1), 1e-9, cost);
        // Golden section cannot see digits below the root of the precision; the slope of the likelihood can.
        let slope = |z: f64| cost(z + 1e-4) - cost(z - 1e-4);
        let z = crate::numeric::roots::bracketed(z - 1e-3, z + 1e-3, 1e-14, 100, slope);
        Ok((z.tanh(), GRID))
    }
}
