use stats::series::{Covariance, Design, Lag, Outcome, Season, Segments, segmented};

use super::{Estimator, Fit, Job, Need, failed};
use crate::error::{Result, suggestion};
use crate::figure::{Figure, NamedLine};
use crate::result::{Effect, Fact, Measure};

/// One series with a change at a known time.
pub(super) struct Interrupted;

impl Estimator for Interrupted {
    fn title(&self) -> &'static str {
        "Interrupted time series by segmented regression"
    }

    fn page(&self) -> &'static str {
        "docs/methods/interrupted-time-series.md"
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Outcome, Need::Period]
    }

    fn options(&self) -> &'static [&'static str] {
        &["began", "season", "lags", "family"]
    }

    fn fit(&self, job: &Job<'_>) -> Result<Fit> {
        let failed = failed(job.plan.estimator);
        let (plan, frame, level) = (job.plan, job.frame(), job.plan.level);
        let set = &plan.options;
        let Some(began) = set.began else {
            return Err(job.source.fault(
                "",
                "'interrupted-time-series' needs began, the first period after the change, under [options]",
                None,
            ));
        };
        let column = |name: &str| frame.numeric(name).map(<[f64]>::to_vec).map_err(&failed);
        let outcome = match set.family.as_deref().unwrap_or("gaussian") {
            "gaussian" => Outcome::Gaussian,
            "poisson" => Outcome::Poisson,
            "quasipoisson" => Outcome::QuasiPoisson,
            "negative-binomial" => Outcome::NegativeBinomial,
            other => {
                let known = ["gaussian", "poisson", "quasipoisson", "negative-binomial"];
                return Err(job.source.fault(
                    other,
                    format!("there is no family '{other}' for series"),
                    Some(suggestion(other, &known, "the families are")),
                ));
            }
        };
        let period = column(plan.period.as_ref().map_or("", |period| &period.column))?;
        let mut order: Vec<usize> = (0..period.len()).collect();
        let at = |values: &[f64], row: usize| values.get(row).copied().unwrap_or(f64::NAN);
        order.sort_by(|a, b| at(&period, *a).total_cmp(&at(&period, *b)));
        let sorted = |values: &[f64]| -> Vec<f64> { order.iter().map(|row| at(values, *row)).collect() };
        let time = sorted(&period);
        let y = sorted(&column(plan.outcome.as_ref().map_or("", |outcome| &outcome.column))?);
        let exposure = plan.exposure.as_ref().map(|named| column(&named.column)).transpose()?;
        let offset: Option<Vec<f64>> =
            exposure.map(|values| sorted(&values).iter().map(|v| v.ln()).collect());
        let mut segments = Segments::new(began);
        if let Some(length) = set.season {
            segments.season = Season::Harmonics { period: length, pairs: 2 };
        }
        for name in &plan.covariates {
            segments.covariates.push((name.clone(), sorted(&column(name)?)));
        }
        let design = Design::new(&time, &segments).map_err(&failed)?;
        let lag = set.lags.map_or(Lag::NeweyWest, |lags| Lag::Fixed(lags as usize));
        let covariance = Covariance::NeweyWest { lag, small_sample: true };
        let found = segmented(&design, &y, offset.as_deref(), outcome, covariance).map_err(&failed)?;
        let total = found.total_effect(level).map_err(&failed)?;
        let (estimate, measure) = match &total.log_ratio {
            Some(log_ratio) => (log_ratio, Measure::RateRatio),
            None => (&total.difference, Measure::Difference),
        };
        let mut effect = Effect::of(estimate, measure, level);
        effect.label = "the change, over all periods after it".to_owned();
        let mut fit =
            Fit::new(effect, format!("trend, change of level and of slope at {began}, Newey-West errors"));
        fit.coefficients = found.estimates.table(level);
        fit.facts = vec![Fact::new("dispersion", found.dispersion)];
        if let Some(lags) = found.lags {
            fit.facts.push(Fact::new("lags of autocorrelation allowed for", lags as f64));
        }
        let points = found.counterfactual(level).map_err(&failed)?;
        let line = |name: &str, pick: &dyn Fn(&stats::series::Counterfactual) -> f64| NamedLine {
            name: name.to_owned(),
            points: points.iter().map(|p| (p.time, pick(p))).collect(),
            band: Vec::new(),
            background: false,
        };
        let mut without = line("expected without the change", &|p| p.without);
        without.band = points
            .iter()
            .filter(|p| p.time >= began)
            .map(|p| (p.time, p.without_low, p.without_high))
            .collect();
        fit.figures.push(Figure::Lines {
            title: format!("{}, observed and expected without the change", plan.outcome_words()),
            axis: plan.outcome_words(),
            time: plan.period.as_ref().map_or_else(String::new, |period| period.words().to_owned()),
            lines: vec![line("observed", &|p| p.observed), without, line("fitted", &|p| p.fitted)],
            began: Some(began),
        });
        Ok(fit)
    }
}
