use stats::absorb::{Covariance, Factor, Options, Problem, linear, poisson};
use stats::cluster::Clusters;

use super::{Estimator, Fit, Job, Need, OutcomeKind, Regression, failed, regression_fit};
use crate::error::Result;
use crate::prepare::codes;
use crate::result::{Counted, Fact, Measure};

/// Models with factors of many levels absorbed.
pub(super) enum FixedEffects {
    /// Least squares.
    Linear,
    /// Poisson regression.
    Poisson,
}

impl Estimator for FixedEffects {
    fn title(&self) -> &'static str {
        match self {
            Self::Linear => "Linear model with absorbed fixed effects",
            Self::Poisson => "Poisson model with absorbed fixed effects",
        }
    }

    fn page(&self) -> &'static str {
        "docs/methods/absorbed-effects.md"
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Outcome, Need::Effect]
    }

    fn options(&self) -> &'static [&'static str] {
        &["absorb"]
    }

    fn outcome(&self) -> Option<OutcomeKind> {
        match self {
            Self::Linear => None,
            Self::Poisson => Some(OutcomeKind::Amount),
        }
    }

    fn is_regression(&self) -> bool {
        true
    }

    fn fit(&self, job: &Job<'_>) -> Result<Fit> {
        let failed = failed(job.plan.estimator);
        let absorb = job.plan.options.absorb.clone().unwrap_or_default();
        if absorb.is_empty() {
            return Err(job.source.fault(
                job.plan.estimator.as_str(),
                "this method needs absorb = [\"…\"] under [options], the columns whose levels are absorbed",
                None,
            ));
        }
        let data = Regression::new(job)?;
        let kept: Vec<usize> = data
            .names
            .iter()
            .enumerate()
            .filter(|(_, name)| *name != "(Intercept)")
            .map(|(place, _)| place)
            .collect();
        let x = data.x.select_columns(&kept);
        let names: Vec<String> = kept.iter().filter_map(|place| data.names.get(*place).cloned()).collect();
        let factors: Vec<Factor> = absorb
            .iter()
            .map(|name| Factor::new(name, &codes(job.frame(), name).0).map_err(&failed))
            .collect::<Result<_>>()?;
        let problem = Problem {
            y: &data.y,
            x: &x,
            names: &names,
            factors: &factors,
            weights: None,
            offset: data.offset.as_deref(),
        };
        let clusters = match data.groups.first() {
            Some(groups) => Some(Clusters::new(groups).map_err(&failed)?),
            None => None,
        };
        let covariance = clusters.as_ref().map_or(Covariance::Heteroscedastic, Covariance::Clustered);
        let model = format!("{} | {}", job.data.terms, absorb.join(" + "));
        let settings = Options::default();
        let (estimates, measure, rows, convergence, facts) = match self {
            Self::Linear => {
                let found = linear(&problem, covariance, &settings).map_err(&failed)?;
                let facts = vec![
                    Fact::new("residual standard deviation", found.sigma),
                    Fact::new("share of the variance explained", found.r_squared),
                    Fact::new("share explained within the absorbed levels", found.within_r_squared),
                ];
                (found.estimates, Measure::Difference, found.rows.len(), found.convergence, facts)
            }
            Self::Poisson => {
                let found = poisson(&problem, covariance, &settings).map_err(&failed)?;
                let facts = vec![
                    Fact::new("log-likelihood", found.log_likelihood),
                    Fact::new("deviance", found.deviance),
                ];
                (found.estimates, Measure::RateRatio, found.rows.len(), found.convergence, facts)
            }
        };
        let mut out = regression_fit(job, estimates, measure, model)?;
        let lost = data.y.len() - rows;
        if lost > 0 {
            let why = match self {
                Self::Linear => "levels with a single row",
                Self::Poisson => "levels with a single row or without an event",
            };
            out.dropped.push(Counted { name: why.to_owned(), rows: lost });
        }
        out.facts = facts;
        if let Some(clusters) = &clusters {
            out.facts.push(Fact::new("clusters", clusters.count() as f64));
        }
        out.remarks = data.remarks;
        out.remarks.extend(convergence.remarks);
        Ok(out)
    }
}
