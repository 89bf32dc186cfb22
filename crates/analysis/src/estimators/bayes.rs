use charts::number;
use stats::Estimate;
use stats::bayes::{Normal, Posterior, Priors, SamplerOptions, Summary, sample};
use stats::mixed::{Family, Options, RateModel};

use super::{Estimator, Fit, Job, Need, OutcomeKind, Regression, effect_label, failed};
use crate::error::{Result, suggestion};
use crate::figure::{Figure, thinned};
use crate::result::{Check, Effect, Fact, Measure};
use crate::verdict::unimportant;

/// The rate model with random intercepts, with priors in place of a test.
pub(super) struct BayesRate;

/// Chains.
const CHAINS: usize = 4;
/// Draws of each chain where the plan says nothing.
const USUAL: u32 = 2_000;
/// The sceptical prior of the effect: 95% of it lies between two thirds and three halves.
const SCEPTICAL: f64 = 0.206_87;

impl Estimator for BayesRate {
    fn title(&self) -> &'static str {
        "Bayesian model of rates with a random intercept for each cluster"
    }

    fn page(&self) -> &'static str {
        "docs/methods/bayesian-rates.md"
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Outcome, Need::Effect, Need::Cluster]
    }

    fn options(&self) -> &'static [&'static str] {
        &["family", "draws", "prior"]
    }

    fn outcome(&self) -> Option<OutcomeKind> {
        Some(OutcomeKind::Count)
    }

    fn fit(&self, job: &Job<'_>) -> Result<Fit> {
        let failed = failed(job.plan.estimator);
        let set = &job.plan.options;
        let family = match set.family.as_deref().unwrap_or("poisson") {
            "poisson" => Family::Poisson,
            "negative-binomial" => Family::NegativeBinomial,
            other => {
                return Err(job.source.fault(
                    other,
                    format!("there is no family '{other}' for rates"),
                    Some(suggestion(other, &["poisson", "negative-binomial"], "the families are")),
                ));
            }
        };
        let data = Regression::new(job)?;
        let [groups] = data.groups.as_slice() else {
            return Err(job.source.fault(
                "",
                "'bayes-rate' has random intercepts for one kind of group",
                None,
            ));
        };
        let name = job.data.effect.clone().unwrap_or_default();
        let Some(place) = data.names.iter().position(|known| *known == name) else {
            let names: Vec<&str> = data.names.iter().map(String::as_str).collect();
            return Err(job.source.fault(
                &name,
                format!("the model has no coefficient '{name}'"),
                Some(suggestion(&name, &names, "the coefficients are")),
            ));
        };
        let model =
            RateModel::new(&data.x, data.offset.as_deref(), groups, Options::new(family)).map_err(&failed)?;
        let priors = with_prior(&Priors::weak(data.names.len()), place, set.prior);
        let draws = set.draws.unwrap_or(USUAL) as usize;
        let sampler = SamplerOptions { chains: CHAINS, draws, ..SamplerOptions::new(job.seed()) };
        job.progress.step("drawing from the posterior", 0, 1);
        let posterior = sample(&model, &data.y, &data.names, &priors, &sampler).map_err(&failed)?;
        let table = posterior.table(job.plan.level).map_err(&failed)?;
        let mut out = Fit::new(
            effect(job, &table, place),
            format!("{} + (1 | {})", job.data.terms, job.data.groups.join("/")),
        );
        out.coefficients = table.iter().map(row).collect();
        let own = table.get(place);
        probabilities(job, &posterior, &name, &mut out)?;
        diagnose(&table, own, &mut out);
        out.facts.push(Fact::new("draws in all", (CHAINS * draws) as f64));
        out.facts.push(Fact::new("share of proposals accepted", posterior.acceptance));
        out.figures.push(figure(job, &posterior, place));
        let sd = priors.coefficients.get(place).map_or(f64::NAN, |prior| prior.sd);
        out.remarks.push(format!(
            "priors: normal with mean 0 and standard deviation {} for the effect (logarithm of the ratio), 10 for the intercept, 2.5 for other \
             coefficients; half-normal with scale 1 for the standard deviation between clusters",
            number::significant(sd, 3)
        ));
        out.remarks.push(
            "the interval is the central one of the posterior; the table shows posterior means and standard deviations".to_owned(),
        );
        out.remarks.extend(data.remarks);
        out.remarks.extend(posterior.remarks);
        Ok(out)
    }
}

fn with_prior(priors: &Priors, place: usize, sd: Option<f64>) -> Priors {
    let mut priors = priors.clone();
    if let (Some(prior), Some(sd)) = (priors.coefficients.get_mut(place), sd) {
        *prior = Normal { mean: 0.0, sd };
    }
    priors
}

fn row(summary: &Summary) -> Estimate {
    Estimate {
        name: summary.name.clone(),
        estimate: summary.mean,
        standard_error: summary.sd,
        statistic: f64::NAN,
        df: None,
        p: f64::NAN,
        low: summary.low,
        high: summary.high,
    }
}

/// The effect by its posterior median, which is the same on both scales.
fn effect(job: &Job<'_>, table: &[Summary], place: usize) -> Effect {
    let name = job.data.effect.clone().unwrap_or_default();
    let own = table.get(place);
    let median = own.map_or(f64::NAN, |summary| summary.median);
    let mut effect = Effect::bare(&name, median, Measure::RateRatio, job.plan.level);
    effect.label = effect_label(job.plan, &name);
    effect.low = own.map(|summary| summary.low.exp());
    effect.high = own.map(|summary| summary.high.exp());
    effect.standard_error = own.map(|summary| summary.sd);
    effect
}

fn share(value: f64) -> String {
    if value > 0.9995 {
        "more than 0.999".to_owned()
    } else if value < 0.0005 {
        "less than 0.001".to_owned()
    } else {
        number::fixed(value, 3)
    }
}

/// Probabilities that the rate fell, and that it fell or rose by more than a size that would matter.
fn probabilities(job: &Job<'_>, posterior: &Posterior, name: &str, out: &mut Fit) -> Result<()> {
    let failed = failed(job.plan.estimator);
    let (lower, error) = posterior.probability_below(name, 0.0).map_err(&failed)?;
    out.facts.push(Fact::new("probability that the ratio is below 1", lower));
    out.facts.push(Fact::new("its Monte Carlo error", error));
    out.says.push(format!(
        "The probability that treatment lowers {} is {} (Monte Carlo error {}).",
        job.plan.outcome_words(),
        share(lower),
        number::significant(error, 1)
    ));
    if let Some((small, large)) = unimportant(job.plan.smallest_effect, Measure::RateRatio) {
        let (below, _) = posterior.probability_below(name, small.ln()).map_err(&failed)?;
        let (not_above, _) = posterior.probability_below(name, large.ln()).map_err(&failed)?;
        let (small, large) = (number::significant(small, 3), number::significant(large, 3));
        out.facts.push(Fact::new(&format!("probability that the ratio is below {small}"), below));
        out.facts.push(Fact::new(&format!("probability that the ratio is above {large}"), 1.0 - not_above));
        out.says.push(format!(
            "The probability of a ratio below {small} is {}, of one above {large} {}.",
            share(below),
            share(1.0 - not_above)
        ));
    }
    let place = posterior.position(name).map_err(&failed)?;
    let sceptical = with_prior(
        &Priors::weak(posterior.names.iter().filter(|n| !n.starts_with("log ")).count()),
        place,
        Some(SCEPTICAL),
    );
    if let Ok(other) = posterior.under(name, &sceptical, job.plan.level) {
        out.facts.push(Fact::new(
            "probability of a ratio below 1 under a sceptical prior (95% within 0.67 to 1.5)",
            other.below_zero,
        ));
        out.facts
            .push(Fact::new("draws that the sceptical prior's weights are worth", other.effective_draws));
    }
    Ok(())
}

fn diagnose(table: &[Summary], own: Option<&Summary>, out: &mut Fit) {
    let worst = |f: &dyn Fn(&Summary) -> f64, larger: bool| {
        table.iter().map(f).fold(f64::NAN, |a, b| if larger { a.max(b) } else { a.min(b) })
    };
    let r_hat = worst(&|s| s.diagnostics.r_hat, true);
    let bulk = worst(&|s| s.diagnostics.bulk, false);
    let tail = worst(&|s| s.diagnostics.tail, false);
    if let Some(own) = own {
        out.facts.push(Fact::new("R-hat of the effect", own.diagnostics.r_hat));
        out.facts.push(Fact::new("effective draws of the effect (middle)", own.diagnostics.bulk));
        out.facts.push(Fact::new("effective draws of the effect (tails)", own.diagnostics.tail));
        out.facts.push(Fact::new("Monte Carlo error of its mean", own.monte_carlo_error));
    }
    out.checks.push(Check {
        name: "R-hat (largest of all parameters)".to_owned(),
        value: Some(r_hat),
        passed: r_hat < 1.01,
        words: "below 1.01 the chains agree with one another".to_owned(),
    });
    let least = 100.0 * CHAINS as f64;
    out.checks.push(Check {
        name: "Effective draws (fewest of all parameters)".to_owned(),
        value: Some(bulk.min(tail)),
        passed: bulk.min(tail) > least,
        words: format!("more than {least:.0} are enough for the figures shown"),
    });
}

fn figure(job: &Job<'_>, posterior: &Posterior, place: usize) -> Figure {
    let values: Vec<f64> = posterior
        .chains
        .iter()
        .flat_map(|chain| chain.column(place).iter().map(|value| value.exp()).collect::<Vec<_>>())
        .collect();
    Figure::Histogram {
        title: format!("What the data and the priors say of the rate ratio ({})", job.plan.outcome_words()),
        axis: "Rate ratio".to_owned(),
        values: thinned(&values),
        mark: Some((1.0, "no effect".to_owned())),
    }
}
