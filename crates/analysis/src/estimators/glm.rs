use stats::glm::{Family, GlmFit, Link, Options, fit, fit_negative_binomial};

use super::design::residual_checks;
use super::{Estimator, Fit, Job, Need, Regression, failed, regression_fit};
use crate::error::Result;
use crate::result::{Fact, Measure};

/// Generalised linear models with independent rows.
pub(super) struct Glm;

/// A fitted model with what the reports add to it.
pub(super) struct Fitted {
    pub(super) glm: GlmFit,
    pub(super) facts: Vec<Fact>,
    pub(super) measure: Measure,
}

/// The families that a plan may name.
const FAMILIES: [&str; 6] =
    ["gaussian", "binomial", "poisson", "quasipoisson", "quasibinomial", "negative-binomial"];

/// The family that the plan names; its name too, because the negative binomial is Poisson with theta estimated.
pub(super) fn family<'a>(job: &'a Job<'_>, data: &Regression) -> Result<(Family, &'a str)> {
    let usual = if data.trials.is_some() { "binomial" } else { "gaussian" };
    let name = job.plan.options.family.as_deref().unwrap_or(usual);
    let family = match name {
        "gaussian" => Family::Gaussian,
        "binomial" => Family::Binomial,
        "poisson" | "negative-binomial" => Family::Poisson,
        "quasipoisson" => Family::QuasiPoisson,
        "quasibinomial" => Family::QuasiBinomial,
        other => {
            return Err(job.source.fault(
                other,
                format!("there is no family '{other}'"),
                Some(crate::error::suggestion(other, &FAMILIES, "the families are")),
            ));
        }
    };
    Ok((family, name))
}

/// Fits the family that the plan names.
pub(super) fn fitted(job: &Job<'_>, data: &Regression) -> Result<Fitted> {
    let failed = failed(job.plan.estimator);
    let (family, name) = family(job, data)?;
    let mut options = Options::new(family).names(&data.names);
    if let Some(offset) = data.offset.as_deref() {
        options = options.offset(offset);
    }
    if let Some(trials) = data.trials.as_deref() {
        options = options.trials(trials);
    }
    let mut facts = Vec::new();
    let glm = if name == "negative-binomial" {
        let found = fit_negative_binomial(&data.x, &data.y, &options).map_err(&failed)?;
        facts.push(Fact::new("theta (variance = mean + mean²/theta)", found.theta));
        facts.push(Fact::new("log-likelihood", found.log_likelihood));
        found.glm
    } else {
        let found = fit(&data.x, &data.y, &options).map_err(&failed)?;
        if let Some(value) = found.log_likelihood {
            facts.push(Fact::new("log-likelihood", value));
        }
        found
    };
    facts.push(Fact::new("deviance", glm.deviance));
    facts.push(Fact::new("residual degrees of freedom", glm.df_residual));
    if glm.family.estimates_dispersion() {
        facts.push(Fact::new("dispersion", glm.dispersion));
    }
    let measure = match glm.link {
        Link::Log => Measure::RateRatio,
        Link::Logit => Measure::OddsRatio,
        _ => Measure::Difference,
    };
    Ok(Fitted { glm, facts, measure })
}

/// Checks and pictures of residuals.
pub(super) fn check(fit: &mut Fit, glm: &GlmFit) {
    let variance: Vec<f64> = glm
        .fitted
        .iter()
        .enumerate()
        .map(|(row, mu)| {
            let prior = glm.prior.as_ref().and_then(|prior| prior.get(row)).copied().unwrap_or(1.0);
            glm.family.variance(*mu) * glm.dispersion / prior
        })
        .collect();
    let counted =
        !glm.family.estimates_dispersion() && (glm.family != Family::Binomial || glm.prior.is_some());
    let (checks, figures) = residual_checks(&glm.response, &glm.fitted, &variance, glm.kept.len(), counted);
    fit.checks.extend(checks);
    fit.figures.extend(figures);
}

impl Estimator for Glm {
    fn title(&self) -> &'static str {
        "Generalised linear model with independent rows"
    }

    fn page(&self) -> &'static str {
        "docs/methods/glm.md"
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Outcome, Need::Effect]
    }

    fn options(&self) -> &'static [&'static str] {
        &["family"]
    }

    fn is_regression(&self) -> bool {
        true
    }

    fn fit(&self, job: &Job<'_>) -> Result<Fit> {
        let data = Regression::new(job)?;
        let fitted = fitted(job, &data)?;
        let mut out =
            regression_fit(job, fitted.glm.estimates.clone(), fitted.measure, job.data.terms.clone())?;
        out.facts = fitted.facts;
        out.remarks = data.remarks;
        out.remarks.extend(fitted.glm.convergence.remarks.iter().cloned());
        if job.plan.cluster.is_some() {
            out.remarks.push(
                "the plan names clusters, and this method takes rows as independent: its standard errors are too small if members of a cluster resemble one another; 'cluster-robust' allows for it".to_owned(),
            );
        }
        check(&mut out, &fitted.glm);
        Ok(out)
    }
}
