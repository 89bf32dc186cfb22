use serde::Serialize;

use super::control::SyntheticControl;
use super::method::Method;
use super::panel::Panel;
use crate::{Result, StatsError};

/// Interval of the effect in one treated period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct JackknifePlus {
    /// The period.
    pub period: f64,
    /// Gap of the fit to all periods before treatment.
    pub estimate: f64,
    /// Lower end; minus infinity where there are too few periods for the level.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Jackknife+ over time (Barber, Candes, Ramdas and Tibshirani 2021, Annals of Statistics 49, equation 1.6, with periods as
/// the exchangeable items): leave each period before treatment out, fit, and put the residual in the left-out period around
/// the prediction of that fit.
///
/// For level `1 - a` and `n` periods before treatment the counterfactual lies between the `floor(a (n + 1))`-th smallest of
/// `mu_t - R_t` and the `ceil((1 - a)(n + 1))`-th smallest of `mu_t + R_t`; the effect is the observed outcome minus that.
/// Coverage is at least `1 - 2a` for exchangeable periods whatever the model, and usually near `1 - a`.
///
/// # Errors
/// [`StatsError::TooFew`] with fewer than two periods before treatment; those of the method.
pub fn jackknife_plus(panel: &Panel, method: &dyn Method, level: f64) -> Result<Vec<JackknifePlus>> {
    StatsError::check_probability("the level of the interval", level)?;
    let n = panel.first();
    if n < 2 {
        return Err(StatsError::TooFew { what: "periods before treatment", found: n, needed: 2 });
    }
    let full = SyntheticControl::fit(panel, method)?;
    let (target, donors) = (panel.target(), panel.donors());
    let mut lows = vec![Vec::with_capacity(n); panel.after().len()];
    let mut highs = lows.clone();
    for out in 0..n {
        let rows: Vec<usize> = (0..panel.periods().len()).filter(|&row| row != out).collect();
        let reduced = panel.with_rows(&rows, n - 1)?;
        let found = method.prepare(&reduced, reduced.before())?.weigh(&target, &donors)?;
        // The weights of the reduced panel applied to the whole one, the period left out included.
        let control = SyntheticControl::from_weights(panel, found, &target, &donors);
        let residual = control.gaps[out].abs();
        for (at, row) in panel.after().enumerate() {
            lows[at].push(control.synthetic[row] - residual);
            highs[at].push(control.synthetic[row] + residual);
        }
    }
    let alpha = 1.0 - level;
    let below = (alpha * (n + 1) as f64 + 1e-9).floor() as usize;
    let above = ((1.0 - alpha) * (n + 1) as f64 - 1e-9).ceil() as usize;
    Ok(panel
        .after()
        .enumerate()
        .map(|(at, row)| {
            lows[at].sort_unstable_by(f64::total_cmp);
            highs[at].sort_unstable_by(f64::total_cmp);
            let least = if below == 0 { f64::NEG_INFINITY } else { lows[at][below - 1] };
            let most = if above > n { f64::INFINITY } else { highs[at][above - 1] };
            JackknifePlus {
                period: panel.periods()[row],
                estimate: full.gaps[row],
                low: full.observed[row] - most,
                high: full.observed[row] - least,
            }
        })
        .collect())
}
