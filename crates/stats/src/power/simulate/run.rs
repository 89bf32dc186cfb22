use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::estimators::{Estimator, Prepared, Scratch};
use super::frame::Frame;
use super::trial::ClusterTrial;
use crate::numeric::distributions::normal_quantile;
use crate::random::{Seed, fast};
use crate::{Estimate, Result, StatsError};

/// How far a simulation has come.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Progress {
    /// Replicates done.
    pub done: u64,
    /// Replicates at most.
    pub most: u64,
    /// Share of significant results so far.
    pub power: Share,
}

/// Called after every batch; false stops the simulation.
pub type Watch<'a> = &'a (dyn Fn(Progress) -> bool + Sync);

/// The settings of a simulation.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// Replicates, at most.
    pub replicates: u64,
    /// The simulation ends earlier when the 95% Monte Carlo interval of the power is no wider than this to either side
    /// (after at least one batch); `None` runs all.
    pub precision: Option<f64>,
    /// Size of the two-sided test; intervals have level `1 - alpha`.
    pub alpha: f64,
    /// Seed; replicate `k` takes stream `k`.
    pub seed: Seed,
    /// Told after each batch of 500 replicates.
    pub watch: Option<Watch<'a>>,
}

impl Run<'_> {
    /// This many replicates, a test at 5%, no early end.
    #[must_use]
    pub fn new(replicates: u64, seed: Seed) -> Self {
        Self { replicates, precision: None, alpha: 0.05, seed, watch: None }
    }
}

/// A share of replicates with its Monte Carlo interval (Wilson 1927, 95%).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// The share.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Standard error `sqrt(p (1 - p) / n)`.
    pub error: f64,
}

impl Share {
    pub(super) fn of(count: u64, n: u64) -> Self {
        if n == 0 {
            return Self { estimate: f64::NAN, low: 0.0, high: 1.0, error: f64::NAN };
        }
        let z = normal_quantile(0.975);
        let size = n as f64;
        let p = count as f64 / size;
        let below = 1.0 + z * z / size;
        let centre = (p + z * z / (2.0 * size)) / below;
        let half = z / below * (p * (1.0 - p) / size + z * z / (4.0 * size * size)).sqrt();
        // At none and all, rounding would put the end a hair beyond the share itself.
        let low = if count == 0 { 0.0 } else { (centre - half).max(0.0) };
        let high = if count == n { 1.0 } else { (centre + half).min(1.0) };
        Self { estimate: p, low, high, error: (p * (1.0 - p) / size).sqrt() }
    }

    fn half(&self) -> f64 {
        0.5 * (self.high - self.low)
    }
}

/// What a simulation found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Simulated {
    /// The true effect.
    pub effect: f64,
    /// Replicates done.
    pub replicates: u64,
    /// Share of significant results among all replicates, those without an estimate counting as not significant: the power, or
    /// with an effect of zero the type I error.
    pub power: Share,
    /// Share of significant results with the wrong sign (of all, if the effect is zero: with a negative sign).
    pub wrong_sign: Share,
    /// Share of intervals that hold the true effect, among replicates with an estimate.
    pub coverage: Share,
    /// Mean estimate less the true effect.
    pub bias: f64,
    /// Its Monte Carlo standard error.
    pub bias_error: f64,
    /// Standard deviation of the estimates.
    pub empirical_se: f64,
    /// Root of the mean of the squared standard errors; above or below `empirical_se` by its own fault.
    pub model_se: f64,
    /// Replicates without an estimate, by the reason.
    pub failures: BTreeMap<String, u64>,
}

/// Replicates between two reports.
const BATCH: u64 = 500;
const MOST: u64 = 100_000_000;

/// Simulates a trial with a true effect (on the scale of the linear predictor) and analyses every replicate.
///
/// # Errors
/// For settings that make no sense, an estimator that cannot take the design, [`StatsError::Stopped`] on request, and
/// [`StatsError::NoAnswer`] if no replicate of all has an estimate.
pub fn simulate(
    trial: &ClusterTrial,
    estimator: &dyn Estimator,
    effect: f64,
    run: &Run<'_>,
) -> Result<Simulated> {
    let frame = trial.frame()?;
    simulate_frame(trial, &frame, estimator, effect, run)
}

pub(super) fn simulate_frame(
    trial: &ClusterTrial,
    frame: &Frame,
    estimator: &dyn Estimator,
    effect: f64,
    run: &Run<'_>,
) -> Result<Simulated> {
    StatsError::check_probability("the size of the test", run.alpha)?;
    StatsError::check_finite("the effect", &[effect])?;
    if run.replicates == 0 || run.replicates > MOST {
        return Err(StatsError::Setting(format!("a simulation has 1 to {MOST} replicates")));
    }
    if run.precision.is_some_and(|half| half.is_nan() || half <= 0.0) {
        return Err(StatsError::Setting("the precision asked for must be above zero".into()));
    }
    let prepared = estimator.prepare(frame, 1.0 - run.alpha)?;
    let base = trial.base(frame);
    let mut sums = Sums::new(effect, run.alpha);
    let mut done = 0;
    while done < run.replicates {
        let end = (done + BATCH).min(run.replicates);
        for result in batch(trial, frame, &base, prepared.as_ref(), effect, run.seed, done..end) {
            sums.add(result);
        }
        done = end;
        let power = Share::of(sums.significant, done);
        if let Some(watch) = run.watch
            && !watch(Progress { done, most: run.replicates, power })
        {
            return Err(StatsError::Stopped);
        }
        if run.precision.is_some_and(|half| power.half() <= half) {
            break;
        }
    }
    sums.finish(done)
}

/// Replicates of a batch, in order, whatever thread did them.
fn batch(
    trial: &ClusterTrial,
    frame: &Frame,
    base: &[f64],
    prepared: &dyn Prepared,
    effect: f64,
    seed: Seed,
    replicates: std::ops::Range<u64>,
) -> Vec<Result<Estimate>> {
    const CHUNK: u64 = 25;
    let (start, end) = (replicates.start, replicates.end);
    let chunks: Vec<Vec<Result<Estimate>>> = (0..(end - start).div_ceil(CHUNK))
        .into_par_iter()
        .map_init(
            || (Scratch::default(), Vec::new()),
            |(scratch, outcome), chunk| {
                let first = start + chunk * CHUNK;
                (first..(first + CHUNK).min(end))
                    .map(|k| {
                        trial.outcome(frame, base, effect, &mut fast(seed, k), outcome);
                        prepared.estimate(outcome, scratch)
                    })
                    .collect()
            },
        )
        .collect();
    chunks.into_iter().flatten().collect()
}

/// Running sums in the order of the replicates. Estimates are summed about the true effect, so that digits are kept.
struct Sums {
    effect: f64,
    alpha: f64,
    estimated: u64,
    significant: u64,
    wrong: u64,
    covered: u64,
    error: f64,
    square: f64,
    variance: f64,
    failures: BTreeMap<String, u64>,
}

impl Sums {
    fn new(effect: f64, alpha: f64) -> Self {
        Self {
            effect,
            alpha,
            estimated: 0,
            significant: 0,
            wrong: 0,
            covered: 0,
            error: 0.0,
            square: 0.0,
            variance: 0.0,
            failures: BTreeMap::new(),
        }
    }

    fn add(&mut self, result: Result<Estimate>) {
        let result = result.and_then(|found| {
            let usable = found.estimate.is_finite() && found.standard_error.is_finite() && !found.p.is_nan();
            if usable {
                Ok(found)
            } else {
                Err(StatsError::NoAnswer("the estimate is not a finite number".into()))
            }
        });
        match result {
            Err(error) => *self.failures.entry(error.to_string()).or_insert(0) += 1,
            Ok(found) => {
                self.estimated += 1;
                let error = found.estimate - self.effect;
                self.error += error;
                self.square += error * error;
                self.variance += found.standard_error * found.standard_error;
                self.covered += u64::from(found.low <= self.effect && self.effect <= found.high);
                if found.p < self.alpha {
                    self.significant += 1;
                    let right = if self.effect == 0.0 { 1.0 } else { self.effect };
                    self.wrong += u64::from(found.estimate * right < 0.0);
                }
            }
        }
    }

    fn finish(self, done: u64) -> Result<Simulated> {
        if self.estimated == 0 {
            let reason = self.failures.keys().next().cloned().unwrap_or_default();
            return Err(StatsError::NoAnswer(format!("no replicate has an estimate: {reason}")));
        }
        let n = self.estimated as f64;
        let bias = self.error / n;
        let spread = if self.estimated > 1 {
            ((self.square - n * bias * bias).max(0.0) / (n - 1.0)).sqrt()
        } else {
            f64::NAN
        };
        Ok(Simulated {
            effect: self.effect,
            replicates: done,
            power: Share::of(self.significant, done),
            wrong_sign: Share::of(self.wrong, done),
            coverage: Share::of(self.covered, self.estimated),
            bias,
            bias_error: spread / n.sqrt(),
            empirical_se: spread,
            model_se: (self.variance / n).sqrt(),
            failures: self.failures,
        })
    }
}
