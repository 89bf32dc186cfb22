use stats::Estimate;
use stats::mixed::{
    Data, End, Family, Groups, Integral, MixedFit, Options, Parameter, ProfileInterval, fit,
    profile_intervals,
};

use super::design::{group_checks, residual_checks};
use super::{Estimator, Fit, Job, Need, OutcomeKind, Regression, effect_label, failed, regression_fit};
use crate::error::Result;
use crate::figure::Figure;
use crate::result::{Check, Effect, Fact, Measure};

/// Models with a random intercept for each cluster.
pub(super) struct Mixed(pub(super) Family);

impl Estimator for Mixed {
    fn title(&self) -> &'static str {
        match self.0 {
            Family::Poisson => "Poisson model with a random intercept for each cluster",
            Family::NegativeBinomial => "Negative binomial model with a random intercept for each cluster",
            Family::Binomial => "Logistic model with a random intercept for each cluster",
            Family::Gaussian => "Linear model with a random intercept for each cluster",
        }
    }

    fn page(&self) -> &'static str {
        "docs/methods/mixed-models.md"
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Outcome, Need::Effect, Need::Cluster]
    }

    fn options(&self) -> &'static [&'static str] {
        if self.0 == Family::Gaussian { &["intervals"] } else { &["nodes", "intervals"] }
    }

    fn outcome(&self) -> Option<OutcomeKind> {
        match self.0 {
            Family::Poisson | Family::NegativeBinomial => Some(OutcomeKind::Count),
            Family::Binomial => Some(OutcomeKind::Binary),
            Family::Gaussian => None,
        }
    }

    fn is_regression(&self) -> bool {
        true
    }

    fn fit(&self, job: &Job<'_>) -> Result<Fit> {
        let failed = failed(job.plan.estimator);
        let data = Regression::new(job)?;
        let groups = match data.groups.as_slice() {
            [one] => Groups::One(one),
            [outer, inner] => Groups::Nested { outer, inner },
            _ => {
                return Err(job.source.fault(
                    "",
                    "at most two nested groups can have random intercepts",
                    None,
                ));
            }
        };
        let mut options = Options::new(self.0);
        if let Some(nodes) = job.plan.options.nodes {
            let nodes = nodes as usize;
            options =
                options.integral(if nodes <= 1 { Integral::Laplace } else { Integral::Quadrature(nodes) });
        }
        let given = Data {
            x: &data.x,
            y: &data.y,
            offset: data.offset.as_deref(),
            weights: None,
            trials: if self.0 == Family::Binomial { data.trials.as_deref() } else { None },
            groups,
            names: &data.names,
        };
        let found = fit(&given, &options).map_err(&failed)?;
        let profiled = match job.plan.options.intervals.as_deref() {
            None | Some("wald") => Vec::new(),
            Some("profile") => profile_intervals(&given, &options, &[], job.plan.level).map_err(&failed)?,
            Some(other) => {
                return Err(job.source.fault(
                    other,
                    format!("there are no intervals '{other}'"),
                    Some("there are 'wald' and 'profile'".to_owned()),
                ));
            }
        };
        let measure = match self.0 {
            Family::Poisson | Family::NegativeBinomial => Measure::RateRatio,
            Family::Binomial => Measure::OddsRatio,
            Family::Gaussian => Measure::Difference,
        };
        let model = format!("{} + (1 | {})", job.data.terms, job.data.groups.join("/"));
        let mut out = regression_fit(job, found.estimates.clone(), measure, model)?;
        out.coefficients = found.table(job.plan.level);
        let profile_remarks = put_ends(&mut out.coefficients, &profiled, self.0);
        let name = job.data.effect.clone().unwrap_or_default();
        if let Some(row) = out.coefficients.iter().find(|row| row.name == name) {
            out.effect = Effect::of(row, measure, job.plan.level);
            out.effect.label = effect_label(job.plan, &name);
        }
        out.facts = facts(&found, &job.data.groups);
        out.facts.extend(end_facts(&profiled, &job.data.groups));
        let (checks, figures) = self.residuals(&data, &found);
        out.checks = checks;
        out.figures = figures;
        if let Some(outer) = found.intercepts.first() {
            let modes: Vec<f64> = outer.modes.iter().map(|mode| mode.mode).collect();
            let word = job.plan.cluster.as_ref().map_or("cluster", |cluster| cluster.words());
            let (checks, figures) = group_checks(&modes, outer.sd, word);
            out.checks.extend(checks);
            out.figures.extend(figures);
        }
        out.remarks = data.remarks;
        out.remarks.extend(found.convergence.remarks);
        out.remarks.extend(profile_remarks);
        Ok(out)
    }
}

impl Mixed {
    /// Residuals about the fitted means given the random intercepts.
    fn residuals(&self, data: &Regression, found: &MixedFit) -> (Vec<Check>, Vec<Figure>) {
        let trials =
            |row: usize| data.trials.as_ref().and_then(|trials| trials.get(row)).copied().unwrap_or(1.0);
        let mut mean = Vec::with_capacity(found.fitted.len());
        let mut variance = Vec::with_capacity(found.fitted.len());
        for (row, fitted) in found.fitted.iter().enumerate() {
            let n = trials(row);
            let (m, v) = match self.0 {
                Family::Poisson => (*fitted, *fitted),
                Family::NegativeBinomial => {
                    (*fitted, fitted + fitted * fitted / found.theta.unwrap_or(f64::INFINITY))
                }
                Family::Binomial => (*fitted, fitted * (1.0 - fitted / n)),
                Family::Gaussian => (*fitted, found.residual_sd.unwrap_or(1.0).powi(2)),
            };
            mean.push(m);
            variance.push(v.max(1e-300));
        }
        let (mut checks, figures) = residual_checks(&data.y, &mean, &variance, 0, false);
        if self.0 != Family::Gaussian {
            let high = found.dispersion > 1.5;
            checks.insert(
                0,
                Check {
                    name: "Pearson dispersion given the cluster effects".to_owned(),
                    value: Some(found.dispersion),
                    passed: !high,
                    words: if high {
                        "the outcome varies more than the model allows: intervals are too narrow; a negative binomial model or cluster-robust errors allow for it"
                    } else {
                        "the outcome varies no more than the model allows"
                    }
                    .to_owned(),
                },
            );
        }
        (checks, figures)
    }
}

/// Puts the ends of profile likelihood in the place of Wald's; returns what a reader should know.
fn put_ends(rows: &mut [Estimate], profiled: &[ProfileInterval], family: Family) -> Vec<String> {
    if profiled.is_empty() {
        return Vec::new();
    }
    let mut remarks = vec!["Intervals are by profile likelihood; p-values are Wald's.".to_owned()];
    if family == Family::Gaussian {
        remarks.push(
            "The profile is of the full likelihood; the estimates are by restricted likelihood.".to_owned(),
        );
    }
    for interval in profiled {
        for (word, end) in [("lower", &interval.low), ("upper", &interval.high)] {
            if let End::NotFound(why) = end {
                remarks.push(format!(
                    "The {word} end of the profile interval of {} was not found: {why}.",
                    interval.name
                ));
            }
        }
        let Parameter::Coefficient(j) = interval.parameter else { continue };
        if let Some(row) = rows.get_mut(j) {
            row.low = interval.low.value().unwrap_or(row.low);
            row.high = interval.high.value().unwrap_or(row.high);
        }
    }
    remarks
}

/// Ends of the intervals of standard deviations and theta, where they are finite.
fn end_facts(profiled: &[ProfileInterval], groups: &[String]) -> Vec<Fact> {
    let mut facts = Vec::new();
    for interval in profiled {
        let name = match interval.parameter {
            Parameter::Coefficient(_) => continue,
            Parameter::Sd(level) => {
                format!("standard deviation between {}", groups.get(level).map_or("groups", String::as_str))
            }
            Parameter::Theta => "theta".to_owned(),
            Parameter::ResidualSd => "residual standard deviation".to_owned(),
        };
        for (word, end) in [("lower", &interval.low), ("upper", &interval.high)] {
            if let Some(value) = end.value().filter(|value| value.is_finite()) {
                facts.push(Fact::new(&format!("{name}, {word} end by profile likelihood"), value));
            }
        }
    }
    facts
}

fn facts(found: &MixedFit, groups: &[String]) -> Vec<Fact> {
    let mut facts = vec![Fact::new("log-likelihood", found.log_likelihood), Fact::new("AIC", found.aic())];
    for (level, group) in found.intercepts.iter().zip(groups) {
        facts.push(Fact::new(&format!("standard deviation between {group}"), level.sd));
    }
    if let Some(theta) = found.theta {
        facts.push(Fact::new("theta (variance = mean + mean²/theta)", theta));
    }
    if let Some(sd) = found.residual_sd {
        facts.push(Fact::new("residual standard deviation", sd));
    }
    if let Some(icc) = found.intraclass_correlation() {
        facts.push(Fact::new("intracluster correlation", icc));
    }
    facts
}
