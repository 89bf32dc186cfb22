//! Rates with their uncertainty, the funnel, ranks, and what the highest will show next year.

use stats::rates::{
    Denominator, Excess, Funnel, GammaPoisson, NextPeriod, RankOptions, Transformation, UnitRate,
    gamma_poisson, highest_next_period, rank,
};

use super::{DRAWS, Group, LEVEL, Silence, seed};
use crate::{
    counts::model::{measure::Measure, table::Coverage},
    figures::{Figures, School},
};

/// Rates are told for so many pupils.
pub(super) const PER: f64 = 1_000.0;
/// Probability outside each of the outer limits of the funnel.
const OUTER: f64 = 0.001;
/// Points at which the limits are worked out.
const POINTS: u32 = 48;

/// What the rates of a group say.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    /// Events of all schools.
    pub events: u64,
    /// Pupils of all schools.
    pub pupils: u64,
    /// The overall rate for each 1,000 pupils.
    pub target: f64,
    /// How many times the rates vary as much as chance alone would make them (the mean square of the z scores, the most extreme tenth at
    /// each end pulled in).
    pub variation: f64,
    /// Whether the rates differ by more than chance, so that schools can be told apart at all.
    pub differ: bool,
    /// The limits of the funnel, inner ones first.
    pub limits: Vec<Limit>,
    /// One for each school, in order.
    pub schools: Vec<SchoolRate>,
    /// What the highest will show in the next period of the same length if nothing changes.
    pub next: NextPeriod,
}

/// Limits of the funnel by size.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// What they are.
    pub name: String,
    /// Pupils, lower and upper limit for each 1,000.
    pub points: Vec<(f64, f64, f64)>,
}

/// Whether a school lies outside the funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// Within what chance makes.
    No,
    /// Above the limits.
    Above,
    /// Below the limits.
    Below,
}

/// The rate of one school, for each 1,000 pupils.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SchoolRate {
    /// As counted.
    pub observed: f64,
    /// As estimated: between the observed rate and that of all.
    pub estimate: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Weight of the common rate in the estimate, 0 to 1.
    pub shrinkage: f64,
    /// Where the true rate stands among the schools.
    pub rank_low: usize,
    /// The lowest place that it may have.
    pub rank_high: usize,
    /// Probability of being among the highest.
    pub among: f64,
    /// Whether it lies outside the limits of chance alone.
    pub beyond_chance: Beyond,
    /// Whether it lies outside the limits that allow for the spread between schools too.
    pub beyond_spread: Beyond,
}

/// A fitted measure: the model and each school's rate as a share of one pupil.
pub(super) struct Fitted {
    pub(super) model: GammaPoisson,
    pub(super) units: Vec<UnitRate>,
    counts: Vec<f64>,
    sizes: Vec<f64>,
}

/// Fits the rates of a measure in a window.
pub(super) fn fit(
    figures: &Figures,
    schools: &[&School],
    group: Group,
    window: usize,
    measure: Measure,
) -> Result<Fitted, Silence> {
    let title = || figures.windows.get(window).map(|facts| facts.window.title()).unwrap_or_default();
    match schools.len() {
        0 => return Err(Silence::NoSchool(group)),
        1 => return Err(Silence::OneSchool(group)),
        _ => {}
    }
    if figures.windows.get(window).is_none_or(|facts| facts.covered == Coverage::None) {
        return Err(Silence::NoReturn(title()));
    }
    let (counts, sizes) = numbers(schools, window, measure);
    if counts.iter().all(|count| *count == 0.0) {
        let pupils = schools.iter().filter_map(|school| school.pupils(window)).sum();
        return Err(Silence::NoEvent { measure: measure.title(), pupils, window: title() });
    }
    let model = gamma_poisson(&counts, &sizes).map_err(|error| Silence::Method(error.to_string()))?;
    let units = model.units(LEVEL).map_err(|error| Silence::Method(error.to_string()))?;
    Ok(Fitted { model, units, counts, sizes })
}

/// Counts and pupils. Where no pupils are known, the events have no rate and are left out too.
#[expect(clippy::cast_precision_loss, reason = "counts of children are far below 2^52")]
fn numbers(schools: &[&School], window: usize, measure: Measure) -> (Vec<f64>, Vec<f64>) {
    schools
        .iter()
        .map(|school| match school.pupils(window) {
            Some(pupils) => (school.count(window, measure) as f64, pupils as f64),
            None => (0.0, 0.0),
        })
        .unzip()
}

/// The rates of the chosen measure with everything that is told of them.
pub(super) fn rates(fitted: &Fitted, highest: usize) -> Result<Rates, Silence> {
    let method = |error: stats::StatsError| Silence::Method(error.to_string());
    let funnel = Funnel::new(&fitted.counts, &fitted.sizes, Denominator::Exposure, None).map_err(method)?;
    let variation =
        funnel.overdispersion(Transformation::SquareRoot, 0.1).map_err(method)?.overdispersion.phi;
    let posteriors: Vec<_> = fitted.units.iter().map(|unit| unit.posterior).collect();
    let options = RankOptions { draws: DRAWS, level: LEVEL, highest: vec![highest] };
    let ranks = rank(&posteriors, &options, seed()).map_err(method)?;
    let spread = Excess::GammaPoisson { dispersion: fitted.model.dispersion };
    let beyond = |rate: f64, size: f64, excess: Excess| {
        if size <= 0.0 {
            return Beyond::No;
        }
        match funnel.limits(size, OUTER, excess) {
            Ok(limits) if rate > limits.high => Beyond::Above,
            Ok(limits) if rate < limits.low => Beyond::Below,
            _ => Beyond::No,
        }
    };
    let units = fitted.units.iter().zip(&ranks.units).zip(&fitted.sizes);
    let schools = units.map(|((unit, rank), size)| {
        let observed = unit.observed.unwrap_or(0.0);
        SchoolRate {
            observed: observed * PER,
            estimate: unit.mean * PER,
            low: unit.low * PER,
            high: unit.high * PER,
            shrinkage: unit.shrinkage,
            rank_low: rank.low,
            rank_high: rank.high,
            among: rank.among_highest.first().copied().unwrap_or(0.0),
            beyond_chance: beyond(observed, *size, Excess::None),
            beyond_spread: beyond(observed, *size, spread),
        }
    });
    let exposed = fitted.sizes.iter().filter(|size| **size > 0.0).count();
    let next = highest_next_period(&fitted.model, highest.min(exposed), LEVEL).map_err(method)?;
    Ok(Rates {
        events: whole(fitted.counts.iter().sum()),
        pupils: whole(fitted.sizes.iter().sum()),
        target: funnel.target() * PER,
        variation,
        differ: fitted.model.overdispersed(),
        limits: limits(&funnel, &fitted.sizes, fitted.model.dispersion),
        schools: schools.collect(),
        next,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a sum of counts is whole, positive and far below 2^52"
)]
fn whole(sum: f64) -> u64 {
    sum as u64
}

/// The lines of the funnel over the sizes of the schools.
fn limits(funnel: &Funnel, sizes: &[f64], dispersion: f64) -> Vec<Limit> {
    let least = sizes.iter().copied().filter(|size| *size > 0.0).fold(f64::INFINITY, f64::min);
    let most = sizes.iter().copied().fold(0.0_f64, f64::max) * 1.05;
    let start = (least * 0.7).max(1.0).min(most);
    // Equal steps of the square root put more points where the lines bend.
    let at = |point: u32| {
        let share = f64::from(point) / f64::from(POINTS - 1);
        (start.sqrt() + share * (most.sqrt() - start.sqrt())).powi(2)
    };
    let line = |name: &str, tail: f64, excess: Excess| {
        let limit = |size: f64| funnel.limits(size, tail, excess).ok();
        let points = (0..POINTS)
            .map(at)
            .filter_map(|size| limit(size).map(|limits| (size, limits.low * PER, limits.high * PER)));
        Limit { name: name.to_owned(), points: points.collect() }
    };
    let mut lines = vec![
        line("95% limits, chance alone", 0.025, Excess::None),
        line("99.8% limits, chance alone", OUTER, Excess::None),
    ];
    if dispersion > 0.0 {
        lines.push(line(
            "99.8% limits that allow for the spread between schools",
            OUTER,
            Excess::GammaPoisson { dispersion },
        ));
    }
    lines
}
