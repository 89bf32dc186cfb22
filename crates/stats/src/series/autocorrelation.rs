//! Tests of autocorrelation of residuals.

use serde::Serialize;

use crate::numeric::algebra::dot;
use crate::numeric::distributions::{chi_squared_upper, f_upper};
use crate::{Matrix, Result, StatsError, Vector};

/// The Durbin-Watson statistic with its exact p-values for normal errors.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DurbinWatson {
    /// `sum (e_t - e_{t-1})^2 / sum e_t^2`; 2 without autocorrelation, smaller for positive.
    pub statistic: f64,
    /// P-value against positive autocorrelation, `P(D <= d)`.
    pub p_positive: f64,
    /// P-value against negative autocorrelation, `P(D >= d)`.
    pub p_negative: f64,
    /// Two-sided: twice the smaller.
    pub p: f64,
}

/// A test with a chi-squared reference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LagTest {
    /// Lags tested.
    pub lags: usize,
    /// Statistic.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// P-value.
    pub p: f64,
}

/// Breusch and Godfrey's test in both forms.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BreuschGodfrey {
    /// `n R^2` of the regression of residuals on the design and their lags, chi-squared.
    pub lagrange: LagTest,
    /// F statistic of the lags.
    pub f: f64,
    /// Its p-value with `lags` and `n - p - lags` degrees of freedom.
    pub f_p: f64,
}

/// Most observations for the exact distribution of Durbin-Watson (its eigenvalues take their cube).
const EXACT: usize = 2_000;

fn check(residuals: &[f64], what: &'static str, needed: usize) -> Result<f64> {
    StatsError::check_finite("the residuals", residuals)?;
    if residuals.len() < needed {
        return Err(StatsError::TooFew { what, found: residuals.len(), needed });
    }
    let square = dot(residuals, residuals);
    if square > 0.0 {
        Ok(square)
    } else {
        Err(StatsError::NoAnswer("all residuals are zero, so they have no autocorrelation".into()))
    }
}

/// Durbin and Watson's test (1950, 1951) for least-squares residuals of one series in order of time.
///
/// The exact distribution is that of `sum_i l_i z_i^2 / sum_i z_i^2` with the eigenvalues `l_i` of `M A M`, `M = I - X (X'X)^{-1} X'`
/// and `A` the matrix of squared differences; `P(D <= d)` by Imhof's integral (1961).
///
/// # Errors
/// [`StatsError::TooFew`] for no more residuals than columns of `x`, [`StatsError::Shape`] for another length,
/// [`StatsError::Setting`] for more than 2,000 residuals, [`StatsError::Singular`] for a design without full rank.
pub fn durbin_watson(x: &Matrix, residuals: &[f64]) -> Result<DurbinWatson> {
    let n = residuals.len();
    StatsError::check_length("the residuals", n, x.nrows())?;
    let square = check(residuals, "residuals", x.ncols() + 1)?;
    if n > EXACT {
        return Err(StatsError::Setting(format!(
            "the exact Durbin-Watson test is for up to {EXACT} observations; use Breusch-Godfrey for {n}"
        )));
    }
    let statistic = residuals.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum::<f64>() / square;
    let p_positive = below(&eigenvalues(x)?, statistic);
    let p_negative = 1.0 - p_positive;
    Ok(DurbinWatson { statistic, p_positive, p_negative, p: (2.0 * p_positive.min(p_negative)).min(1.0) })
}

/// Eigenvalues of `A` on the space orthogonal to the columns of `x`.
fn eigenvalues(x: &Matrix) -> Result<Vec<f64>> {
    let (n, p) = x.shape();
    if crate::numeric::algebra::independent_columns(x, None, 1e-9).len() < p {
        return Err(StatsError::Singular("the design of a Durbin-Watson test has collinear columns"));
    }
    let q = x.clone().qr().q();
    let differences = Matrix::from_fn(n, n, |i, j| {
        if i == j {
            if i == 0 || i == n - 1 { 1.0 } else { 2.0 }
        } else if i.abs_diff(j) == 1 {
            -1.0
        } else {
            0.0
        }
    });
    let projector = Matrix::identity(n, n) - &q * q.transpose();
    let mut inner = &projector * differences * &projector;
    crate::numeric::algebra::symmetrise(&mut inner);
    let mut values: Vec<f64> = inner.symmetric_eigen().eigenvalues.iter().copied().collect();
    // The p directions of the design have eigenvalue zero; all others are positive or, for a constant direction, zero as well.
    values.sort_unstable_by(f64::total_cmp);
    Ok(values[p..].iter().map(|value| value.max(0.0)).collect())
}

/// `P(sum (l_i - d) z_i^2 <= 0)` by Imhof (1961, Biometrika 48, equation 3.2), by the trapezoid rule in `log u`, where the
/// integrand `sin(theta(u)) / rho(u)` is smooth and falls off exponentially on both sides.
fn below(eigenvalues: &[f64], d: f64) -> f64 {
    let shifted: Vec<f64> = eigenvalues.iter().map(|value| value - d).collect();
    let scale = shifted.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    if scale == 0.0 || shifted.iter().all(|value| *value >= 0.0) {
        return 0.0;
    }
    if shifted.iter().all(|value| *value <= 0.0) {
        return 1.0;
    }
    let integrand = |v: f64| {
        let u = v.exp();
        let (mut theta, mut log_rho) = (0.0, 0.0);
        for value in &shifted {
            let product = value / scale * u;
            theta += 0.5 * product.atan();
            log_rho += 0.25 * (product * product).ln_1p();
        }
        theta.sin() * (-log_rho).exp()
    };
    let (low, high) = (-45.0, 45.0);
    let mut steps = 512;
    let mut sum: f64 =
        (1..steps).map(|k| integrand(low + (high - low) * f64::from(k) / f64::from(steps))).sum();
    let mut value = sum * (high - low) / f64::from(steps);
    for _ in 0..8 {
        steps *= 2;
        let width = (high - low) / f64::from(steps);
        sum += (0..steps / 2).map(|k| integrand(low + width * f64::from(2 * k + 1))).sum::<f64>();
        let finer = sum * width;
        let settled = (finer - value).abs() < 1e-13;
        value = finer;
        if settled {
            break;
        }
    }
    (0.5 - value / std::f64::consts::PI).clamp(0.0, 1.0)
}

/// Ljung and Box's test (1978): `Q = n (n + 2) sum_{k <= lags} r_k^2 / (n - k)`, chi-squared with `lags - fitted` degrees of
/// freedom, `fitted` the number of autoregressive parameters that were estimated.
///
/// # Errors
/// [`StatsError::TooFew`] for no more residuals than lags; [`StatsError::Setting`] if no degree of freedom is left.
pub fn ljung_box(residuals: &[f64], lags: usize, fitted: usize) -> Result<LagTest> {
    if lags <= fitted {
        return Err(StatsError::Setting(format!(
            "{lags} lags leave no degree of freedom after {fitted} parameters"
        )));
    }
    check(residuals, "residuals", lags + 1)?;
    let n = residuals.len() as f64;
    let mean = residuals.iter().sum::<f64>() / n;
    let centred: Vec<f64> = residuals.iter().map(|value| value - mean).collect();
    let square = check(&centred, "residuals", lags + 1)?;
    let statistic = n
        * (n + 2.0)
        * (1..=lags)
            .map(|k| (dot(&centred[k..], &centred[..centred.len() - k]) / square).powi(2) / (n - k as f64))
            .sum::<f64>();
    let df = (lags - fitted) as f64;
    Ok(LagTest { lags, statistic, df, p: chi_squared_upper(statistic, df) })
}

/// Breusch and Godfrey's test (1978) for least-squares residuals of one series: regression of the residuals on the design and on
/// their own lags, with zeros before the first.
///
/// # Errors
/// [`StatsError::TooFew`] for too few residuals, [`StatsError::Setting`] for no lags, [`StatsError::Singular`] for collinear columns.
pub fn breusch_godfrey(x: &Matrix, residuals: &[f64], lags: usize) -> Result<BreuschGodfrey> {
    let n = residuals.len();
    StatsError::check_length("the residuals", n, x.nrows())?;
    if lags == 0 {
        return Err(StatsError::Setting("a test of autocorrelation needs at least one lag".into()));
    }
    let square = check(residuals, "residuals", x.ncols() + lags + 1)?;
    let p = x.ncols();
    let design = Matrix::from_fn(n, p + lags, |row, column| {
        if column < p {
            x[(row, column)]
        } else {
            let lag = column - p + 1;
            if row >= lag { residuals[row - lag] } else { 0.0 }
        }
    });
    if crate::numeric::algebra::independent_columns(&design, None, 1e-10).len() < p + lags {
        return Err(StatsError::Singular("the regression of a Breusch-Godfrey test has collinear columns"));
    }
    let q = design.qr().q();
    let response = Vector::from_row_slice(residuals);
    let left = (&response - &q * (q.transpose() * &response)).norm_squared();
    let mean = response.mean();
    let total = square - n as f64 * mean * mean;
    let statistic = n as f64 * (1.0 - left / total);
    let (df, rest) = (lags as f64, (n - p - lags) as f64);
    let f = ((square - left) / df) / (left / rest);
    Ok(BreuschGodfrey {
        lagrange: LagTest { lags, statistic, df, p: chi_squared_upper(statistic, df) },
        f,
        f_p: f_upper(f, df, rest),
    })
}
