//! Matching chosen schools with comparison schools.

use std::collections::BTreeMap;

use stats::{
    Matrix,
    matching::{self, Distance, Matched, Reason, Rules},
};

use super::{
    Covariate, Group, Match, Outcome, Problem, Settings, Unit, Unmatched,
    balance::balance,
    participants::{Participants, participants},
    values::{Reckoning, size},
};
use crate::figures::{Figures, Kind};

/// Schools for each covariate below which their covariance is not estimated.
const SCHOOLS_EACH: usize = 10;

/// Matches each chosen school with so many others of its kind that the sum of all distances is as small as it can be.
///
/// `figures` are those of [`Settings::windows`], in their order, and of nothing later. Covariates are taken as
/// deviations from the mean of a school's kind in standard deviations of that kind, because a primary school is not
/// a small secondary. The distance is Mahalanobis' over them, or with fewer than ten schools for each covariate the plain
/// root of the sum of squares.
///
/// # Errors
/// [`Problem`], in words for the person who asked.
pub fn run(figures: &Figures, settings: &Settings) -> Result<Outcome, Problem> {
    settings.check()?;
    let windows = settings.parsed_windows()?;
    let measure = settings.measure()?;
    for (place, window) in windows.iter().enumerate() {
        let same = figures.windows.get(place).is_some_and(|facts| facts.window == *window);
        if !same || !figures.has(place) {
            return Err(Problem::NotCovered { window: window.in_words() });
        }
    }
    let baseline = windows.first().ok_or(Problem::NoWindows { most: super::WINDOWS_MAX })?;
    let Participants { schools, left_out } = participants(figures, settings, baseline)?;
    let mut reckoning = Reckoning {
        figures,
        windows: &windows,
        measure,
        rate: settings.rate,
        schools: schools.iter().map(|(school, _)| *school).collect(),
        remarks: rolls(figures),
    };
    let columns: Vec<Vec<f64>> = settings.covariates.iter().map(|one| reckoning.of(*one)).collect();
    let mut remarks = reckoning.remarks;
    let kinds: Vec<Kind> = schools.iter().map(|(school, _)| school.kind).collect();
    let treated: Vec<bool> = schools.iter().map(|(_, treated)| *treated).collect();
    let found = matched(settings, &columns, &kinds, &treated)?;
    remarks.extend(short(settings, &kinds, &treated));
    if few(kinds.len(), settings) {
        remarks.push(format!(
            "With {} schools it cannot be told how rate, size and the rest move together, so that each counts by itself in the distance.",
            kinds.len()
        ));
    }
    let mut units: Vec<Unit> = schools
        .iter()
        .enumerate()
        .map(|(place, (school, treated))| Unit {
            urn: school.urn,
            name: school.name.clone(),
            kind: school.kind,
            treated: *treated,
            values: columns.iter().map(|column| column.get(place).copied().unwrap_or(0.0)).collect(),
            count: school.count(0, measure),
            pupils: school.pupils(0).unwrap_or(0),
            weight: 0.0,
        })
        .collect();
    for (unit, weight) in units.iter_mut().zip(&found.weights) {
        unit.weight = *weight;
    }
    let (balance, effective_size) = balance(&settings.covariates, &units)?;
    let urn = |place: usize| units.get(place).map_or(0, |unit| unit.urn);
    let groups = found.groups.iter().map(|group| Group {
        treated: urn(group.treated),
        matches: group
            .controls
            .iter()
            .zip(&group.distances)
            .map(|(place, distance)| Match { urn: urn(*place), distance: *distance })
            .collect(),
    });
    let unmatched = found.unmatched.iter().map(|one| Unmatched {
        urn: urn(one.treated),
        found: one.found,
        why: why(&one.reason, !settings.exact.is_empty()),
    });
    Ok(Outcome {
        covariates: settings.covariates.clone(),
        groups: groups.collect(),
        unmatched: unmatched.collect(),
        units,
        left_out,
        balance,
        effective_size,
        total_distance: found.total_distance,
        remarks,
    })
}

/// Says where pupils are those of the register, because no roll was imported for a window.
fn rolls(figures: &Figures) -> Vec<String> {
    let without = figures.windows.iter().filter(|facts| facts.census.is_none());
    without
        .map(|facts| {
            format!(
                "{}: no roll of a school census was imported, so pupils are those of the register.",
                facts.window.title()
            )
        })
        .collect()
}

/// Says where there are fewer candidates than matches wanted.
fn short(settings: &Settings, kinds: &[Kind], treated: &[bool]) -> Vec<String> {
    let mut counts: BTreeMap<Kind, (usize, usize)> = BTreeMap::new();
    for (kind, treated) in kinds.iter().zip(treated) {
        let (chosen, others) = counts.entry(*kind).or_default();
        *if *treated { chosen } else { others } += 1;
    }
    counts
        .into_iter()
        .filter(|(_, (chosen, others))| *others < chosen.saturating_mul(settings.each))
        .map(|(kind, (chosen, others))| {
            format!(
                "{}: {chosen} chosen and only {others} to compare with, fewer than the {} wanted, so some chosen schools have \
                 fewer comparison schools or none.",
                kind.plural(),
                chosen.saturating_mul(settings.each)
            )
        })
        .collect()
}

fn why(reason: &Reason, thirds: bool) -> String {
    match reason {
        Reason::Excluded => "Left out".to_owned(),
        Reason::NobodyInStratum if thirds => "No school of its kind and its thirds can be compared with".to_owned(),
        Reason::NobodyInStratum => "No school of its kind can be compared with".to_owned(),
        Reason::NobodyWithinCaliper(name) => {
            format!("No school is near enough: the limit on {} rules out the last", name.to_lowercase())
        }
        Reason::Taken { candidates: 1 } => {
            "The one school that is like it enough is matched with another chosen school, or all matches are given out".to_owned()
        }
        Reason::Taken { candidates } => format!(
            "There are too few like it: the {candidates} near enough are shared with other chosen schools"
        ),
    }
}

fn matched(
    settings: &Settings,
    columns: &[Vec<f64>],
    kinds: &[Kind],
    treated: &[bool],
) -> Result<Matched, Problem> {
    let engine = |error: stats::StatsError| Problem::Engine(error.to_string());
    let within: Vec<Vec<f64>> = columns.iter().map(|column| standardised(column, kinds)).collect();
    let column = |covariate: Covariate, of: &[Vec<f64>]| {
        let place = settings.covariates.iter().position(|one| *one == covariate);
        place.and_then(|place| of.get(place)).cloned().unwrap_or_default()
    };
    let codes = kinds.iter().map(|kind| *kind as usize).collect();
    let thirds = settings.exact.iter().map(|exact| thirds(&column(exact.covariate(), columns), kinds));
    let calipers = settings.calipers.iter().map(|caliper| matching::Caliper {
        name: caliper.of.title().to_owned(),
        values: column(caliper.of, &within),
        width: caliper.deviations,
    });
    let rules = Rules {
        exact: std::iter::once(codes).chain(thirds).collect(),
        calipers: calipers.collect(),
        excluded: vec![],
    };
    let matrix = Matrix::from_iterator(kinds.len(), within.len(), within.into_iter().flatten());
    let distance = if few(kinds.len(), settings) {
        Distance::euclidean(&matrix)
    } else {
        Distance::mahalanobis(&matrix, treated)
    };
    matching::optimal(treated, &distance.map_err(engine)?, &rules, settings.each).map_err(engine)
}

/// Whether there are too few schools to tell how the covariates move together. Then Mahalanobis' distance would follow
/// accidents of these few schools, and each covariate counts by itself.
fn few(schools: usize, settings: &Settings) -> bool {
    schools < SCHOOLS_EACH * settings.covariates.len()
}

/// Deviations from the mean of a school's kind, in standard deviations of that kind; 0 where a kind does not vary.
fn standardised(values: &[f64], kinds: &[Kind]) -> Vec<f64> {
    let mut moments: BTreeMap<Kind, (f64, f64)> = BTreeMap::new();
    for kind in kinds {
        moments.entry(*kind).or_insert_with(|| {
            let of: Vec<f64> = values
                .iter()
                .zip(kinds)
                .filter(|(_, other)| *other == kind)
                .map(|(value, _)| *value)
                .collect();
            let mean = of.iter().sum::<f64>() / size(of.len().max(1));
            let squares: f64 = of.iter().map(|value| (value - mean).powi(2)).sum();
            let deviation = if of.len() > 1 { (squares / size(of.len() - 1)).sqrt() } else { 0.0 };
            (mean, deviation)
        });
    }
    let one = |(value, kind): (&f64, &Kind)| match moments.get(kind) {
        Some((mean, deviation)) if *deviation > 1e-12 * mean.abs() => (value - mean) / deviation,
        _ => 0.0,
    };
    values.iter().zip(kinds).map(one).collect()
}

/// Which third of its kind each school is in, from the lowest: by how many lie below it, so that equal values share a third.
pub(crate) fn thirds(values: &[f64], kinds: &[Kind]) -> Vec<usize> {
    values
        .iter()
        .zip(kinds)
        .map(|(value, kind)| {
            let alike = || values.iter().zip(kinds).filter(|(_, other)| *other == kind);
            let below = alike().filter(|(other, _)| *other < value).count();
            3 * below / alike().count().max(1)
        })
        .collect()
}
