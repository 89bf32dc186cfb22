//! Power of a design before it is built: in closed form, and by simulating trials and analysing each as planned.
//!
//! The simulation is that of [`stats::power`]; the methods are those of analyses, under the same names.

mod check;
mod closed;
mod design;
mod methods;
mod plan;
mod report;

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use stats::StatsError;
use stats::power::{Direction, Estimator, Run, Simulated, Test, minimal_effect, simulate};
use stats::random::Seed;

pub use plan::{Kind, PowerDesign, PowerPlan, Shape, Varied, Vary};
pub use report::{html, text};

use self::closed::Formula;
use self::design::{to_model, to_natural, trial};
use crate::error::{AnalysisError, Result};
use crate::prepare::{Source, method};
use crate::progress::Progress;

/// The version of the form of [`PowerResult`] as JSON.
pub const SCHEMA: &str = "nearhand-power/2";

/// What designs can find.
#[derive(Debug, Clone, Serialize)]
pub struct PowerResult {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// What the study is called.
    pub title: String,
    /// What it says in plain words.
    pub sentences: Vec<String>,
    /// The method of the simulation, where there is one.
    pub method: Option<String>,
    /// One curve for each design.
    pub curves: Vec<PowerCurve>,
    /// Power aimed at.
    pub aim: f64,
    /// SHA-256 of the plan's bytes.
    pub plan_sha256: String,
    /// Version of this crate.
    pub version: String,
    /// Seed.
    pub seed: u64,
    /// The plan as it was understood.
    pub plan: PowerPlan,
}

/// Power of one design by size of the effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PowerCurve {
    /// The design in words.
    pub name: String,
    /// What was varied to make it.
    pub varied: Option<String>,
    /// The value of that.
    pub value: Option<f64>,
    /// One point for each effect.
    pub points: Vec<PowerPoint>,
    /// Where the closed form comes from; none where the design has none.
    pub formula: Option<String>,
    /// The smallest effect found with the power aimed at, in closed form, downwards and upwards.
    pub detectable: (Option<f64>, Option<f64>),
    /// The same by simulation, where asked for.
    pub detectable_simulated: Option<Detectable>,
    /// Why the search found none, where it did not.
    pub not_found: Option<String>,
}

/// Power for one effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PowerPoint {
    /// The effect: a ratio for rates, a difference otherwise.
    pub effect: f64,
    /// The effect on the scale of the model, where bias and coverage are counted.
    pub model_effect: f64,
    /// Power in closed form; none where the formula has no answer.
    pub closed: Option<f64>,
    /// What the simulation found: power, wrong signs and coverage with Monte Carlo intervals; bias; standard errors; failures.
    pub simulated: Option<Simulated>,
}

impl PowerPoint {
    /// Simulated trials without an estimate.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.simulated.as_ref().map_or(0, |found| found.failures.values().sum())
    }
}

/// The smallest detectable effect by simulation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detectable {
    /// The effect as people read it.
    pub effect: f64,
    /// Lower end of its 95% Monte Carlo interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Effects that were tried, with their power.
    pub tried: Vec<(f64, f64)>,
}

/// Works a plan out.
///
/// # Errors
/// [`AnalysisError::Plan`] for designs that make no sense, [`AnalysisError::Method`] where the method has no answer for any simulated
/// trial, [`AnalysisError::Stopped`].
pub fn run(source: Source<'_>, plan: &PowerPlan, progress: &dyn Progress) -> Result<PowerResult> {
    check::check(source, plan)?;
    let estimator = if plan.simulations > 0 { Some(methods::of(source, plan)?) } else { None };
    let designs = plan.designs();
    let points = (designs.len() * plan.effects.len()) as u64;
    let work = Work { plan, progress, total: points * plan.simulations, before: AtomicU64::new(0) };
    let mut curves = Vec::new();
    for varied in designs {
        curves.push(work.curve(&varied, estimator.as_deref())?);
    }
    Ok(PowerResult {
        schema: SCHEMA,
        title: plan.title.clone(),
        sentences: report::sentences(plan, &curves),
        method: estimator.is_some().then(|| plan.method().as_str().to_owned()),
        curves,
        aim: plan.aim,
        plan_sha256: hex::encode(Sha256::digest(source.text.as_bytes())),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: plan.seed,
        plan: plan.clone(),
    })
}

/// The result as JSON, the same bytes for the same result.
///
/// # Errors
/// Words, if the result cannot be written (it always can).
pub fn json(result: &PowerResult) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(result)?;
    text.push('\n');
    Ok(text)
}

struct Work<'a> {
    plan: &'a PowerPlan,
    progress: &'a dyn Progress,
    /// Trials to simulate in all points.
    total: u64,
    /// Trials of the points that are done.
    before: AtomicU64,
}

impl Work<'_> {
    fn curve(&self, varied: &Varied, estimator: Option<&dyn Estimator>) -> Result<PowerCurve> {
        let (plan, design) = (self.plan, &varied.design);
        let test = Test::two_sided(1.0 - plan.level);
        let formula = Formula::of(plan.outcome, design).ok();
        let closed =
            |effect: f64| formula.as_ref().and_then(|f| f.power(plan.outcome, design, effect, &test));
        let mut points = Vec::new();
        for effect in &plan.effects {
            if self.progress.stopped() {
                return Err(AnalysisError::Stopped);
            }
            let model_effect = to_model(plan.outcome, design, *effect);
            let simulated =
                estimator.map(|estimator| self.simulated(varied, estimator, model_effect)).transpose()?;
            points.push(PowerPoint { effect: *effect, model_effect, closed: closed(*effect), simulated });
        }
        let smallest = |direction| {
            formula.as_ref().and_then(|f| f.detectable(plan.outcome, design, plan.aim, &test, direction))
        };
        let detectable = (smallest(Direction::Decrease), smallest(Direction::Increase));
        let searched = match estimator {
            Some(estimator) if plan.detectable => Some(self.search(varied, estimator, detectable)),
            _ => None,
        };
        // Power that cannot be brought to the one aimed at is a result, and the other points stand.
        let (detectable_simulated, not_found) = match searched {
            None => (None, None),
            Some(Ok(found)) => (Some(found), None),
            Some(Err(AnalysisError::Method { source: StatsError::NotConverged { reason, .. }, .. })) => {
                (None, Some(reason))
            }
            Some(Err(error)) => return Err(error),
        };
        Ok(PowerCurve {
            name: varied.name.clone(),
            varied: varied.by.map(|(what, _)| what.to_owned()),
            value: varied.by.map(|(_, value)| value),
            points,
            formula: formula.map(|f| f.source().to_owned()),
            detectable,
            detectable_simulated,
            not_found,
        })
    }

    fn simulated(&self, varied: &Varied, estimator: &dyn Estimator, effect: f64) -> Result<Simulated> {
        let plan = self.plan;
        let failed = |error| method(&varied.name, error);
        let trial = trial(plan, &varied.design).map_err(failed)?;
        let before = self.before.load(Ordering::Relaxed);
        let watch = |at: stats::power::Progress| {
            self.progress.step(&format!("simulated trials, {}", varied.name), before + at.done, self.total);
            !self.progress.stopped()
        };
        let run = Run {
            precision: plan.precision,
            alpha: 1.0 - plan.level,
            watch: Some(&watch),
            ..Run::new(plan.simulations, Seed::from_number(plan.seed))
        };
        let found = simulate(&trial, estimator, effect, &run).map_err(failed)?;
        self.before.fetch_add(plan.simulations, Ordering::Relaxed);
        Ok(found)
    }

    /// The smallest detectable effect in the direction of the plan's first effect that is one.
    fn search(
        &self,
        varied: &Varied,
        estimator: &dyn Estimator,
        closed: (Option<f64>, Option<f64>),
    ) -> Result<Detectable> {
        let (plan, design) = (self.plan, &varied.design);
        let failed = |error| method(&format!("{}, smallest detectable effect", varied.name), error);
        let of_plan = plan
            .effects
            .iter()
            .map(|effect| to_model(plan.outcome, design, *effect))
            .find(|effect| *effect != 0.0);
        let Some(first) = of_plan else {
            return Err(failed(StatsError::Setting(
                "effects needs one that is not zero, which says in which direction to search".to_owned(),
            )));
        };
        let guess = if first < 0.0 { closed.0 } else { closed.1 }
            .map(|effect| to_model(plan.outcome, design, effect))
            .filter(|effect| effect.is_finite() && effect * first > 0.0)
            .unwrap_or(first);
        let trial = trial(plan, design).map_err(failed)?;
        let stage = format!("smallest detectable effect, {}", varied.name);
        let watch = |at: stats::power::Progress| {
            self.progress.step(&stage, at.done, at.most);
            !self.progress.stopped()
        };
        let run = Run {
            alpha: 1.0 - plan.level,
            watch: Some(&watch),
            ..Run::new(plan.simulations, Seed::from_number(plan.seed))
        };
        let found = minimal_effect(&trial, estimator, plan.aim, guess, &run).map_err(failed)?;
        let natural = |effect: f64| to_natural(plan.outcome, design, effect);
        Ok(Detectable {
            effect: natural(found.effect),
            low: natural(found.low),
            high: natural(found.high),
            tried: found.tried.iter().map(|(effect, power)| (natural(*effect), *power)).collect(),
        })
    }
}
