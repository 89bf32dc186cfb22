use stats::cluster::{Clusters, Correction, DegreesOfFreedom, Target, Working, sandwich};

use super::glm::{check, fitted};
use super::{Estimator, Fit, Job, Need, Regression, effect_label, failed, regression_fit};
use crate::error::{Result, suggestion};
use crate::result::{Effect, Fact};

/// A generalised linear model whose standard errors allow for clusters.
pub(super) struct ClusterRobust;

impl Estimator for ClusterRobust {
    fn title(&self) -> &'static str {
        "Generalised linear model with cluster-robust standard errors"
    }

    fn page(&self) -> &'static str {
        "docs/methods/cluster-robust.md"
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Outcome, Need::Effect, Need::Cluster]
    }

    fn options(&self) -> &'static [&'static str] {
        &["family", "covariance"]
    }

    fn is_regression(&self) -> bool {
        true
    }

    fn fit(&self, job: &Job<'_>) -> Result<Fit> {
        let failed = failed(job.plan.estimator);
        let data = Regression::new(job)?;
        let fitted = fitted(job, &data)?;
        let wanted = job.plan.options.covariance.as_deref().unwrap_or("CR2");
        let (correction, df) = match wanted {
            "CR0" => (Correction::CR0, DegreesOfFreedom::Clusters),
            "CR1" => (Correction::CR1, DegreesOfFreedom::Clusters),
            "CR2" => (Correction::CR2, DegreesOfFreedom::Satterthwaite),
            "CR3" => (Correction::CR3, DegreesOfFreedom::Clusters),
            other => {
                return Err(job.source.fault(
                    other,
                    format!("there is no covariance '{other}'"),
                    Some(suggestion(other, &["CR0", "CR1", "CR2", "CR3"], "the kinds are")),
                ));
            }
        };
        let glm = &fitted.glm;
        let x = data.x.select_columns(&glm.kept);
        let linear = glm.family == stats::glm::Family::Gaussian;
        let slopes: Vec<f64> = glm.linear.iter().map(|eta| glm.link.slope(*eta)).collect();
        let clusters = Clusters::new(&data.clusters()).map_err(&failed)?;
        let working = Working {
            names: &glm.estimates.names,
            beta: &glm.estimates.beta,
            x: &x,
            weights: (!linear).then_some(glm.working.weights.as_slice()),
            residuals: &glm.working.residuals,
            bread: &glm.working.bread,
            absorbed: 0,
            target: if linear { Target::Identity } else { Target::InverseWeights },
            slopes: (!linear).then_some(slopes.as_slice()),
        };
        let robust = sandwich(&working, &clusters, correction).map_err(&failed)?;
        let model = format!("{}; errors by {} ({wanted})", job.data.terms, job.data.groups.join(", "));
        let mut out = regression_fit(job, robust.estimates.clone(), fitted.measure, model)?;
        out.coefficients = robust.table(job.plan.level, df).map_err(&failed)?;
        let name = job.data.effect.clone().unwrap_or_default();
        if let Some(row) = out.coefficients.iter().find(|row| row.name == name) {
            out.effect = Effect::of(row, fitted.measure, job.plan.level);
            out.effect.label = effect_label(job.plan, &name);
        }
        out.facts = fitted.facts;
        out.facts.push(Fact::new("clusters", robust.clusters as f64));
        out.remarks = data.remarks;
        out.remarks.extend(fitted.glm.convergence.remarks.iter().cloned());
        out.remarks.extend(robust.remarks.iter().cloned());
        check(&mut out, &fitted.glm);
        out.robust = Some((robust, df));
        Ok(out)
    }
}
