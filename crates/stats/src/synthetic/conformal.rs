use serde::Serialize;

use super::method::Method;
use super::panel::Panel;
use crate::random::{Sample, Seed, fast};
use crate::{Result, StatsError};

/// Which reorderings of the residuals the test compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Permutations {
    /// The `T` cyclic shifts (moving blocks): valid under serial dependence; the p-value is a multiple of `1/T`.
    #[default]
    MovingBlock,
    /// This many random orders and the observed one: valid for exchangeable residuals; order `k` comes from stream `k`.
    Random {
        /// Number of random orders.
        draws: usize,
        /// Seed of the orders.
        seed: Seed,
    },
}

/// Settings of conformal inference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conformal {
    /// Reorderings.
    pub permutations: Permutations,
    /// The norm `q >= 1` of the statistic `S_q(u) = (T_1^{-1/2} sum_{t > T_0} |u_t|^q)^{1/q}`; 1 is robust to long tails.
    pub norm: f64,
}

impl Default for Conformal {
    fn default() -> Self {
        Self { permutations: Permutations::MovingBlock, norm: 1.0 }
    }
}

/// A confidence set for the effect in one period, or for a constant effect.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ConformalInterval {
    /// The period.
    pub period: f64,
    /// Gap of the fit to the periods before treatment (a point estimate).
    pub estimate: f64,
    /// Lower end; minus infinity if no value so low is rejected.
    pub low: f64,
    /// Upper end; infinity if no value so high is rejected.
    pub high: f64,
    /// P-value of no effect in this period.
    pub p: f64,
}

/// Steps of the first search outward, each `GROWTH` times as long as the one before.
const OUTWARD: usize = 60;
const GROWTH: f64 = 1.25;
/// Halvings of a bracket around an end of an interval.
const HALVINGS: usize = 40;

impl Conformal {
    /// P-value of the hypothesis that the effects of the treated periods are `effects` (one for each), jointly.
    ///
    /// Chernozhukov, Wuthrich and Zhu (2021, JASA 116, equations 1 to 4): take the effects off, fit the weights on all periods
    /// under the hypothesis, and compare the statistic of the residuals with that of their reorderings:
    /// `p = mean over permutations of 1{S(u_perm) >= S(u)}`.
    ///
    /// # Errors
    /// [`StatsError::Shape`] for another number of effects, [`StatsError::Setting`] for a norm below 1; those of the method.
    pub fn p_value(&self, panel: &Panel, method: &dyn Method, effects: &[f64]) -> Result<f64> {
        StatsError::check_length("the hypothesised effects", effects.len(), panel.after().len())?;
        StatsError::check_finite("the hypothesised effects", effects)?;
        if self.norm.is_nan() || self.norm < 1.0 || self.norm.is_infinite() {
            return Err(StatsError::Setting(format!(
                "the norm of the statistic must be 1 or more, and is {}",
                self.norm
            )));
        }
        let mut under = panel.clone();
        for (row, effect) in panel.after().zip(effects) {
            under.take_off(row, *effect);
        }
        let residuals = residuals(&under, method)?;
        self.p_of_residuals(&residuals, panel.first())
    }

    /// Point-wise intervals: for each treated period, the period joins those before treatment and the other treated ones are
    /// left out; the interval holds the effects whose p-value is above `1 - level`.
    ///
    /// With `T_0 + 1` periods no p-value is below `1 / (T_0 + 1)`: where that is above `1 - level`, the interval is the whole
    /// line and says so by infinite ends. Where the accepted set has holes, the interval is its hull.
    ///
    /// # Errors
    /// Those of [`Conformal::p_value`], and [`StatsError::Setting`] for a level outside 0 to 1.
    pub fn pointwise(
        &self,
        panel: &Panel,
        method: &dyn Method,
        level: f64,
    ) -> Result<Vec<ConformalInterval>> {
        StatsError::check_probability("the level of the interval", level)?;
        panel
            .after()
            .map(|row| {
                let rows: Vec<usize> = panel.before().chain(std::iter::once(row)).collect();
                self.invert(&panel.with_rows(&rows, panel.first())?, method, level)
            })
            .collect()
    }

    /// Interval of an effect that is the same in all treated periods, by inverting the joint test. The period given is the first
    /// treated one.
    ///
    /// # Errors
    /// As [`Conformal::pointwise`].
    pub fn constant_effect(
        &self,
        panel: &Panel,
        method: &dyn Method,
        level: f64,
    ) -> Result<ConformalInterval> {
        StatsError::check_probability("the level of the interval", level)?;
        self.invert(panel, method, level)
    }

    fn invert(&self, panel: &Panel, method: &dyn Method, level: f64) -> Result<ConformalInterval> {
        let fit = super::SyntheticControl::fit(panel, method)?;
        let count = panel.after().len();
        let p_at = |effect: f64| self.p_value(panel, method, &vec![effect; count]);
        let alpha = 1.0 - level;
        let estimate = fit.effect;
        let size = fit.gaps.iter().fold(0.0_f64, |most, gap| most.max(gap.abs()));
        let size = if size > 0.0 { size } else { 1.0 };
        let mut ends = [0.0; 2];
        for (end, sign) in ends.iter_mut().zip([-1.0, 1.0]) {
            *end = outer_end(estimate, sign * size / 20.0, alpha, &p_at)?;
        }
        Ok(ConformalInterval {
            period: panel.periods()[panel.first()],
            estimate,
            low: ends[0],
            high: ends[1],
            p: p_at(0.0)?,
        })
    }

    fn p_of_residuals(&self, residuals: &[f64], first: usize) -> Result<f64> {
        let after = residuals.len() - first;
        // Ties up to rounding count as ties: a shift by nothing must count as the observed order itself.
        let statistic = |order: &dyn Fn(usize) -> usize| -> f64 {
            (first..residuals.len()).map(|t| residuals[order(t)].abs().powf(self.norm)).sum::<f64>()
        };
        let observed = statistic(&|t| t);
        let bound = observed - 1e-12 * observed.abs();
        match self.permutations {
            Permutations::MovingBlock => {
                let n = residuals.len();
                let reached = (0..n).filter(|shift| statistic(&|t| (t + shift) % n) >= bound).count();
                Ok(reached as f64 / n as f64)
            }
            Permutations::Random { draws, seed } => {
                if draws == 0 || after == 0 {
                    return Err(StatsError::TooFew { what: "random orders", found: draws, needed: 1 });
                }
                let mut order: Vec<usize> = (0..residuals.len()).collect();
                let reached = (0..draws as u64)
                    .filter(|&draw| {
                        order.iter_mut().enumerate().for_each(|(at, place)| *place = at);
                        fast(seed, draw).shuffle(&mut order);
                        statistic(&|t| order[t]) >= bound
                    })
                    .count();
                Ok((1 + reached) as f64 / (1 + draws) as f64)
            }
        }
    }
}

fn residuals(panel: &Panel, method: &dyn Method) -> Result<Vec<f64>> {
    let weighing = method.prepare(panel, 0..panel.periods().len())?;
    Ok(super::SyntheticControl::with(panel, weighing.as_ref(), &panel.target(), &panel.donors())?.gaps)
}

/// The outermost effect, going from `start` in steps that grow, that the test accepts; infinite if it still accepts the last.
fn outer_end(start: f64, step: f64, alpha: f64, p_at: &dyn Fn(f64) -> Result<f64>) -> Result<f64> {
    let mut accepted = start;
    let mut rejected = None;
    let mut reach = 0.0;
    let mut stride = step;
    for _ in 0..OUTWARD {
        reach += stride;
        stride *= GROWTH;
        let effect = start + reach;
        if p_at(effect)? > alpha {
            accepted = effect;
            rejected = None;
        } else if rejected.is_none() {
            rejected = Some(effect);
        }
    }
    let Some(mut outside) = rejected else { return Ok(f64::INFINITY.copysign(step)) };
    for _ in 0..HALVINGS {
        let middle = 0.5 * (accepted + outside);
        if p_at(middle)? > alpha {
            accepted = middle;
        } else {
            outside = middle;
        }
    }
    Ok(accepted)
}
