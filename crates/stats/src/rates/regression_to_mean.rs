//! Regression to the mean as a number: what the units chosen for being highest will show next time if nothing changes.

use serde::Serialize;

use crate::numeric::distributions::negative_binomial_cdf;
use crate::{Result, StatsError};

use super::gamma_poisson::GammaPoisson;

/// The units with the highest observed rates, this period and the next.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NextPeriod {
    /// The chosen units (positions from 0), highest observed rate first; equal rates in the order given.
    pub units: Vec<usize>,
    /// Their events in this period.
    pub observed: f64,
    /// Events to expect of them in a period of the same exposure in which no true rate changes: `sum E_i E(theta_i | y_i)`.
    pub expected: f64,
    /// `expected - observed`: the change that comes by itself.
    pub change: f64,
    /// The same as a share of the observed events (-0.3: a fall by 30%); `None` without observed events.
    pub relative_change: Option<f64>,
    /// Lower end of the prediction interval of their events in the next period.
    pub low: f64,
    /// Upper end of the prediction interval.
    pub high: f64,
}

/// Expected events next period of the `k` units with the highest observed rates, with a prediction interval of this level.
///
/// The interval is that of a negative binomial count with the mean `sum E_i theta_i` has and its variance, the sum over units of
/// `E_i mean_i + E_i^2 variance_i` (exact for one unit, a two-moment match for several).
///
/// # Errors
/// [`StatsError::Setting`] for a level outside `(0, 1)` or `k` that is 0 or above the number of units with exposure.
pub fn highest_next_period(model: &GammaPoisson, k: usize, level: f64) -> Result<NextPeriod> {
    let rates = model.units(level)?;
    let mut units: Vec<usize> = (0..rates.len()).filter(|i| rates[*i].observed.is_some()).collect();
    if k == 0 || k > units.len() {
        return Err(StatsError::Setting(format!(
            "there are no {k} highest among {} units with exposure",
            units.len()
        )));
    }
    units.sort_by(|a, b| {
        let value = |i: usize| rates[i].observed.unwrap_or(f64::NEG_INFINITY);
        value(*b).total_cmp(&value(*a)).then(a.cmp(b))
    });
    units.truncate(k);
    let (mut observed, mut expected, mut excess) = (0.0, 0.0, 0.0);
    for &i in &units {
        let exposure = model.exposure[i];
        observed += model.counts[i];
        expected += exposure * rates[i].mean;
        excess += exposure * exposure * rates[i].posterior.variance();
    }
    let tail = 0.5 * (1.0 - level);
    let quantile = |p: f64| predictive_quantile(p, expected, excess);
    Ok(NextPeriod {
        observed,
        expected,
        change: expected - observed,
        relative_change: (observed > 0.0).then(|| expected / observed - 1.0),
        low: quantile(tail),
        high: quantile(1.0 - tail),
        units,
    })
}

/// Quantile of a count with this mean and variance `mean + excess`.
fn predictive_quantile(p: f64, mean: f64, excess: f64) -> f64 {
    if excess <= 0.0 {
        return crate::numeric::distributions::poisson_quantile(p, mean);
    }
    super::funnel::search(p, mean + (mean + excess).sqrt(), |count| {
        negative_binomial_cdf(count, mean, mean * mean / excess)
    })
}
