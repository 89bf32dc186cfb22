use stats::Matrix;
use stats::wedge::{Settings, Trial, fit};

use super::{Estimator, Fit, Job, Need, effect_label, failed};
use crate::error::Result;
use crate::prepare::codes;
use crate::result::{Check, Effect, Fact, Measure};

/// Clusters that cross over to treatment one after another.
pub(super) struct SteppedWedge;

impl Estimator for SteppedWedge {
    fn title(&self) -> &'static str {
        "Stepped-wedge trial: linear mixed model with periods, clusters and clusters by period"
    }

    fn page(&self) -> &'static str {
        "docs/methods/stepped-wedge.md"
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Outcome, Need::Arms, Need::Cluster, Need::Period]
    }

    fn fit(&self, job: &Job<'_>) -> Result<Fit> {
        let failed = failed(job.plan.estimator);
        let (plan, frame, level) = (job.plan, job.frame(), job.plan.level);
        let column = |name: &str| frame.numeric(name).map(<[f64]>::to_vec).map_err(&failed);
        let columns: Vec<Vec<f64>> =
            plan.covariates.iter().map(|name| column(name)).collect::<Result<_>>()?;
        let trial = Trial {
            outcome: column(plan.outcome.as_ref().map_or("", |outcome| &outcome.column))?,
            cluster: codes(frame, plan.cluster.as_ref().map_or("", |cluster| &cluster.column)).0,
            period: codes(frame, plan.period.as_ref().map_or("", |period| &period.column)).0,
            treatment: column(plan.arms.as_ref().map_or("", |arms| &arms.column))?,
            individual: plan.unit.as_ref().map(|unit| codes(frame, &unit.column).0),
            covariates: Matrix::from_iterator(frame.rows(), columns.len(), columns.into_iter().flatten()),
            covariate_names: plan.covariates.clone(),
        };
        let found = fit(&trial, &Settings::default()).map_err(&failed)?;
        let estimate = found.effect(level).map_err(&failed)?;
        let robust = found.robust_effect(level).map_err(&failed)?;
        let mut effect = Effect::of(&estimate, Measure::Difference, level);
        let coefficient = plan.arms.as_ref().map_or("", |arms| &arms.column);
        effect.label = effect_label(plan, coefficient);
        let mut out = Fit::new(
            effect,
            "outcome ~ treatment + period + (1 | cluster) + (1 | cluster:period)".to_owned(),
        );
        out.coefficients = found.estimates.table(level);
        out.facts = vec![
            Fact::new("log-likelihood", found.log_likelihood),
            Fact::new("rows", found.rows as f64),
            Fact::new("clusters", found.clusters as f64),
        ];
        out.checks.push(Check {
            name: "Cluster-robust standard error".to_owned(),
            value: Some(robust.standard_error),
            passed: robust.standard_error < 1.5 * estimate.standard_error,
            words: format!(
                "robust interval {} to {}; a much larger robust error says that the correlation is not as the model takes it",
                charts::number::significant(robust.low, 4),
                charts::number::significant(robust.high, 4)
            ),
        });
        out.remarks = found.convergence.remarks;
        Ok(out)
    }
}
