use serde::Serialize;

use super::estimators::Estimator;
use super::run::{Run, Simulated, simulate, simulate_frame};
use super::trial::ClusterTrial;
use crate::numeric::distributions::{normal_pdf, normal_quantile};
use crate::{Result, StatsError};

/// A minimal detectable effect found by simulation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// The effect.
    pub effect: f64,
    /// Lower end of its 95% Monte Carlo interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Monte Carlo standard error: that of the power divided by the slope of the power curve.
    pub error: f64,
    /// The simulation at the effect nearest to it.
    pub nearest: Simulated,
    /// All effects that were looked at with their power.
    pub tried: Vec<(f64, f64)>,
}

/// Finds the effect that is detected with a power, beginning at a guess (whose sign it keeps).
///
/// All effects are simulated with the same random numbers, so that the power is all but a smooth rising curve of the effect. The
/// curve is followed on the scale of normal quantiles, where it is nearly a straight line
/// (`quantile(power) = effect / se - z`), by the secant method, until the effect changes by less than a tenth of its
/// Monte Carlo error.
///
/// # Errors
/// As [`simulate`]; [`StatsError::NotConverged`] if the power cannot be brought to the one asked for.
pub fn minimal_effect(
    trial: &ClusterTrial,
    estimator: &dyn Estimator,
    wanted: f64,
    guess: f64,
    run: &Run<'_>,
) -> Result<Found> {
    StatsError::check_probability("the power", wanted)?;
    if !guess.is_finite() || guess == 0.0 {
        return Err(StatsError::Setting("the search needs a guess of the effect other than zero".into()));
    }
    if wanted <= run.alpha {
        return Err(StatsError::Setting("the power asked for must be above the size of the test".into()));
    }
    let frame = trial.frame()?;
    let run = Run { precision: None, ..*run };
    let target = normal_quantile(wanted);
    // Where power would be half: the intercept of the line is the critical value.
    let critical = normal_quantile(1.0 - 0.5 * run.alpha);
    let mut tried: Vec<(f64, f64, Simulated)> = Vec::new();
    let mut effect = guess;
    const STEPS: usize = 24;
    let mut looked = Vec::new();
    for step in 0..STEPS {
        let found = simulate_frame(trial, &frame, estimator, effect, &run)?;
        let n = found.replicates as f64;
        let share = found.power.estimate.clamp(0.5 / n, 1.0 - 0.5 / n);
        looked.push((effect, found.power.estimate));
        // Near none and near all the curve says little about where the target is: halve or double, and begin there.
        if share > 1.0 - 2.5 / n || (share < 0.15 && share < 0.7 * wanted) {
            effect *= if share > 0.5 { 0.5 } else { 2.0 };
            continue;
        }
        tried.push((effect, normal_quantile(share), found));
        let slope = slope(&tried, target, critical);
        let (at, value, _) = nearest(&tried, target);
        let next = at + (target - value) / slope;
        // dp/deffect = density * slope.
        let error = (wanted * (1.0 - wanted) / n).sqrt() / (normal_pdf(target) * slope.abs());
        let around = bracket(&tried, target);
        // A finite simulation is a staircase: between two trials less than half an error apart, or on the wrong sides of each
        // other, there is nothing to find but noise.
        let narrow = around.is_some_and(|(below, above)| above.abs() - below.abs() <= 0.5 * error);
        if narrow || (tried.len() > 1 && (next - at).abs() <= 0.1 * error) {
            let effect = match around {
                Some((below, above)) if narrow => 0.5 * (below + above),
                _ => next,
            };
            let half = normal_quantile(0.975) * error;
            let (_, _, nearest) = nearest(&tried, target);
            let nearest = nearest.clone();
            return Ok(Found {
                effect,
                low: effect - half,
                high: effect + half,
                error,
                nearest,
                tried: looked,
            });
        }
        effect = match around {
            // Halving makes an end of it where the line keeps to one side.
            Some((below, above)) if step >= 6 || (next - below) * (next - above) >= 0.0 => {
                0.5 * (below + above)
            }
            Some(_) => next,
            // No more than threefold either way, and on the side of the guess: a first guess may be far off.
            None => guess.signum() * (next * guess.signum()).clamp(at.abs() / 3.0, at.abs() * 3.0),
        };
        // Without a bracket the next trial must not be the last one again: a step over the target gives one.
        if around.is_none() && (effect - at).abs() < 0.1 * error {
            effect += if *value < target { 0.5 } else { -0.5 } * error * guess.signum();
        }
    }
    Err(StatsError::NotConverged {
        method: "the search for the minimal detectable effect",
        iterations: STEPS,
        reason: format!("the last effect looked at was {effect}"),
    })
}

type Try = (f64, f64, Simulated);

fn nearest(tried: &[Try], target: f64) -> &Try {
    let mut best = &tried[0];
    for one in tried {
        if (one.1 - target).abs() < (best.1 - target).abs() {
            best = one;
        }
    }
    best
}

/// The largest effect whose power falls short and the smallest whose power does not, if both sides have been seen.
fn bracket(tried: &[Try], target: f64) -> Option<(f64, f64)> {
    let size = |one: &&Try| one.0.abs();
    let below = tried.iter().filter(|one| one.1 < target).max_by(|a, b| size(a).total_cmp(&size(b)))?;
    let above = tried.iter().filter(|one| one.1 >= target).min_by(|a, b| size(a).total_cmp(&size(b)))?;
    Some((below.0, above.0))
}

/// Slope of the quantile of power over the effect: between the nearest trials on either side of the target, if these are far enough
/// apart to differ by more than noise; otherwise by the line through `-critical` at an effect of zero.
fn slope(tried: &[Try], target: f64, critical: f64) -> f64 {
    let side = |above: bool| {
        tried
            .iter()
            .filter(|(_, value, _)| (*value >= target) == above)
            .min_by(|a, b| (a.1 - target).abs().total_cmp(&(b.1 - target).abs()))
    };
    let (at, value, _) = nearest(tried, target);
    let line = (value + critical) / at;
    if let (Some(above), Some(below)) = (side(true), side(false))
        && (above.0 - below.0).abs() > 0.1 * at.abs()
    {
        let secant = (above.1 - below.1) / (above.0 - below.0);
        if secant / line > 0.5 && secant / line < 2.0 {
            return secant;
        }
    }
    line
}

/// One point of a curve.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// What was varied.
    pub value: f64,
    /// What the simulation found.
    pub found: Simulated,
}

/// Simulates along a curve: over numbers of clusters, years, correlations or effects. `scenario` makes trial and effect from each
/// value; all points share the random numbers.
///
/// # Errors
/// As [`simulate`].
pub fn curve(
    values: &[f64],
    scenario: impl Fn(f64) -> Result<(ClusterTrial, f64)>,
    estimator: &dyn Estimator,
    run: &Run<'_>,
) -> Result<Vec<Point>> {
    values
        .iter()
        .map(|&value| {
            let (trial, effect) = scenario(value)?;
            Ok(Point { value, found: simulate(&trial, estimator, effect, run)? })
        })
        .collect()
}
