use stats::gee::{Correction, Correlation, Options, fit};
use stats::glm::{Family, Link};

use super::design::residual_checks;
use super::{Estimator, Fit, Job, Need, Regression, failed, regression_fit};
use crate::error::{Result, suggestion};
use crate::result::{Fact, Measure};

/// Generalised estimating equations: effects on the average of the population.
pub(super) struct Gee;

fn chosen<T: Copy>(job: &Job<'_>, written: &str, known: &[(&str, T)], what: &str) -> Result<T> {
    known.iter().find(|(name, _)| *name == written).map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        job.source.fault(
            written,
            format!("there is no {what} '{written}'"),
            Some(suggestion(written, &names, "there are")),
        )
    })
}

impl Estimator for Gee {
    fn title(&self) -> &'static str {
        "Generalised estimating equations"
    }

    fn page(&self) -> &'static str {
        "docs/methods/gee.md"
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Outcome, Need::Effect, Need::Cluster]
    }

    fn options(&self) -> &'static [&'static str] {
        &["family", "correlation", "covariance"]
    }

    fn is_regression(&self) -> bool {
        true
    }

    fn fit(&self, job: &Job<'_>) -> Result<Fit> {
        let failed = failed(job.plan.estimator);
        let data = Regression::new(job)?;
        let set = &job.plan.options;
        if data.trials.is_some() {
            return Err(job.source.fault("gee", "'gee' takes one row for each person; outcomes with trials need 'logistic-mixed' or 'cluster-robust'", None));
        }
        let family = chosen(
            job,
            set.family.as_deref().unwrap_or("gaussian"),
            &[("gaussian", Family::Gaussian), ("binomial", Family::Binomial), ("poisson", Family::Poisson)],
            "family",
        )?;
        let correlation = chosen(
            job,
            set.correlation.as_deref().unwrap_or("exchangeable"),
            &[("exchangeable", Correlation::Exchangeable), ("independence", Correlation::Independence)],
            "working correlation",
        )?;
        let correction = chosen(
            job,
            set.covariance.as_deref().unwrap_or("robust"),
            &[
                ("robust", Correction::Robust),
                ("mancl-derouen", Correction::ManclDeRouen),
                ("kauermann-carroll", Correction::KauermannCarroll),
                ("fay-graubard", Correction::FayGraubard),
            ],
            "covariance",
        )?;
        let mut options = Options::new(family, correlation).names(&data.names);
        if let Some(offset) = data.offset.as_deref() {
            options = options.offset(offset);
        }
        let found = fit(&data.x, &data.y, &data.clusters(), &options).map_err(&failed)?;
        let measure = match family.usual_link() {
            Link::Log => Measure::RateRatio,
            Link::Logit => Measure::OddsRatio,
            _ => Measure::Difference,
        };
        let estimates = found.estimates(correction).map_err(&failed)?;
        let model = format!(
            "{}; {} within {}",
            job.data.terms,
            set.correlation.as_deref().unwrap_or("exchangeable"),
            job.data.groups.join(", ")
        );
        let mut out = regression_fit(job, estimates, measure, model)?;
        out.facts = vec![
            Fact::new("working correlation", found.alpha),
            Fact::new("scale", found.phi),
            Fact::new("clusters", found.clusters as f64),
            Fact::new("rows of the largest cluster", found.largest_cluster as f64),
        ];
        let variance: Vec<f64> =
            found.fitted.iter().map(|mu| (family.variance(*mu) * found.phi).max(1e-300)).collect();
        let (checks, figures) = residual_checks(&data.y, &found.fitted, &variance, found.beta.len(), false);
        out.checks = checks;
        out.figures = figures;
        if found.clusters < 40 && correction == Correction::Robust {
            out.remarks.push(format!(
                "{} clusters are few for the robust covariance; covariance = \"mancl-derouen\" allows for it",
                found.clusters
            ));
        }
        out.remarks.extend(data.remarks);
        out.remarks.extend(found.convergence.remarks);
        Ok(out)
    }
}
