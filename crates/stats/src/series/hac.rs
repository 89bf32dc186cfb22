use super::Design;
use crate::{Matrix, Result, StatsError};

/// How many lags a Newey-West covariance has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lag {
    /// `floor(4 (n / 100)^(2/9))` with `n` times (the usual reading of Newey and West 1994; the default of statsmodels).
    #[default]
    NeweyWest,
    /// `floor(0.75 n^(1/3))` (Stock and Watson).
    StockWatson,
    /// This many; 0 is heteroscedasticity alone.
    Fixed(usize),
}

impl Lag {
    /// Number of lags for a series of `n` times.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a fixed number that is not below `n`.
    pub fn lags(self, n: usize) -> Result<usize> {
        let size = n as f64;
        let lags = match self {
            Self::NeweyWest => (4.0 * (size / 100.0).powf(2.0 / 9.0)).floor() as usize,
            Self::StockWatson => (0.75 * size.cbrt()).floor() as usize,
            Self::Fixed(lags) if lags < n => lags,
            Self::Fixed(lags) => {
                return Err(StatsError::Setting(format!("{lags} lags are too many for {n} times")));
            }
        };
        Ok(lags.min(n.saturating_sub(1)))
    }
}

/// Newey and West's covariance (1987, Econometrica 55): `B S B` with the bread `B` and
/// `S = G_0 + sum_{l=1}^L (1 - l / (L + 1)) (G_l + G_l')`, `G_l = sum_t s_t s_{t-l}'` over the scores `s_t` (rows of `scores`),
/// within each series. Lags are counted in periods, so that scores on two sides of an embedding period are as far apart as
/// they are. With `small_sample` times `n / (n - p)`. No prewhitening.
pub(super) fn newey_west(
    design: &Design,
    scores: &Matrix,
    bread: &Matrix,
    lags: usize,
    small_sample: bool,
) -> Matrix {
    let p = scores.ncols();
    let mut middle = Matrix::zeros(p, p);
    for series in design.series() {
        for (at, &(row, place)) in series.iter().enumerate() {
            let now = scores.row(row);
            middle += now.transpose() * now;
            for &(earlier, before) in series[..at].iter().rev() {
                let apart = place - before;
                if apart > lags {
                    break;
                }
                let weight = 1.0 - apart as f64 / (lags + 1) as f64;
                let product = now.transpose() * scores.row(earlier) * weight;
                middle += &product + product.transpose();
            }
        }
    }
    let mut covariance = bread * middle * bread;
    if small_sample {
        let n = scores.nrows() as f64;
        covariance *= n / (n - p as f64);
    }
    crate::numeric::algebra::symmetrise(&mut covariance);
    covariance
}
