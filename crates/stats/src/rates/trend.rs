//! Each unit's own trend over a few periods, shrunk towards the trend that all share.

use rayon::prelude::*;
use serde::Serialize;

use crate::numeric::distributions::chi_squared_upper;
use crate::numeric::quadrature::gauss_hermite;
use crate::{Convergence, Matrix, Result, StatsError};

use super::newton::{Evaluation, Maximum, maximise, sum_over};
use super::trend_posterior::{UnitLikelihood, summarise};
use super::trend_spread::spread_nodes;

const METHOD: &str = "the trends of units";
const NODES: usize = 21;
/// Standard deviations of the slopes from which the search may start.
const LADDER: [f64; 7] = [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0];

/// Trends of all units.
///
/// Given a unit's total over the periods, its counts are multinomial with probabilities in proportion to
/// `E_it exp(m_t + s_i (t - mean t))`: the unit's own level drops out and need not be modelled. The period effects `m_t` are common;
/// the slopes `s_i ~ N(0, sigma^2)` are the units' own deviations. `(m, sigma)` are estimated by maximum marginal likelihood (adaptive
/// Gauss-Hermite quadrature with 21 nodes).
///
/// What is said of each unit is averaged over the values of `sigma` that the data leave possible, and carries the error of the common
/// trend: an estimate of zero is not the knowledge that units do not differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trends {
    /// Log rate of each period relative to the first, common to all units.
    pub periods: Vec<f64>,
    /// Common trend: least-squares slope of [`Self::periods`] on time, the log of the rate ratio for one unit of time.
    pub common: f64,
    /// Standard deviation `sigma` of the units' own deviations; 0 where trends differ no more than chance.
    pub spread: f64,
    /// Standard error of `log sigma`; `None` at the boundary.
    pub log_spread_error: Option<f64>,
    /// p-value of the hypothesis that all units share one trend (50:50 mixture at the boundary).
    pub spread_p: f64,
    /// Conditional marginal log-likelihood with all constants.
    pub log_likelihood: f64,
    /// One for each unit.
    pub units: Vec<UnitTrend>,
    /// How the search ended.
    pub convergence: Convergence,
}

/// A unit's trend: the rate ratio for one unit of time, the common trend included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct UnitTrend {
    /// Posterior mean of the log rate ratio, `common + s_i`.
    pub slope: f64,
    /// Posterior standard deviation of the slope.
    pub error: f64,
    /// Posterior median of the rate ratio.
    pub ratio: f64,
    /// Lower end of the interval of the rate ratio.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Posterior probability that the unit's rate rises.
    pub probability_rising: f64,
    /// Share of `sigma^2` that the unit's counts leave, averaged over `sigma` (1: nothing is known but the common trend).
    pub shrinkage: f64,
}

/// Estimates trends from counts and exposures (units x periods) at these times, with intervals of this level.
///
/// A period without exposure is a missing period of that unit. A unit with fewer than two periods, or without events, has the
/// common trend with the spread of all units.
///
/// The posterior of a unit's slope is averaged over that of `sigma` under a flat prior on `(m, sigma)` (Gelman 2006), the period
/// effects integrated out by Laplace's approximation. The error of the common slope is added as far as the unit leans on it, `B_i^2
/// Var(common)` with `B_i` its shrinkage (Kass and Steffey 1989, JASA 84, 717-726, first order). With few units the intervals are
/// therefore wide, also where the estimate of `sigma` is zero.
///
/// # Errors
/// [`StatsError::Shape`], [`StatsError::Value`] for matrices that do not match or values that are not counts and exposures;
/// [`StatsError::TooFew`] for fewer than two periods or two units with events in comparable periods; [`StatsError::Setting`] for times that are
/// not rising or a level outside `(0, 1)`; [`StatsError::NoAnswer`] for a period without any event.
pub fn trends(counts: &Matrix, exposure: &Matrix, times: &[f64], level: f64) -> Result<Trends> {
    check(counts, exposure, times, level)?;
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    let centred: Vec<f64> = times.iter().map(|t| t - mean).collect();
    let units: Vec<UnitLikelihood> =
        (0..counts.nrows()).map(|i| UnitLikelihood::new(i, counts, exposure, &centred)).collect();
    let informative = units.iter().filter(|unit| unit.informative()).count();
    if informative < 2 {
        return Err(StatsError::TooFew {
            what: "units with events and at least two periods",
            found: informative,
            needed: 2,
        });
    }
    let common = fit_common(&units, times.len())?;
    let fitted = fit_spread(&units, &common)?;
    let inside = fitted.spread > 0.0;
    let statistic = (2.0 * (fitted.value - common.value)).max(0.0);
    let squares: f64 = centred.iter().map(|z| z * z).sum();
    let slope = centred.iter().zip(&fitted.periods).map(|(z, m)| z * m).sum::<f64>() / squares;
    let slope_weights: Vec<f64> = centred[1..].iter().map(|z| z / squares).collect();
    let rule = gauss_hermite(NODES)?;
    let spreads = spread_nodes(fitted.spread, &slope_weights, |spread| {
        sum_over(units.len(), times.len(), |i, part| units[i].integrate(&fitted.periods, spread, &rule, part))
    })?;
    let units =
        units.par_iter().map(|unit| summarise(unit, &fitted.periods, &spreads, slope, level)).collect();
    let remarks = if inside {
        Vec::new()
    } else {
        vec!["trends differ no more between units than chance alone would make them: all are estimated to have the \
              common trend, and the intervals hold what spread the data leave possible"
            .to_owned()]
    };
    Ok(Trends {
        periods: fitted.periods,
        common: slope,
        spread: fitted.spread,
        log_spread_error: fitted.error,
        spread_p: if statistic > 0.0 { 0.5 * chi_squared_upper(statistic, 1.0) } else { 1.0 },
        log_likelihood: fitted.value,
        units,
        convergence: Convergence {
            converged: true,
            iterations: fitted.iterations,
            gradient: fitted.gradient,
            remarks,
        },
    })
}

struct Fitted {
    periods: Vec<f64>,
    spread: f64,
    error: Option<f64>,
    value: f64,
    gradient: f64,
    iterations: usize,
}

/// Common period effects with all slopes zero: the conditional (fixed effects) Poisson model.
fn fit_common(units: &[UnitLikelihood], periods: usize) -> Result<Maximum> {
    maximise(METHOD, vec![0.0; periods - 1], |at| {
        let effects = with_first(at);
        sum_over(units.len(), at.len(), |i, part| {
            let unit = &units[i];
            let point = unit.at(&effects, 0.0);
            part.value += unit.constant + point.value;
            for t in 1..effects.len() {
                part.gradient[t - 1] += unit.counts[t] - unit.total * point.shares[t];
                for u in 1..=t {
                    part.hessian[(t - 1, u - 1)] -= unit.share_covariance(&point, t, u);
                }
            }
        })
    })
}

/// The maximum over `sigma >= 0`.
fn fit_spread(units: &[UnitLikelihood], common: &Maximum) -> Result<Fitted> {
    let effects = with_first(&common.at);
    // Score of the likelihood for sigma^2 at zero: half the sum of squared first and of second derivatives in the slope.
    let score: f64 = units
        .iter()
        .map(|unit| {
            let point = unit.at(&effects, 0.0);
            point.slope * point.slope + point.curvature
        })
        .sum();
    let rule = gauss_hermite(NODES)?;
    let evaluate = |at: &[f64]| {
        let effects = with_first(&at[..at.len() - 1]);
        let spread = at[at.len() - 1].clamp(-30.0, 5.0).exp();
        sum_over(units.len(), at.len(), |i, part| units[i].integrate(&effects, spread, &rule, part))
    };
    let with_spread = |spread: f64| {
        let mut at = common.at.clone();
        at.push(spread.ln());
        at
    };
    let best = LADDER
        .iter()
        .map(|spread| (*spread, evaluate(&with_spread(*spread)).value))
        .fold((LADDER[0], f64::NEG_INFINITY), |best, next| if next.1 > best.1 { next } else { best });
    let boundary = Fitted {
        periods: effects.clone(),
        spread: 0.0,
        error: None,
        value: common.value,
        gradient: common.gradient,
        iterations: common.iterations,
    };
    if score <= 0.0 && best.1 <= common.value {
        return Ok(boundary);
    }
    let start = if best.1 > common.value { best.0 } else { 1e-3 };
    let inner: Maximum = maximise(METHOD, with_spread(start), |at| -> Evaluation { evaluate(at) })?;
    if inner.value <= common.value {
        return Ok(boundary);
    }
    let last = inner.at.len() - 1;
    let variance = inner.information.clone().cholesky().map(|factor| factor.inverse()[(last, last)]);
    Ok(Fitted {
        periods: with_first(&inner.at[..last]),
        spread: inner.at[last].exp(),
        error: variance.map(f64::sqrt),
        value: inner.value,
        gradient: inner.gradient,
        iterations: common.iterations + inner.iterations,
    })
}

fn with_first(at: &[f64]) -> Vec<f64> {
    std::iter::once(0.0).chain(at.iter().copied()).collect()
}

fn check(counts: &Matrix, exposure: &Matrix, times: &[f64], level: f64) -> Result<()> {
    StatsError::check_probability("the level of an interval", level)?;
    let periods = times.len();
    if periods < 2 {
        return Err(StatsError::TooFew { what: "periods for a trend", found: periods, needed: 2 });
    }
    StatsError::check_finite("a time", times)?;
    if times.windows(2).any(|pair| pair[1] <= pair[0]) {
        return Err(StatsError::Setting("the times of the periods must rise".to_owned()));
    }
    StatsError::check_length("the periods of the counts", counts.ncols(), periods)?;
    StatsError::check_length("the periods of the exposures", exposure.ncols(), periods)?;
    StatsError::check_length("the units of the exposures", exposure.nrows(), counts.nrows())?;
    let mut first_empty = None;
    for t in 0..periods {
        let (y, e) = (counts.column(t), exposure.column(t));
        for i in 0..counts.nrows() {
            let good = y[i] >= 0.0 && y[i].fract() == 0.0 && e[i] >= 0.0 && e[i].is_finite();
            if !good || (e[i] == 0.0 && y[i] > 0.0) {
                let reason = "must be a whole number, zero or more, with a positive exposure (zero exposure only for \
                              zero events)";
                return Err(StatsError::Value {
                    what: format!("a count of period {}", t + 1),
                    row: i + 1,
                    reason,
                });
            }
        }
        if y.sum() == 0.0 {
            first_empty = first_empty.or(Some(t + 1));
        }
    }
    match first_empty {
        None => Ok(()),
        Some(t) => Err(StatsError::NoAnswer(format!(
            "period {t} has no event in any unit, so a trend through it has no finite estimate"
        ))),
    }
}
