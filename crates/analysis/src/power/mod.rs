//! Power of a design before it is built: in closed form, and by simulating trials and analysing each as planned.

mod plan;
mod report;
mod simulate;

use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use stats::numeric::distributions::beta_quantile;
use stats::power::{
    ClusterMeans, ClusterProportions, ClusterRates, Direction, Test, UnequalSizes, detectable, power,
};
use stats::random::Seed;

pub use plan::{Kind, PowerDesign, PowerPlan, Vary};
pub use report::{html, text};

use crate::error::{AnalysisError, Result};
use crate::prepare::{Source, method};
use crate::progress::Progress;

/// The version of the form of [`PowerResult`] as JSON.
pub const SCHEMA: &str = "nearhand-power/1";
/// Replicates between two looks at whether to stop.
const CHUNK: u64 = 200;
/// Steps of the search for the smallest detectable effect.
const STEPS: usize = 9;

/// What a design can find.
#[derive(Debug, Clone, Serialize)]
pub struct PowerResult {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// What the study is called.
    pub title: String,
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
    /// One point for each effect.
    pub points: Vec<PowerPoint>,
    /// The smallest effect found with the power aimed at, in closed form, downwards and upwards.
    pub detectable: (Option<f64>, Option<f64>),
    /// The same downwards by simulation, where asked for.
    pub detectable_simulated: Option<f64>,
}

/// Power for one effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PowerPoint {
    /// The effect: a ratio for rates, a difference otherwise.
    pub effect: f64,
    /// Power in closed form; none where the formula has no answer.
    pub closed: Option<f64>,
    /// Power by simulation.
    pub simulated: Option<Simulated>,
}

/// Power by simulation with the interval that the number of simulations leaves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Simulated {
    /// Share of the simulated trials that found an effect (intervals that exclude none).
    pub power: f64,
    /// Lower end of the exact 95% interval (Clopper and Pearson).
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Share in which the interval included the true effect.
    pub coverage: f64,
    /// Simulated trials that were analysed.
    pub analysed: u64,
    /// Simulated trials that could not be analysed; they count as not finding an effect.
    pub failed: u64,
}

/// Works a plan out.
///
/// # Errors
/// [`AnalysisError::Plan`] for designs that make no sense, [`AnalysisError::Stopped`].
pub fn run(source: Source<'_>, plan: &PowerPlan, progress: &dyn Progress) -> Result<PowerResult> {
    plan.check(source)?;
    let designs = plan.designs();
    let total = (designs.len() * plan.effects.len()) as u64;
    let mut curves = Vec::new();
    let mut done = 0;
    for (name, design) in designs {
        let mut points = Vec::new();
        for effect in &plan.effects {
            if progress.stopped() {
                return Err(AnalysisError::Stopped);
            }
            let simulated = match plan.simulations {
                0 => None,
                n => Some(simulated(plan, &design, *effect, n, progress)?),
            };
            points.push(PowerPoint { effect: *effect, closed: closed(plan, &design, *effect), simulated });
            done += 1;
            progress.step("power", done, total);
        }
        let detectable =
            (smallest(plan, &design, Direction::Decrease), smallest(plan, &design, Direction::Increase));
        let detectable_simulated = if plan.detectable && plan.simulations > 0 {
            search(plan, &design, detectable.0, progress)?
        } else {
            None
        };
        curves.push(PowerCurve { name, points, detectable, detectable_simulated });
    }
    Ok(PowerResult {
        schema: SCHEMA,
        title: plan.title.clone(),
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

fn test(plan: &PowerPlan) -> Test {
    Test::two_sided(1.0 - plan.level)
}

fn rates(design: &PowerDesign) -> ClusterRates {
    ClusterRates {
        clusters: design.clusters_per_arm,
        person_time: design.members,
        control: design.control,
        k: design.k,
        matched: false,
    }
}

fn means(design: &PowerDesign) -> ClusterMeans {
    ClusterMeans {
        size_cv: design.size_cv,
        sd: design.sd,
        cluster_r2: design.cluster_r2,
        ..ClusterMeans::new(design.clusters_per_arm, design.members, design.icc)
    }
}

fn proportions(design: &PowerDesign) -> ClusterProportions {
    ClusterProportions {
        clusters: [design.clusters_per_arm; 2],
        size: design.members,
        size_cv: design.size_cv,
        unequal: UnequalSizes::Weighted,
        icc: design.icc,
        control: design.control,
        normal: false,
    }
}

fn closed(plan: &PowerPlan, design: &PowerDesign, effect: f64) -> Option<f64> {
    let test = test(plan);
    match plan.outcome {
        Kind::Rate => power(&rates(design), design.control * (effect - 1.0), &test),
        Kind::Mean => power(&means(design), effect, &test),
        Kind::Proportion => power(&proportions(design), effect, &test),
    }
    .ok()
}

/// The smallest detectable effect in closed form.
fn smallest(plan: &PowerPlan, design: &PowerDesign, direction: Direction) -> Option<f64> {
    let test = test(plan);
    match plan.outcome {
        Kind::Rate => {
            detectable(&rates(design), plan.aim, &test, direction).map(|d| 1.0 + d / design.control)
        }
        Kind::Mean => detectable(&means(design), plan.aim, &test, direction),
        Kind::Proportion => detectable(&proportions(design), plan.aim, &test, direction),
    }
    .ok()
}

/// Simulates and analyses trials. Trial `k` takes random stream `k`, so that the result does not depend on threads and designs
/// are compared on the same draws.
fn simulated(
    plan: &PowerPlan,
    design: &PowerDesign,
    effect: f64,
    simulations: u64,
    progress: &dyn Progress,
) -> Result<Simulated> {
    let seed = Seed::from_number(plan.seed);
    let trial = simulate::Trial::new(design, seed).map_err(|error| method("the design", error))?;
    let model = trial.model().map_err(|error| method("the design", error))?;
    let (mut found, mut covered, mut analysed) = (0_u64, 0_u64, 0_u64);
    let mut from = 0;
    while from < simulations {
        if progress.stopped() {
            return Err(AnalysisError::Stopped);
        }
        let to = (from + CHUNK).min(simulations);
        let outcomes: Vec<Option<(bool, bool)>> = (from..to)
            .into_par_iter()
            .map_init(stats::mixed::Workspace::default, |workspace, replicate| {
                trial.replicate(&model, workspace, effect, plan.level, seed, replicate + 1)
            })
            .collect();
        for (rejects, covers) in outcomes.into_iter().flatten() {
            analysed += 1;
            found += u64::from(rejects);
            covered += u64::from(covers);
        }
        from = to;
    }
    let n = simulations as f64;
    let s = found as f64;
    Ok(Simulated {
        power: s / n,
        low: if found == 0 { 0.0 } else { beta_quantile(0.025, s, n - s + 1.0) },
        high: if found == simulations { 1.0 } else { beta_quantile(0.975, s + 1.0, n - s) },
        coverage: covered as f64 / analysed.max(1) as f64,
        analysed,
        failed: simulations - analysed,
    })
}

/// Halves the interval between no effect and one that is found, on the same draws in every step.
fn search(
    plan: &PowerPlan,
    design: &PowerDesign,
    guess: Option<f64>,
    progress: &dyn Progress,
) -> Result<Option<f64>> {
    let reaches = |log_ratio: f64| -> Result<bool> {
        Ok(simulated(plan, design, log_ratio.exp(), plan.simulations, progress)?.power >= plan.aim)
    };
    let mut far = guess.filter(|ratio| *ratio > 0.01).map_or(-0.2, |ratio| ratio.ln() * 1.5);
    while !reaches(far)? {
        far *= 1.6;
        if far < -5.0 {
            return Ok(None);
        }
    }
    let mut near = 0.0;
    for step in 0..STEPS {
        let middle = 0.5 * (near + far);
        if reaches(middle)? {
            far = middle;
        } else {
            near = middle;
        }
        progress.step("smallest detectable effect", step as u64 + 1, STEPS as u64);
    }
    Ok(Some(far.exp()))
}
