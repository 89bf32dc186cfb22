//! Synthetic controls: one treated unit (or few) against a weighted mean of others.

use stats::Estimate;
use stats::synthetic::{
    Conformal, Method, OutcomesOnly, Panel, PlaceboDonors, PlacebosInSpace, RidgeAugmented, Sdid, SdidError,
    SyntheticControl,
};

use super::{Estimator, Fit, Job, Need, effect_label, failed};
use crate::error::Result;
use crate::figure::{Figure, NamedLine};
use crate::prepare::codes;
use crate::result::{Check, Effect, Fact, Measure};

/// The kinds of synthetic control.
pub(super) enum Synthetic {
    /// Weights that are not negative and sum to one.
    Classic,
    /// The same with ridge regression on what imbalance is left.
    Augmented,
    /// Synthetic difference-in-differences.
    Differences,
}

fn panel(job: &Job<'_>) -> Result<Panel> {
    let frame = job.frame();
    let failed = failed(job.plan.estimator);
    let column = |name: Option<&str>| frame.numeric(name.unwrap_or("")).map(<[f64]>::to_vec).map_err(&failed);
    let (unit, names) = codes(frame, job.plan.unit.as_ref().map_or("", |unit| &unit.column));
    let unit: Vec<String> = unit.iter().map(|code| names.get(*code).cloned().unwrap_or_default()).collect();
    let period = column(job.plan.period.as_ref().map(|period| period.column.as_str()))?;
    let outcome = column(job.plan.outcome.as_ref().map(|outcome| outcome.column.as_str()))?;
    let treated: Vec<bool> = column(job.plan.arms.as_ref().map(|arms| arms.column.as_str()))?
        .iter()
        .map(|arm| *arm == 1.0)
        .collect();
    Panel::from_rows(&unit, &period, &outcome, &treated).map_err(failed)
}

fn treated_words(panel: &Panel) -> String {
    let names: Vec<&str> =
        panel.treated().iter().filter_map(|unit| panel.units().get(*unit)).map(String::as_str).collect();
    if names.len() <= 3 { names.join(", ") } else { format!("mean of {} treated units", names.len()) }
}

fn lines(job: &Job<'_>, panel: &Panel, observed: &[f64], synthetic: &[f64]) -> Figure {
    let points =
        |values: &[f64]| panel.periods().iter().copied().zip(values.iter().copied()).collect::<Vec<_>>();
    let line = |name: String, values: &[f64]| NamedLine {
        name,
        points: points(values),
        band: Vec::new(),
        background: false,
    };
    let who = treated_words(panel);
    Figure::Lines {
        title: format!("{} and what the donors say it would have been", job.plan.outcome_words()),
        axis: job.plan.outcome_words(),
        time: job.plan.period.as_ref().map_or_else(String::new, |period| period.words().to_owned()),
        lines: vec![line(who.clone(), observed), line(format!("synthetic {who}"), synthetic)],
        began: began(panel),
    }
}

/// Half a period before the first treated one, where the line of the picture stands.
fn began(panel: &Panel) -> Option<f64> {
    let first = panel.periods().get(panel.first())?;
    let before = panel.periods().get(panel.first().checked_sub(1)?)?;
    Some((first + before) / 2.0)
}

fn weights_figure(title: &str, axis: &str, names: impl Iterator<Item = (String, f64)>) -> Figure {
    let mut bars: Vec<(String, f64)> = names.filter(|(_, weight)| weight.abs() > 0.0005).collect();
    bars.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.cmp(&b.0)));
    bars.truncate(25);
    Figure::Bars { title: title.to_owned(), axis: axis.to_owned(), bars }
}

/// Whether an interval by conformal inference is asked for: weights that rest on predictors do not change with the hypothesis.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Interval {
    Conformal,
    None,
}

fn control(
    job: &Job<'_>,
    panel: &Panel,
    method: &dyn Method,
    model: &str,
    interval: Interval,
) -> Result<Fit> {
    let failed = failed(job.plan.estimator);
    let found = SyntheticControl::fit(panel, method).map_err(&failed)?;
    let mut effect =
        Effect::bare("mean effect on the treated", found.effect, Measure::Difference, job.plan.level);
    let label = effect_label(job.plan, "");
    effect.label = if label.is_empty() || job.plan.arms.as_ref().is_some_and(|arms| arms.column == label) {
        format!("treatment on {}", treated_words(panel))
    } else {
        label
    };
    let mut remarks = found.remarks.clone();
    match interval {
        Interval::Conformal => conformal(job, panel, method, &mut effect, &mut remarks),
        Interval::None => remarks.push(
            "weights by predictors have no conformal interval; the placebos in space below say how unusual the gap is".to_owned(),
        ),
    }
    let mut fit = Fit::new(effect, model.to_owned());
    fit.facts = vec![
        Fact::new("root mean squared gap before treatment", found.fit.before),
        Fact::new("root mean squared gap after", found.fit.after),
        Fact::new("ratio of the two", found.fit.ratio),
        Fact::new("donors", found.donors.len() as f64),
    ];
    let spread = {
        let before = found.observed.get(panel.before()).unwrap_or(&[]);
        let mean = before.iter().sum::<f64>() / before.len().max(1) as f64;
        (before.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / before.len().max(1) as f64).sqrt()
    };
    fit.checks.push(Check {
        name: "Fit before treatment".to_owned(),
        value: Some(found.fit.before),
        passed: found.fit.before <= spread,
        words: format!(
            "root mean squared gap, against a standard deviation of {} of the treated unit itself",
            charts::number::significant(spread, 3)
        ),
    });
    fit.figures.push(lines(job, panel, &found.observed, &found.synthetic));
    fit.figures.push(weights_figure(
        "Weights of the donors",
        "Weight",
        found.donors.iter().cloned().zip(found.weights.iter().copied()),
    ));
    if panel.treated().len() == 1 {
        match PlacebosInSpace::run(panel, method, PlaceboDonors::default()) {
            Ok(placebos) => {
                fit.checks.push(Check {
                    name: "Rank among placebos".to_owned(),
                    value: Some(placebos.rank as f64),
                    passed: true,
                    words: format!(
                        "of {} units, each treated in turn on paper, by the ratio of gaps after to before; a rank this high or higher has the chance {} if the treated unit had been drawn",
                        placebos.units.len(),
                        charts::number::fixed(placebos.p, 3)
                    ),
                });
                fit.facts.push(Fact::new("placebo p-value (rank by ratio)", placebos.p));
                if interval == Interval::None {
                    fit.effect.p = Some(placebos.p);
                    fit.effect.p_from =
                        Some(format!("rank of the ratio among {} placebos in space", placebos.units.len()));
                }
                fit.figures.push(gaps(panel, &placebos));
                remarks.extend(
                    placebos
                        .left_out
                        .iter()
                        .take(5)
                        .map(|(unit, why)| format!("no placebo for {unit}: {why}")),
                );
            }
            Err(why) => remarks.push(format!("there are no placebos in space: {why}")),
        }
    }
    fit.remarks = remarks;
    Ok(fit)
}

/// The interval of an effect that is the same in every treated period.
fn conformal(
    job: &Job<'_>,
    panel: &Panel,
    method: &dyn Method,
    effect: &mut Effect,
    remarks: &mut Vec<String>,
) {
    job.progress.step("conformal interval", 0, 1);
    match Conformal::default().constant_effect(panel, method, job.plan.level) {
        Ok(interval) => {
            effect.low = interval.low.is_finite().then_some(interval.low);
            effect.high = interval.high.is_finite().then_some(interval.high);
            effect.p = Some(interval.p);
            effect.p_from = Some("conformal, by cyclic shifts of the residuals".to_owned());
            remarks.push(
                "the interval holds for an effect that is the same in every treated period (conformal inference); placebos in space are below".to_owned(),
            );
            if effect.low.is_none() || effect.high.is_none() {
                remarks.push(format!(
                    "{} periods are too few for a conformal interval of this level",
                    panel.periods().len()
                ));
            }
        }
        Err(why) => remarks.push(format!("there is no conformal interval: {why}")),
    }
}

fn gaps(panel: &Panel, placebos: &PlacebosInSpace) -> Figure {
    let treated = treated_words(panel);
    let mut lines: Vec<NamedLine> = placebos
        .units
        .iter()
        .map(|unit| NamedLine {
            name: unit.unit.clone(),
            points: panel.periods().iter().copied().zip(unit.gaps.iter().copied()).collect(),
            band: Vec::new(),
            background: unit.unit != treated,
        })
        .collect();
    // The treated unit is drawn last, above the others.
    lines.sort_by_key(|line| !line.background);
    Figure::Lines {
        title: "Gap between each unit and its synthetic control".to_owned(),
        axis: "Gap".to_owned(),
        time: "Period".to_owned(),
        lines,
        began: began(panel),
    }
}

fn differences(job: &Job<'_>) -> Result<Fit> {
    let failed = failed(job.plan.estimator);
    let panel = panel(job)?;
    let method = Sdid::default();
    let found = method.fit(&panel).map_err(&failed)?;
    let replications = job.plan.options.draws.unwrap_or(200) as usize;
    job.progress.step("placebo standard error", 0, 1);
    let placebo = SdidError::Placebo { replications, seed: job.seed() };
    let mut remarks = Vec::new();
    let estimate = match method.standard_error(&panel, &placebo) {
        Ok(error) => {
            Some(Estimate::wald("average effect on the treated", found.estimate, error, None, job.plan.level))
        }
        Err(why) => {
            remarks.push(format!("there is no standard error: {why}"));
            None
        }
    };
    let mut effect = match &estimate {
        Some(estimate) => Effect::of(estimate, Measure::Difference, job.plan.level),
        None => {
            Effect::bare("average effect on the treated", found.estimate, Measure::Difference, job.plan.level)
        }
    };
    effect.label = format!("treatment on {}", treated_words(&panel));
    let mut fit = Fit::new(
        effect,
        "synthetic difference-in-differences (Arkhangelsky et al. 2021), exact weights".to_owned(),
    );
    fit.coefficients = estimate.into_iter().collect();
    fit.facts = vec![
        Fact::new("penalty of the unit weights", found.zeta_omega),
        Fact::new("placebo replications", replications as f64),
    ];
    fit.figures.push(weights_figure(
        "Weights of the donors",
        "Weight",
        found.donors.iter().cloned().zip(found.omega.iter().copied()),
    ));
    let before = panel.periods().iter().take(panel.first()).map(f64::to_string);
    fit.figures.push(weights_figure(
        "Weights of the periods before treatment",
        "Weight",
        before.zip(found.lambda.iter().copied()),
    ));
    fit.remarks = remarks;
    Ok(fit)
}

impl Estimator for Synthetic {
    fn title(&self) -> &'static str {
        match self {
            Self::Classic => "Synthetic control",
            Self::Augmented => "Synthetic control, augmented by ridge regression",
            Self::Differences => "Synthetic difference-in-differences",
        }
    }

    fn page(&self) -> &'static str {
        match self {
            Self::Differences => "docs/methods/augmented-and-sdid.md",
            _ => "docs/methods/synthetic-control.md",
        }
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Outcome, Need::Unit, Need::Period, Need::Arms]
    }

    fn options(&self) -> &'static [&'static str] {
        match self {
            Self::Differences => &["draws"],
            Self::Classic => &["fitted"],
            Self::Augmented => &[],
        }
    }

    fn takes_covariates(&self) -> bool {
        false
    }

    fn fit(&self, job: &Job<'_>) -> Result<Fit> {
        match self {
            Self::Classic if !job.plan.predictors.is_empty() => by_predictors(job),
            Self::Classic => control(
                job,
                &panel(job)?,
                &OutcomesOnly::default(),
                "donor weights ≥ 0 that sum to 1, nearest to the treated unit before treatment",
                Interval::Conformal,
            ),
            Self::Augmented => control(
                job,
                &panel(job)?,
                &RidgeAugmented::default(),
                "donor weights plus ridge regression on the imbalance left",
                Interval::Conformal,
            ),
            Self::Differences => differences(job),
        }
    }
}

fn by_predictors(job: &Job<'_>) -> Result<Fit> {
    let panel = panel(job)?;
    let predictors = super::predictors::predictors(job, &panel)?;
    job.progress.step("importance of the predictors", 0, 1);
    let model = "donor weights ≥ 0 that sum to 1, nearest to the treated unit in predictors whose importance is searched for";
    let mut fit = control(job, &panel, &predictors, model, Interval::None)?;
    super::predictors::balance(&predictors, &panel, &mut fit).map_err(failed(job.plan.estimator))?;
    Ok(fit)
}
