//! Differences in differences on panels of eight periods.

use stats::did::{
    Aggregation, Bootstrap, EventStudy, EventStudyOptions, GroupTimeEffects, GroupTimeOptions, Levels, Panel,
    PanelRows, SunAbraham, TwoWay, Window,
};
use stats::random::Seed;
use stats::{Estimate, Result};

use super::draw::Draw;
use super::study::{Case, Found};

const PERIODS: i64 = 8;
/// First treated periods of the staggered design with their shares; the rest is never treated.
const COHORTS: [(i64, f64); 3] = [(4, 0.2), (5, 0.25), (7, 0.2)];
const FEW: &str = "t on clusters less one with a sandwich that is biased downwards with few units";

/// All estimators at two sizes.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for units in [40, 300] {
        let size = || format!("{units} units x {PERIODS}");
        let mut add = |name, trials, reason, trial: fn(&mut Draw, usize) -> Result<Found>| {
            cases.push(Case::new(name, size(), trials, move |d| trial(d, units)).because(reason));
        };
        add("two-way", 20_000, FEW, two_way);
        add("event study, two periods after", 20_000, FEW, event_study);
        add(
            "Sun-Abraham, average effect",
            10_000,
            "shares of cohorts taken as known, few units in a cohort",
            sun_abraham,
        );
        let normal = "normal distribution with influence functions of cohorts of 8 to 10 units";
        add("Callaway-Sant'Anna, average effect", 10_000, normal, average);
        add("Callaway-Sant'Anna, covariate, doubly robust", 10_000, normal, doubly_robust);
        add("Callaway-Sant'Anna, uniform band over 12 times", 10_000, normal, band);
    }
    cases.push(Case::new(
        "joint test of the leads (coverage: not rejected at 5%)",
        "300 units x 8",
        20_000,
        pretest,
    ));
    cases
}

/// The effect of a cohort at a time since treatment.
fn effect(cohort: i64, time: i64) -> f64 {
    0.5 + 0.1 * time as f64 + 0.2 * (cohort - 4) as f64
}

struct Rows {
    unit: Vec<usize>,
    period: Vec<i64>,
    outcome: Vec<f64>,
    cohort: Vec<Option<i64>>,
    covariate: Vec<f64>,
}

/// Units with a level and correlated errors; the covariate moves both the trend and (`selective`) the chance of treatment.
fn rows(
    d: &mut Draw,
    units: usize,
    selective: bool,
    cohort: impl Fn(&mut Draw, usize, f64) -> Option<i64>,
    effect: impl Fn(i64, i64) -> f64,
) -> Rows {
    let n = units * PERIODS as usize;
    let mut rows = Rows {
        unit: Vec::with_capacity(n),
        period: Vec::with_capacity(n),
        outcome: Vec::with_capacity(n),
        cohort: Vec::with_capacity(n),
        covariate: Vec::with_capacity(n),
    };
    for unit in 0..units {
        let (level, x) = (d.normal(), d.normal());
        let first = cohort(d, unit, x);
        let errors = d.autoregressive(PERIODS as usize, 0.4);
        for period in 1..=PERIODS {
            let trend = 0.1 * period as f64 + if selective { 0.1 * x * period as f64 } else { 0.0 };
            let gain =
                first.filter(|first| period >= *first).map_or(0.0, |first| effect(first, period - first));
            rows.unit.push(unit);
            rows.period.push(period);
            rows.outcome.push(level + trend + gain + errors[period as usize - 1]);
            rows.cohort.push(first);
            rows.covariate.push(x);
        }
    }
    rows
}

impl Rows {
    fn panel(&self, covariate: bool) -> Result<Panel> {
        let covariates: &[(&str, &[f64])] = if covariate { &[("x", &self.covariate)] } else { &[] };
        Panel::new(PanelRows {
            unit: &self.unit,
            period: &self.period,
            outcome: &self.outcome,
            cohort: &self.cohort,
            covariates,
            cluster: None,
            weight: None,
        })
    }
}

fn half_from_five(_: &mut Draw, unit: usize, _: f64) -> Option<i64> {
    unit.is_multiple_of(2).then_some(5)
}

/// Cohorts of fixed sizes.
fn fixed(units: usize) -> impl Fn(&mut Draw, usize, f64) -> Option<i64> {
    move |_, unit, _| place((unit as f64 + 0.5) / units as f64)
}

fn place(share: f64) -> Option<i64> {
    let mut below = 0.0;
    COHORTS.iter().find_map(|(first, part)| {
        below += part;
        (share < below).then_some(*first)
    })
}

fn two_way(d: &mut Draw, units: usize) -> Result<Found> {
    let rows = rows(d, units, false, half_from_five, |_, _| 0.5);
    Ok(Found::of(&TwoWay::fit(&rows.panel(false)?, false, Levels::Units)?.effect(0.95)?, 0.5))
}

fn event_study(d: &mut Draw, units: usize) -> Result<Found> {
    let rows = rows(d, units, false, half_from_five, effect);
    let fit = EventStudy::fit(&rows.panel(false)?, &EventStudyOptions::default())?;
    let at = fit.effects.estimates.position("2")?;
    Ok(Found::of(&fit.effects.estimates.table(0.95)[at], effect(5, 2)))
}

fn pretest(d: &mut Draw) -> Result<Found> {
    let rows = rows(d, 300, false, half_from_five, effect);
    let fit = EventStudy::fit(&rows.panel(false)?, &EventStudyOptions::default())?;
    let covered = f64::from(fit.effects.pretest()?.p > 0.05);
    Ok(Found { error: 0.0, standard_error: f64::NAN, covered })
}

/// Average effect over treated rows, cohorts weighted.
fn true_average(weights: &[(i64, f64)]) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for (first, weight) in weights {
        for period in *first..=PERIODS {
            sum += weight * effect(*first, period - first);
            total += weight;
        }
    }
    sum / total
}

fn sun_abraham(d: &mut Draw, units: usize) -> Result<Found> {
    let rows = rows(d, units, false, fixed(units), effect);
    let counts = COHORTS.map(|(first, _)| {
        (first, rows.cohort.iter().filter(|cohort| **cohort == Some(first)).count() as f64)
    });
    let fit = SunAbraham::fit(&rows.panel(false)?, -1, false)?;
    Ok(Found::of(&fit.att_estimate(0.95)?, true_average(&counts)))
}

fn random_cohorts(d: &mut Draw, _: usize, _: f64) -> Option<i64> {
    place(d.uniform())
}

fn simple(effects: &GroupTimeEffects, truth: f64) -> Result<Found> {
    let simple = effects.aggregate(Aggregation::Simple, &Window::default())?;
    let error = simple.overall_standard_error.unwrap_or(f64::NAN);
    Ok(Found::of(&Estimate::wald("", simple.overall, error, None, 0.95), truth))
}

fn average(d: &mut Draw, units: usize) -> Result<Found> {
    let rows = rows(d, units, false, random_cohorts, effect);
    let effects = GroupTimeEffects::fit(&rows.panel(false)?, &GroupTimeOptions::default())?;
    simple(&effects, true_average(&COHORTS))
}

/// Treated from period 5 with a chance that rises with a covariate that moves the trend too.
fn doubly_robust(d: &mut Draw, units: usize) -> Result<Found> {
    let selected =
        |d: &mut Draw, _: usize, x: f64| (d.uniform() < super::draw::logistic(0.7 * x)).then_some(5);
    let rows = rows(d, units, true, selected, effect);
    let effects = GroupTimeEffects::fit(&rows.panel(true)?, &GroupTimeOptions::default())?;
    simple(&effects, true_average(&[(5, 1.0)]))
}

/// All effects by time since treatment at once.
fn band(d: &mut Draw, units: usize) -> Result<Found> {
    let rows = rows(d, units, false, random_cohorts, effect);
    let effects = GroupTimeEffects::fit(&rows.panel(false)?, &GroupTimeOptions::default())?;
    let dynamic = effects.aggregate(Aggregation::Dynamic, &Window::default())?;
    let options = Bootstrap { seed: Seed::from_number(d.number()), ..Bootstrap::default() };
    let (bands, _) = dynamic.bootstrap(&options)?;
    let truth = |time: i64| {
        let seen = |first: i64| (1..=PERIODS).contains(&(first + time)) && (time >= 0 || first + time >= 2);
        let (mut sum, mut total) = (0.0, 0.0);
        for (first, share) in COHORTS.iter().filter(|(first, _)| seen(*first)) {
            sum += share * if time >= 0 { effect(*first, time) } else { 0.0 };
            total += share;
        }
        sum / total
    };
    let all = dynamic.rows.iter().zip(bands.low.iter().zip(&bands.high)).all(|(row, (low, high))| {
        let truth = truth(row.label);
        *low <= truth && truth <= *high
    });
    let last = dynamic.rows.iter().rfind(|row| row.label == 0).map_or(f64::NAN, |row| row.att - truth(0));
    Ok(Found { error: last, standard_error: f64::NAN, covered: f64::from(all) })
}
