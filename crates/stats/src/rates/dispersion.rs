//! More variation between units than chance explains: Spiegelhalter's winsorised estimates (2005, appendix A.3).

use serde::Serialize;

use crate::numeric::distributions::chi_squared_upper;
use crate::{Result, StatsError};

/// Scale on which the deviation of a rate from its target is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Transformation {
    /// The rate itself: `z = (y - E) / sqrt(E)`; for proportions `(p - p0) / sqrt(p0 (1 - p0) / n)`.
    Identity,
    /// Its square root: `z = 2 (sqrt(y) - sqrt(E))`; for proportions the arc sine of the square root.
    SquareRoot,
    /// Its logarithm: `z = sqrt(E) log(y / E)`; for proportions the logit. Half an event is added where there are none.
    Log,
}

/// How much more the units vary than chance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Overdispersion {
    /// Multiplicative factor `phi`: mean square of the (winsorised) z scores; variances are `phi` times what chance gives.
    pub phi: f64,
    /// Additive variance `tau^2` between units on the scale of the transformation (DerSimonian and Laird's moment estimator from
    /// the winsorised `phi`); never negative.
    pub tau_squared: f64,
    /// Upper tail of `I phi` in a chi-squared distribution with `I` degrees of freedom, `I` units (approximate after winsorising,
    /// which makes `phi` smaller).
    pub p: f64,
    /// Number of units `I`.
    pub units: usize,
}

/// Z scores with their most extreme values pulled in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Winsorised {
    /// The scores after winsorising, in their order.
    pub scores: Vec<f64>,
    /// Lower bound put on the scores.
    pub low: f64,
    /// Upper bound put on the scores.
    pub high: f64,
    /// What the winsorised scores say.
    pub overdispersion: Overdispersion,
}

/// Overdispersion of z scores, `share` (0.1 for 10%) of them pulled in at each end.
///
/// With `z_w` the scores bounded by their `share` and `1 - share` quantiles (linear interpolation, R's type 7),
/// `phi = sum z_w^2 / I` and `tau^2 = max(0, (I phi - (I - 1)) / (sum w - sum w^2 / sum w))`, `w = 1 / s^2` (Spiegelhalter 2005, A.3.1 and
/// A.3.2). `errors` are the standard errors `s` of the units under chance alone.
///
/// # Errors
/// [`StatsError::TooFew`] for fewer than two units; [`StatsError::Setting`] for a share outside `[0, 0.5)`; [`StatsError::Shape`] and
/// [`StatsError::Value`] for errors that do not match or are not positive.
pub fn winsorised_overdispersion(scores: &[f64], errors: &[f64], share: f64) -> Result<Winsorised> {
    StatsError::check_length("the standard errors", errors.len(), scores.len())?;
    StatsError::check_finite("a z score", scores)?;
    if let Some(at) = errors.iter().position(|s| !(*s > 0.0 && s.is_finite())) {
        let reason = "must be positive and finite";
        return Err(StatsError::Value { what: "a standard error".to_owned(), row: at + 1, reason });
    }
    if !(0.0..0.5).contains(&share) {
        return Err(StatsError::Setting(format!(
            "the share to winsorise at each end must be at least 0 and below 0.5, and is {share}"
        )));
    }
    if scores.len() < 2 {
        return Err(StatsError::TooFew { what: "units for overdispersion", found: scores.len(), needed: 2 });
    }
    let mut sorted = scores.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let (low, high) = (quantile(&sorted, share), quantile(&sorted, 1.0 - share));
    let bounded: Vec<f64> = scores.iter().map(|z| z.clamp(low, high)).collect();
    let units = scores.len() as f64;
    let squares: f64 = bounded.iter().map(|z| z * z).sum();
    let (mut first, mut second) = (0.0, 0.0);
    for s in errors {
        let weight = 1.0 / (s * s);
        first += weight;
        second += weight * weight;
    }
    let tau_squared = ((squares - (units - 1.0)) / (first - second / first)).max(0.0);
    let overdispersion = Overdispersion {
        phi: squares / units,
        tau_squared,
        p: chi_squared_upper(squares, units),
        units: scores.len(),
    };
    Ok(Winsorised { scores: bounded, low, high, overdispersion })
}

/// Quantile of sorted values by linear interpolation (Hyndman and Fan 1996, type 7).
pub(super) fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let position = probability * (sorted.len() - 1) as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}
