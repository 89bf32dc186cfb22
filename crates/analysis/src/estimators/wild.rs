use stats::cluster::{
    Clusters, Correction, Target, WildOptions, WildTest, WildWeights, Working, sandwich, score_bootstrap,
    wild_bootstrap,
};
use stats::glm::{Family, GlmFit, Options, fit};
use stats::numeric::algebra::{cross_product, inverse};
use stats::{Matrix, StatsError};

use super::glm::{check, family, fitted};
use super::{Estimator, Fit, Job, Need, Regression, failed, regression_fit};
use crate::error::{Result, suggestion};
use crate::result::{Fact, Measure};

/// A generalised linear model whose effect is tested by resampling whole clusters with wild weights.
pub(super) struct WildBootstrap;

/// Draws where the plan says nothing.
const USUAL: u32 = 9_999;
/// Steps outwards in search of an end of the interval of the score bootstrap.
const OUTWARDS: usize = 8;
/// Halvings after that.
const INWARDS: usize = 18;

fn weights(job: &Job<'_>) -> Result<WildWeights> {
    match job.plan.options.signs.as_deref().unwrap_or("rademacher") {
        "rademacher" => Ok(WildWeights::Rademacher),
        "webb" => Ok(WildWeights::Webb),
        "mammen" => Ok(WildWeights::Mammen),
        other => Err(job.source.fault(
            other,
            format!("there are no signs '{other}'"),
            Some(suggestion(other, &["rademacher", "webb", "mammen"], "there are")),
        )),
    }
}

impl Estimator for WildBootstrap {
    fn title(&self) -> &'static str {
        "Generalised linear model, tested by the wild cluster bootstrap"
    }

    fn page(&self) -> &'static str {
        "docs/methods/wild-bootstrap.md"
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Outcome, Need::Effect, Need::Cluster]
    }

    fn options(&self) -> &'static [&'static str] {
        &["family", "draws", "signs"]
    }

    fn fit(&self, job: &Job<'_>) -> Result<Fit> {
        let failed = failed(job.plan.estimator);
        let data = Regression::new(job)?;
        let (family, name) = family(job, &data)?;
        if name == "negative-binomial" {
            return Err(job.source.fault(
                name,
                "the wild bootstrap has no negative binomial; with family = \"poisson\" it allows for counts that vary more",
                None,
            ));
        }
        let options = WildOptions {
            weights: weights(job)?,
            level: Some(job.plan.level),
            ..WildOptions::new(job.plan.options.draws.unwrap_or(USUAL) as usize, job.seed())
        };
        let found = fitted(job, &data)?;
        let glm = &found.glm;
        let x = data.x.select_columns(&glm.kept);
        let linear = family == Family::Gaussian;
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
            slopes: None,
        };
        let robust = sandwich(&working, &clusters, Correction::CR1).map_err(&failed)?;
        let model = format!("{}; clusters of {}", job.data.terms, job.data.groups.join(", "));
        let mut out = regression_fit(job, robust.estimates.clone(), found.measure, model)?;
        let name = job.data.effect.clone().unwrap_or_default();
        let effect = robust.estimates.position(&name).map_err(&failed)?;
        let mut combination = vec![0.0; x.ncols()];
        if let Some(one) = combination.get_mut(effect) {
            *one = 1.0;
        }
        job.progress.step("wild bootstrap", 0, 1);
        let (test, interval) = if linear {
            let test = wild_bootstrap(&working, &clusters, &combination, 0.0, &options).map_err(&failed)?;
            let interval = test.interval;
            (test, interval)
        } else {
            let score =
                Score { x: &x, data: &data, glm, family, clusters: &clusters, combination, effect, options };
            let test = score.test(0.0).map_err(&failed)?;
            let error = out.effect.standard_error.unwrap_or(1.0);
            let interval = score.interval(out.effect.model_estimate, error, job).map_err(&failed)?;
            (test, Some(interval))
        };
        tell(&mut out, &test, interval, found.measure);
        out.facts.extend(found.facts);
        out.facts.push(Fact::new("clusters", robust.clusters as f64));
        out.estimates = None;
        out.remarks.extend(data.remarks.iter().cloned());
        out.remarks.extend(glm.convergence.remarks.iter().cloned());
        check(&mut out, glm);
        Ok(out)
    }
}

/// The bootstrap's p-value and interval in place of Wald's.
fn tell(out: &mut Fit, test: &WildTest, interval: Option<(f64, f64)>, measure: Measure) {
    let natural = |value: f64| {
        let shown = if measure.is_ratio() { value.exp() } else { value };
        (value.is_finite() && shown.is_finite()).then_some(shown)
    };
    let (low, high) = interval.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    out.effect.low = natural(low);
    out.effect.high = natural(high);
    out.effect.p = Some(test.p_with_ties);
    let how = if test.enumerated {
        format!("wild cluster bootstrap, all {} draws", test.draws)
    } else {
        format!("wild cluster bootstrap, {} draws", test.draws)
    };
    out.effect.p_from = Some(how);
    out.effect.df = None;
    out.facts = vec![
        Fact::new("t statistic (CR1)", test.t),
        Fact::new("draws", test.draws as f64),
        Fact::new("draws beyond the data", test.beyond as f64),
        Fact::new("draws beyond or tied", test.beyond_or_tied as f64),
        Fact::new("p, ties not counted", test.p),
        Fact::new("p, ties counted", test.p_with_ties),
        Fact::new("Monte Carlo error of p", test.monte_carlo_error),
    ];
    out.remarks.push(
        "the coefficients carry CR1 errors; p-value and interval of the effect are those of the bootstrap, with the hypothesis imposed and ties counted".to_owned(),
    );
    out.remarks.extend(test.remarks.iter().cloned());
}

/// The score bootstrap of any value of one coefficient, which takes one fit without it for each value.
struct Score<'a> {
    x: &'a Matrix,
    data: &'a Regression,
    glm: &'a GlmFit,
    family: Family,
    clusters: &'a Clusters,
    combination: Vec<f64>,
    effect: usize,
    options: WildOptions,
}

impl Score<'_> {
    /// The test of the hypothesis that the coefficient has this value.
    fn test(&self, value: f64) -> stats::Result<WildTest> {
        let others: Vec<usize> = (0..self.x.ncols()).filter(|column| *column != self.effect).collect();
        if others.is_empty() {
            return Err(StatsError::Setting(
                "the score bootstrap needs a model with an intercept or covariates".to_owned(),
            ));
        }
        let restricted = self.x.select_columns(&others);
        let own = self.x.column(self.effect);
        let known = self.data.offset.as_deref();
        let offset: Vec<f64> = own
            .iter()
            .enumerate()
            .map(|(row, x)| known.and_then(|o| o.get(row)).copied().unwrap_or(0.0) + value * x)
            .collect();
        let mut options = Options::new(self.family).offset(&offset);
        if let Some(trials) = self.data.trials.as_deref() {
            options = options.trials(trials);
        }
        let under = fit(&restricted, &self.data.y, &options)?;
        let information = cross_product(self.x, Some(&under.working.weights));
        let bread = inverse(&information, "the information under the hypothesis is singular")?;
        let working = Working {
            names: &self.glm.estimates.names,
            beta: &self.glm.estimates.beta,
            x: self.x,
            weights: Some(&under.working.weights),
            residuals: &under.working.residuals,
            bread: &bread,
            absorbed: 0,
            target: Target::InverseWeights,
            slopes: None,
        };
        score_bootstrap(&working, self.clusters, &self.combination, &self.options)
    }

    /// The values that the test does not refuse: from the estimate outwards until one is refused, then halving.
    fn interval(&self, estimate: f64, error: f64, job: &Job<'_>) -> stats::Result<(f64, f64)> {
        let alpha = 1.0 - job.plan.level;
        let mut ends = [f64::NEG_INFINITY, f64::INFINITY];
        for (place, (end, sign)) in ends.iter_mut().zip([-1.0, 1.0]).enumerate() {
            let (mut kept, mut gone) = (0.0, 2.0 * error);
            let mut refused = false;
            for _ in 0..OUTWARDS {
                if job.progress.stopped() {
                    return Err(StatsError::Stopped);
                }
                if self.test(estimate + sign * gone)?.p_with_ties <= alpha {
                    refused = true;
                    break;
                }
                kept = gone;
                gone *= 1.6;
            }
            if refused {
                for _ in 0..INWARDS {
                    let middle = 0.5 * (kept + gone);
                    if self.test(estimate + sign * middle)?.p_with_ties <= alpha {
                        gone = middle;
                    } else {
                        kept = middle;
                    }
                }
                *end = estimate + sign * 0.5 * (kept + gone);
            }
            job.progress.step("interval of the bootstrap", place as u64 + 1, 2);
        }
        let [low, high] = ends;
        Ok((low, high))
    }
}
