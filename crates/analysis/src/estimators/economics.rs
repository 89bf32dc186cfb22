use charts::number;
use stats::Estimate;
use stats::economics::{Clusters, Fieller, Quadrant};

use super::{Estimator, Fit, Job, Need, failed};
use crate::error::Result;
use crate::figure::{Figure, thinned};
use crate::plan::Better;
use crate::prepare::codes;
use crate::result::{Check, Effect, Fact, Measure};

/// Costs against effects in a trial of clusters.
pub(super) struct CostEffectiveness;

/// What a unit of the outcome is worth where the plan says nothing.
const USUAL: [f64; 2] = [20_000.0, 30_000.0];
/// Points of the acceptability curve.
const POINTS: u32 = 100;

fn quadrant(quadrant: Quadrant) -> &'static str {
    match quadrant {
        Quadrant::NorthEast => "dearer and better",
        Quadrant::SouthEast => "cheaper and better",
        Quadrant::SouthWest => "cheaper and worse",
        Quadrant::NorthWest => "dearer and worse",
    }
}

fn fieller(set: Fieller) -> String {
    let pounds = |value: f64| number::fixed(value, 0);
    match set {
        Fieller::Interval { low, high } => format!("{} to {}", pounds(low), pounds(high)),
        Fieller::Outside { low, high } => {
            format!("everything below {} and above {} (the effect may be zero)", pounds(low), pounds(high))
        }
        Fieller::Everything => "any ratio at all".to_owned(),
    }
}

impl Estimator for CostEffectiveness {
    fn title(&self) -> &'static str {
        "Costs against effects, with clusters resampled"
    }

    fn page(&self) -> &'static str {
        "docs/methods/cost-effectiveness.md"
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Outcome, Need::Arms, Need::Cost, Need::Cluster]
    }

    fn options(&self) -> &'static [&'static str] {
        &["draws", "thresholds"]
    }

    fn takes_covariates(&self) -> bool {
        false
    }

    fn fit(&self, job: &Job<'_>) -> Result<Fit> {
        let failed = failed(job.plan.estimator);
        let (plan, frame, level) = (job.plan, job.frame(), job.plan.level);
        let column = |name: &str| frame.numeric(name).map(<[f64]>::to_vec).map_err(&failed);
        let cost = column(plan.cost.as_ref().map_or("", |cost| &cost.column))?;
        let mut effect = column(plan.outcome.as_ref().map_or("", |outcome| &outcome.column))?;
        // An effect is something of which more is better.
        let averted = plan.better == Some(Better::Lower);
        if averted {
            for value in &mut effect {
                *value = -*value;
            }
        }
        let treated: Vec<bool> = column(plan.arms.as_ref().map_or("", |arms| &arms.column))?
            .iter()
            .map(|arm| *arm == 1.0)
            .collect();
        let cluster = codes(frame, plan.cluster.as_ref().map_or("", |cluster| &cluster.column)).0;
        let clusters = Clusters::new(&cost, &effect, &treated, &cluster).map_err(&failed)?;
        let increment = clusters.increment();
        let thresholds = plan.options.thresholds.clone().unwrap_or_else(|| USUAL.to_vec());
        let Some(first) = thresholds.first().copied() else {
            return Err(job.source.fault("", "thresholds needs at least one value", None));
        };
        let benefit = increment.net_benefit(first, level);
        let mut natural = Effect::of(&benefit, Measure::Difference, level);
        natural.label =
            format!("net benefit of treatment at {} for a unit of effect", number::fixed(first, 0));
        let mut fit = Fit::new(
            natural,
            "means of clusters; increments of cost and effect with their covariance".to_owned(),
        );
        let [of_cost, of_effect] = increment.estimates(level);
        let named = |name: &str, estimate: Estimate| Estimate { name: name.to_owned(), ..estimate };
        fit.coefficients = vec![
            named("difference in cost", of_cost),
            named(if averted { "difference in effect (averted)" } else { "difference in effect" }, of_effect),
        ];
        for threshold in &thresholds {
            let row = increment.net_benefit(*threshold, level);
            fit.coefficients.push(named(&format!("net benefit at {}", number::fixed(*threshold, 0)), row));
        }
        let ratio = increment.ratio(level).map_err(&failed)?;
        let (control, treatment) = clusters.sizes();
        fit.facts = vec![
            Fact::new("clusters in the control arm", control as f64),
            Fact::new("clusters in the treated arm", treatment as f64),
        ];
        if let Some(value) = ratio.value {
            fit.facts.push(Fact::new("incremental cost-effectiveness ratio", value));
        }
        fit.remarks.push(format!(
            "the estimate is {}; {}% confidence set of the ratio (Fieller): {}",
            quadrant(ratio.quadrant),
            number::fixed(level * 100.0, 0),
            fieller(ratio.fieller)
        ));
        fit.remarks.extend(ratio.remarks);
        job.progress.step("resampling clusters", 0, 1);
        let count = plan.options.draws.unwrap_or(10_000) as usize;
        let draws = clusters.bootstrap(count, job.seed()).map_err(&failed)?;
        fit.facts.push(Fact::new("draws of the cluster bootstrap", count as f64));
        let formula = increment.acceptability(&thresholds).map_err(&failed)?;
        let resampled = draws.acceptability(&thresholds).map_err(&failed)?;
        for (formula, resampled) in formula.iter().zip(&resampled) {
            fit.checks.push(Check {
                name: format!(
                    "Probability of being cost-effective at {}",
                    number::fixed(formula.threshold, 0)
                ),
                value: Some(formula.probability),
                passed: (formula.probability - resampled.probability).abs() < 0.02,
                words: format!(
                    "{} by formula and {} by resampling; they should be close",
                    number::fixed(formula.probability, 4),
                    number::fixed(resampled.probability, 4)
                ),
            });
        }
        let top = thresholds.iter().copied().fold(first, f64::max) * 2.0;
        let grid: Vec<f64> = (0..=POINTS).map(|k| top * f64::from(k) / f64::from(POINTS)).collect();
        let curve = |name: &str, found: Vec<stats::economics::Acceptability>| {
            (
                name.to_owned(),
                found.iter().map(|point| (point.threshold, point.probability)).collect::<Vec<_>>(),
            )
        };
        fit.figures.push(Figure::Acceptability {
            title: "Probability of being cost-effective".to_owned(),
            axis: "What a unit of effect is worth".to_owned(),
            curves: vec![
                curve("by resampling clusters", draws.acceptability(&grid).map_err(&failed)?),
                curve("by formula", increment.acceptability(&grid).map_err(&failed)?),
            ],
        });
        let points: Vec<(f64, f64)> = draws.effect.iter().copied().zip(draws.cost.iter().copied()).collect();
        fit.figures.push(Figure::Scatter {
            title: "Costs and effects in resampled trials".to_owned(),
            x: "Difference in effect".to_owned(),
            y: "Difference in cost".to_owned(),
            points: thinned(&points),
            cross: true,
        });
        Ok(fit)
    }
}
