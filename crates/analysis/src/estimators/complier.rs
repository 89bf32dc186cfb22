use charts::number;
use stats::effects::{Bloom, Fieller, bloom, bloom_from_data};

use super::{Estimator, Fit, Job, Need, effect_label, failed};
use crate::error::Result;
use crate::prepare::codes;
use crate::result::{Check, Effect, Fact, Measure};

/// The effect on those who take part if they are offered to (Bloom 1984).
pub(super) struct ComplierEffect;

impl Estimator for ComplierEffect {
    fn title(&self) -> &'static str {
        "Effect on those who comply with the offer"
    }

    fn page(&self) -> &'static str {
        "docs/methods/effects.md"
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Outcome, Need::Arms, Need::TookPart]
    }

    fn takes_covariates(&self) -> bool {
        false
    }

    fn fit(&self, job: &Job<'_>) -> Result<Fit> {
        let failed = failed(job.plan.estimator);
        let (plan, frame, level) = (job.plan, job.frame(), job.plan.level);
        let column = |name: &str| frame.numeric(name).map(<[f64]>::to_vec).map_err(&failed);
        let outcome = column(plan.outcome.as_ref().map_or("", |outcome| &outcome.column))?;
        let offered = column(plan.arms.as_ref().map_or("", |arms| &arms.column))?;
        let part = column(plan.took_part.as_ref().map_or("", |part| &part.column))?;
        let (found, model, clusters): (Bloom, _, _) = match &plan.cluster {
            None => (
                bloom_from_data(&outcome, &offered, &part, level).map_err(&failed)?,
                "difference of means over the difference in taking part",
                None,
            ),
            Some(cluster) => {
                let group = codes(frame, &cluster.column).0;
                let means = Means::new(&group, &outcome, &offered, &part).map_err(|name| {
                    job.source.fault(
                        &cluster.column,
                        format!(
                            "a group of '{}' has both arms ({name}); offers must be made to whole clusters",
                            cluster.column
                        ),
                        Some("leave cluster out if people were offered one by one".to_owned()),
                    )
                })?;
                (
                    means.bloom(level).map_err(&failed)?,
                    "means of clusters: difference over the difference in taking part",
                    Some(means.offered.len()),
                )
            }
        };
        let mut effect = Effect::of(&found.effect, Measure::Difference, level);
        effect.label = effect_label(plan, &found.effect.name);
        let mut fit = Fit::new(effect, model.to_owned());
        fit.coefficients = vec![found.effect];
        fit.facts = vec![Fact::new("share of compliers", found.compliance)];
        fit.facts.extend(clusters.map(|count| Fact::new("clusters", count as f64)));
        let (passed, words) = match found.fieller {
            Fieller::Between(low, high) => (
                true,
                format!(
                    "{} to {}; it should be near the interval shown",
                    number::significant(low, 4),
                    number::significant(high, 4)
                ),
            ),
            Fieller::Outside(low, high) => (
                false,
                format!(
                    "everything below {} and above {}: the offer did not clearly change who took part",
                    number::significant(low, 4),
                    number::significant(high, 4)
                ),
            ),
            Fieller::Everything => {
                (false, "any effect at all: the offer did not clearly change who took part".to_owned())
            }
        };
        fit.checks.push(Check { name: "Fieller's confidence set".to_owned(), value: None, passed, words });
        fit.remarks.push(
            "this takes for granted that an offer acts only through taking part, and that nobody does the opposite of what is offered".to_owned(),
        );
        Ok(fit)
    }
}

/// Means of outcome and of taking part in one arm.
type Side = (Vec<f64>, Vec<f64>);

/// Means of clusters.
struct Means {
    outcome: Vec<f64>,
    part: Vec<f64>,
    offered: Vec<bool>,
}

impl Means {
    /// The number of a cluster with both arms is the error.
    fn new(
        group: &[usize],
        outcome: &[f64],
        offered: &[f64],
        part: &[f64],
    ) -> std::result::Result<Self, usize> {
        let mut sums: std::collections::BTreeMap<usize, (f64, f64, f64, f64)> =
            std::collections::BTreeMap::new();
        for (((group, y), z), d) in group.iter().zip(outcome).zip(offered).zip(part) {
            let sum = sums.entry(*group).or_default();
            *sum = (sum.0 + 1.0, sum.1 + y, sum.2 + z, sum.3 + d);
        }
        let mut means = Self { outcome: Vec::new(), part: Vec::new(), offered: Vec::new() };
        for (group, (n, y, z, d)) in sums {
            if z != 0.0 && z != n {
                return Err(group + 1);
            }
            means.outcome.push(y / n);
            means.part.push(d / n);
            means.offered.push(z > 0.0);
        }
        Ok(means)
    }

    fn bloom(&self, level: f64) -> stats::Result<Bloom> {
        let arm = |treated: bool| {
            let pick = |values: &[f64]| -> Vec<f64> {
                values
                    .iter()
                    .zip(&self.offered)
                    .filter(|(_, arm)| **arm == treated)
                    .map(|(v, _)| *v)
                    .collect()
            };
            (pick(&self.outcome), pick(&self.part))
        };
        let (one, other) = (arm(true), arm(false));
        for side in [&one, &other] {
            if side.0.len() < 2 {
                return Err(stats::StatsError::TooFew {
                    what: "clusters in an arm",
                    found: side.0.len(),
                    needed: 2,
                });
            }
        }
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        // Covariance of the means of two variables of one arm.
        let shared = |a: &[f64], b: &[f64]| {
            let (n, of_a, of_b) = (a.len() as f64, mean(a), mean(b));
            a.iter().zip(b).map(|(a, b)| (a - of_a) * (b - of_b)).sum::<f64>() / (n - 1.0) / n
        };
        let both = |f: &dyn Fn(&Side) -> f64| f(&one) + f(&other);
        let df = (self.offered.len() - 2) as f64;
        bloom(
            (mean(&one.0) - mean(&other.0), both(&|side| shared(&side.0, &side.0)).sqrt()),
            (mean(&one.1) - mean(&other.1), both(&|side| shared(&side.1, &side.1)).sqrt()),
            both(&|side| shared(&side.0, &side.1)),
            Some(df),
            level,
        )
    }
}
