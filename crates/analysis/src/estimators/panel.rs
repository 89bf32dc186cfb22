//! Differences in differences: from rows to a panel of units over periods.

use stats::did::{
    Aggregation, Bootstrap, Comparison, EventStudy, EventStudyOptions, GroupTimeEffects, GroupTimeMethod,
    GroupTimeOptions, JointTest, Levels, Panel, PanelRows, SunAbraham, TwoWay, Window,
};
use stats::{Estimate, Estimates};

use super::{Estimator, Fit, Job, Need, effect_label, failed};
use crate::error::{Result, suggestion};
use crate::figure::{EventTime, Figure};
use crate::prepare::codes;
use crate::result::{Check, Effect, Fact, Measure};
use crate::verdict::p_words;

/// Estimators that take a panel with cohorts.
pub(super) enum Did {
    /// Two-way fixed effects.
    TwoWay,
    /// Effects by time since treatment, in one regression.
    EventStudy,
    /// Group-time effects.
    GroupTime,
    /// Effects by time since treatment, averaged over cohorts.
    SunAbraham,
}

fn panel(job: &Job<'_>) -> Result<Panel> {
    let frame = job.frame();
    let failed = failed(job.plan.estimator);
    let column = |name: &str| frame.numeric(name).map(<[f64]>::to_vec).map_err(&failed);
    let named = |part: &Option<crate::plan::Named>| {
        part.as_ref().map_or_else(String::new, |named| named.column.clone())
    };
    let period_column = named(&job.plan.period);
    let mut period = Vec::new();
    for value in column(&period_column)? {
        if value.fract() != 0.0 || value.abs() > 1e15 {
            return Err(job.source.fault(
                &period_column,
                format!("the period {value} is not a whole number; number the periods 1, 2, 3 or use years"),
                None,
            ));
        }
        period.push(value as i64);
    }
    let unit = codes(frame, &named(&job.plan.unit)).0;
    let cohort: Vec<Option<i64>> = match &job.plan.cohort {
        Some(cohort) => column(&cohort.column)?
            .into_iter()
            .map(|value| (value.is_finite() && value != 0.0).then_some(value as i64))
            .collect(),
        None => {
            // The first period in which each unit is treated.
            let arms = job.plan.arms.as_ref().map_or(String::new(), |arms| arms.column.clone());
            let mut first = std::collections::BTreeMap::new();
            for ((unit, period), treated) in unit.iter().zip(&period).zip(column(&arms)?) {
                if treated == 1.0 {
                    let slot = first.entry(*unit).or_insert(*period);
                    *slot = (*slot).min(*period);
                }
            }
            unit.iter().map(|unit| first.get(unit).copied()).collect()
        }
    };
    let outcome = column(job.plan.outcome.as_ref().map_or("", |outcome| &outcome.column))?;
    let mut covariates = Vec::new();
    for name in &job.plan.covariates {
        if frame.get(name).is_none() {
            return Err(job.source.fault(
                name,
                format!("'{}' takes plain columns as covariates, and '{name}' is not one; derive it under data.derive", job.plan.estimator.as_str()),
                None,
            ));
        }
        covariates.push((name.as_str(), column(name)?));
    }
    let covariates: Vec<(&str, &[f64])> =
        covariates.iter().map(|(name, values)| (*name, values.as_slice())).collect();
    let cluster = job.plan.cluster.as_ref().map(|cluster| codes(frame, &cluster.column).0);
    Panel::new(PanelRows {
        unit: &unit,
        period: &period,
        outcome: &outcome,
        cohort: &cohort,
        covariates: &covariates,
        cluster: cluster.as_deref(),
        weight: None,
    })
    .map_err(failed)
}

fn finish(job: &Job<'_>, effect: &Estimate, model: String) -> Fit {
    let mut natural = Effect::of(effect, Measure::Difference, job.plan.level);
    natural.label = effect_label(job.plan, &effect.name);
    if natural.label == effect.name {
        natural.label = "treatment on the treated".to_owned();
    }
    let mut fit = Fit::new(natural, model);
    fit.coefficients = vec![effect.clone()];
    fit
}

fn pretest(fit: &mut Fit, test: stats::Result<JointTest>, level: f64) {
    fit.checks.push(match test {
        Ok(test) => Check {
            name: "Effects before treatment are zero (joint Wald test)".to_owned(),
            value: Some(test.statistic),
            passed: test.p >= 1.0 - level,
            words: format!(
                "p = {} on {} degrees of freedom; a large p does not prove that trends would have stayed parallel",
                p_words(test.p),
                test.df
            ),
        },
        Err(why) => Check {
            name: "Effects before treatment are zero (joint Wald test)".to_owned(),
            value: None,
            passed: false,
            words: format!("could not be tested: {why}"),
        },
    });
}

fn by_time(estimates: &Estimates, times: &[i64], reference: i64, level: f64) -> Vec<EventTime> {
    let mut points: Vec<EventTime> = estimates
        .table(level)
        .iter()
        .zip(times)
        .map(|(row, time)| EventTime {
            time: *time as f64,
            estimate: row.estimate,
            low: row.low,
            high: row.high,
            band: None,
        })
        .collect();
    points.push(EventTime { time: reference as f64, estimate: 0.0, low: 0.0, high: 0.0, band: None });
    points.sort_by(|a, b| a.time.total_cmp(&b.time));
    points
}

fn event_figure(job: &Job<'_>, points: Vec<EventTime>) -> Figure {
    Figure::EventStudy {
        title: format!("Effect on {} by time since treatment", job.plan.outcome_words()),
        axis: "Effect".to_owned(),
        points,
    }
}

fn two_way(job: &Job<'_>) -> Result<Fit> {
    let failed = failed(job.plan.estimator);
    let panel = panel(job)?;
    let found = TwoWay::fit(&panel, !job.plan.covariates.is_empty(), Levels::Units).map_err(&failed)?;
    let effect = found.effect(job.plan.level).map_err(&failed)?;
    let mut fit = finish(job, &effect, "outcome ~ treated + unit + period".to_owned());
    fit.coefficients = found.estimates.table(job.plan.level);
    fit.facts = vec![Fact::new("rows", found.rows as f64), Fact::new("clusters", found.clusters as f64)];
    fit.checks.push(Check {
        name: "Treated rows with a negative weight".to_owned(),
        value: Some(found.negative_weight.rows as f64),
        passed: found.negative_weight.rows == 0,
        words: format!(
            "{} of {} treated rows, with weights that sum to {:.3}; with such rows the coefficient can mislead where effects differ",
            found.negative_weight.rows, found.negative_weight.of, found.negative_weight.sum
        ),
    });
    fit.remarks = found.remarks;
    if panel.periods().len() > 2
        && let Ok(study) = EventStudy::fit(
            &panel,
            &EventStudyOptions {
                covariates: !job.plan.covariates.is_empty(),
                ..EventStudyOptions::default()
            },
        )
    {
        pretest(&mut fit, study.effects.pretest(), job.plan.level);
        let points =
            by_time(&study.effects.estimates, &study.effects.times, study.effects.reference, job.plan.level);
        fit.figures.push(event_figure(job, points));
    }
    Ok(fit)
}

fn event_study(job: &Job<'_>) -> Result<Fit> {
    let failed = failed(job.plan.estimator);
    let panel = panel(job)?;
    let options =
        EventStudyOptions { covariates: !job.plan.covariates.is_empty(), ..EventStudyOptions::default() };
    let found = EventStudy::fit(&panel, &options).map_err(&failed)?;
    let after: Vec<usize> = found
        .effects
        .times
        .iter()
        .enumerate()
        .filter(|(_, time)| **time >= 0)
        .map(|(place, _)| place)
        .collect();
    let share = 1.0 / after.len().max(1) as f64;
    let weights: Vec<f64> = (0..found.effects.times.len())
        .map(|place| if after.contains(&place) { share } else { 0.0 })
        .collect();
    let effect = found
        .effects
        .estimates
        .combination("mean effect from treatment on", &weights, job.plan.level)
        .map_err(&failed)?;
    let mut fit = finish(job, &effect, "outcome ~ time since treatment + unit + period".to_owned());
    fit.coefficients = found.effects.estimates.table(job.plan.level);
    fit.coefficients.insert(0, effect);
    fit.facts = vec![Fact::new("clusters", found.clusters as f64)];
    pretest(&mut fit, found.effects.pretest(), job.plan.level);
    let points =
        by_time(&found.effects.estimates, &found.effects.times, found.effects.reference, job.plan.level);
    fit.figures.push(event_figure(job, points));
    fit.remarks = found.remarks;
    Ok(fit)
}

fn sun_abraham(job: &Job<'_>) -> Result<Fit> {
    let failed = failed(job.plan.estimator);
    let panel = panel(job)?;
    let found = SunAbraham::fit(&panel, -1, !job.plan.covariates.is_empty()).map_err(&failed)?;
    let effect = found.att_estimate(job.plan.level).map_err(&failed)?;
    let mut fit = finish(job, &effect, "outcome ~ cohort × time since treatment + unit + period".to_owned());
    fit.coefficients.extend(found.effects.estimates.table(job.plan.level));
    fit.facts = vec![Fact::new("clusters", found.clusters as f64)];
    pretest(&mut fit, found.effects.pretest(), job.plan.level);
    let points =
        by_time(&found.effects.estimates, &found.effects.times, found.effects.reference, job.plan.level);
    fit.figures.push(event_figure(job, points));
    fit.remarks = found.remarks;
    Ok(fit)
}

fn choice<T: Copy>(
    job: &Job<'_>,
    written: Option<&str>,
    known: &[(&str, T)],
    what: &str,
    usual: T,
) -> Result<T> {
    let Some(written) = written else { return Ok(usual) };
    known.iter().find(|(name, _)| *name == written).map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        job.source.fault(
            written,
            format!("there is no {what} '{written}'"),
            Some(suggestion(written, &names, "there are")),
        )
    })
}

fn group_time(job: &Job<'_>) -> Result<Fit> {
    let failed = failed(job.plan.estimator);
    let set = &job.plan.options;
    let options = GroupTimeOptions {
        method: choice(
            job,
            set.adjustment.as_deref(),
            &[
                ("doubly-robust", GroupTimeMethod::DoublyRobust),
                ("weighting", GroupTimeMethod::InverseProbability),
                ("regression", GroupTimeMethod::OutcomeRegression),
            ],
            "adjustment",
            GroupTimeMethod::DoublyRobust,
        )?,
        comparison: choice(
            job,
            set.comparison.as_deref(),
            &[("never-treated", Comparison::NeverTreated), ("not-yet-treated", Comparison::NotYetTreated)],
            "comparison",
            Comparison::NeverTreated,
        )?,
        covariates: !job.plan.covariates.is_empty(),
        ..GroupTimeOptions::default()
    };
    let by = choice(
        job,
        set.average.as_deref(),
        &[
            ("simple", Aggregation::Simple),
            ("event-time", Aggregation::Dynamic),
            ("cohort", Aggregation::Cohort),
            ("calendar", Aggregation::Calendar),
        ],
        "average",
        Aggregation::Simple,
    )?;
    let found = GroupTimeEffects::fit(&panel(job)?, &options).map_err(&failed)?;
    let window = Window { allow_missing: true, ..Window::default() };
    let overall = found.aggregate(by, &window).map_err(&failed)?;
    let mut effect = overall.overall_estimate(job.plan.level).map_err(&failed)?;
    effect.name = format!("average effect ({})", set.average.as_deref().unwrap_or("simple"));
    let mut fit =
        finish(job, &effect, "group-time average treatment effects (Callaway and Sant'Anna 2021)".to_owned());
    fit.coefficients.extend(found.table(job.plan.level).map_err(&failed)?);
    fit.facts = vec![Fact::new("units", found.units as f64), Fact::new("cells", found.cells.len() as f64)];
    pretest(&mut fit, found.pretest(), job.plan.level);
    fit.remarks.clone_from(&found.remarks);
    for cell in found.not_estimated.iter().take(10) {
        fit.remarks.push(format!(
            "cohort {} in period {} has no estimate: {}",
            cell.cohort, cell.period, cell.reason
        ));
    }
    if let Ok(times) = found.aggregate(Aggregation::Dynamic, &window) {
        let bootstrap = Bootstrap {
            draws: set.draws.unwrap_or(1_000) as usize,
            seed: job.seed(),
            level: job.plan.level,
            ..Bootstrap::default()
        };
        let (bands, _) = times.bootstrap(&bootstrap).map_err(&failed)?;
        let points = times
            .rows
            .iter()
            .zip(bands.low.iter().zip(&bands.high))
            .map(|(row, (low, high))| {
                let pointwise =
                    Estimate::wald("", row.att, row.standard_error.unwrap_or(0.0), None, job.plan.level);
                EventTime {
                    time: row.label as f64,
                    estimate: row.att,
                    low: pointwise.low,
                    high: pointwise.high,
                    band: (low.is_finite() && high.is_finite()).then_some((*low, *high)),
                }
            })
            .collect();
        fit.figures.push(event_figure(job, points));
        fit.facts.push(Fact::new("draws of the multiplier bootstrap", bootstrap.draws as f64));
        fit.facts.push(Fact::new("critical value of the band", bands.critical_value));
    }
    Ok(fit)
}

impl Estimator for Did {
    fn title(&self) -> &'static str {
        match self {
            Self::TwoWay => "Difference in differences by two-way fixed effects",
            Self::EventStudy => "Event study by two-way fixed effects",
            Self::GroupTime => "Group-time average treatment effects",
            Self::SunAbraham => "Interaction-weighted event study",
        }
    }

    fn page(&self) -> &'static str {
        match self {
            Self::TwoWay | Self::EventStudy => "docs/methods/difference-in-differences.md",
            Self::GroupTime => "docs/methods/group-time-effects.md",
            Self::SunAbraham => "docs/methods/event-study.md",
        }
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Outcome, Need::Unit, Need::Period, Need::Treatment]
    }

    fn options(&self) -> &'static [&'static str] {
        match self {
            Self::GroupTime => &["draws", "comparison", "adjustment", "average"],
            _ => &[],
        }
    }

    fn fit(&self, job: &Job<'_>) -> Result<Fit> {
        match self {
            Self::TwoWay => two_way(job),
            Self::EventStudy => event_study(job),
            Self::GroupTime => group_time(job),
            Self::SunAbraham => sun_abraham(job),
        }
    }
}
