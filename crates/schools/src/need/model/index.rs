//! The need index: a weighted sum that anybody can check, and how firm its order is.

use stats::rates::{IndexMeasure, IndexOptions, NeedIndex, RankOptions, need_index};

use super::{
    DRAWS, Group, LEVEL, Part, Silence, Weights,
    joint::{CONCENTRATION, Cell, Column, Span, spans},
    rates::{PER, fit},
    seed,
    trend::trend,
};
use crate::{
    counts::model::measure::Measure,
    figures::{Figures, School},
};

/// The index of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// Its parts.
    pub parts: Vec<IndexPart>,
    /// One for each school, in order.
    pub schools: Vec<SchoolIndex>,
    /// Share of the highest that stay among the highest when weights and missing values are drawn, 0 to 1.
    pub stay: f64,
    /// The same index a year before, beside this one.
    pub year: Option<YearAgreement>,
    /// Schools that lack a part.
    pub incomplete: usize,
    /// What a reader should know: parts left out because nothing is known of them, parts that do not differ.
    pub remarks: Vec<String>,
}

/// One part of the index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexPart {
    /// Which.
    pub part: Part,
    /// Its share of all weights, 0 to 1.
    pub share: f64,
    /// Correlation of ranks with the order that leaves it out; none where nothing would be left.
    pub without: Option<f64>,
}

/// One school's index.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolIndex {
    /// The index: 0 is the average of the group, 1 is one standard deviation of need above. None where everything is missing.
    pub index: Option<f64>,
    /// What each part adds, in their order; none where it is missing.
    pub contributions: Vec<Option<f64>>,
    /// The figures behind them, in the units of the part.
    pub values: Vec<Option<f64>>,
    /// Where the school stands when weights and missing values are drawn.
    pub by_weights: Span,
    /// Where it stands when chance in the rates is drawn as well: the honest span.
    pub overall: Span,
}

/// How far the order holds from one year to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct YearAgreement {
    /// The earlier window.
    pub window: String,
    /// Correlation of ranks.
    pub correlation: f64,
    /// How many of the highest now were among the highest then.
    pub shared: usize,
}

/// What the index is asked for.
pub(super) struct Wanted<'a> {
    pub(super) figures: &'a Figures,
    pub(super) schools: &'a [&'a School],
    pub(super) group: Group,
    pub(super) measure: Measure,
    pub(super) weights: &'a Weights,
    pub(super) highest: usize,
    /// What the public must not learn: whether a measure of a school is hidden, and the largest small number.
    pub(super) veil: Option<Veil<'a>>,
}

/// Which counts are hidden from the public.
#[derive(Clone, Copy)]
pub(super) struct Veil<'a> {
    pub(super) hidden: &'a dyn Fn(u32, Measure) -> bool,
    pub(super) small: u64,
}

/// The index of the latest window, with the year before beside it.
pub(super) fn index(wanted: &Wanted<'_>) -> Result<Index, Silence> {
    match wanted.schools.len() {
        0 => return Err(Silence::NoSchool(wanted.group)),
        1 => return Err(Silence::OneSchool(wanted.group)),
        _ => {}
    }
    let mut remarks = Vec::new();
    let now = columns(wanted, 0, &mut remarks);
    let found = combine(&now, wanted.highest)?;
    remarks.extend(found.remarks.iter().map(|remark| format!("{remark}.")));
    let shares: Vec<Column> = now.iter().map(|(_, column)| column.clone()).collect();
    let overall = spans(&shares, DRAWS, LEVEL, wanted.highest, seed());
    let schools = found.units.iter().zip(overall).enumerate().map(|(at, (unit, overall))| SchoolIndex {
        index: unit.index,
        contributions: unit.contributions.clone(),
        values: now.iter().map(|(_, column)| column.cells.get(at).and_then(Cell::value)).collect(),
        by_weights: Span {
            low: unit.rank.low,
            high: unit.rank.high,
            among: unit.rank.among_highest.first().copied().unwrap_or(0.0),
        },
        overall,
    });
    let parts = now.iter().zip(&found.weights).zip(&found.without);
    Ok(Index {
        parts: parts
            .map(|(((part, _), share), without)| IndexPart { part: *part, share: *share, without: *without })
            .collect(),
        schools: schools.collect(),
        stay: found.expected_overlap.first().copied().unwrap_or(0.0),
        year: year_before(wanted, &found),
        incomplete: found.units.iter().filter(|unit| unit.missing > 0).count(),
        remarks,
    })
}

/// The index from its columns.
fn combine(columns: &[(Part, Column)], highest: usize) -> Result<NeedIndex, Silence> {
    let measures: Vec<IndexMeasure> = columns
        .iter()
        .map(|(part, column)| IndexMeasure {
            name: part.title(),
            values: column.cells.iter().map(|cell| cell.value().unwrap_or(f64::NAN)).collect(),
            weight: column.weight,
            high_is_high: true,
        })
        .collect();
    let differs = |measure: &IndexMeasure| {
        let mut known = measure.values.iter().filter(|value| !value.is_nan());
        known.next().is_some_and(|first| known.any(|value| value != first))
    };
    if !measures.iter().any(differs) {
        return Err(Silence::NothingDiffers);
    }
    let options = IndexOptions {
        concentration: CONCENTRATION,
        ranks: RankOptions { draws: DRAWS, level: LEVEL, highest: vec![highest] },
        ..IndexOptions::default()
    };
    need_index(&measures, &options, seed()).map_err(|error| Silence::Method(error.to_string()))
}

/// The order of the window before by the same weights; none where there is no such window or no order in it.
fn year_before(wanted: &Wanted<'_>, now: &NeedIndex) -> Option<YearAgreement> {
    let facts = wanted.figures.windows.get(1).filter(|_| wanted.figures.has(1))?;
    let columns = columns(wanted, 1, &mut Vec::new());
    let before = combine(&columns, wanted.highest).ok()?;
    let correlation = now.agreement(&before).ok().flatten()?;
    let top = |index: &NeedIndex| {
        let mut order: Vec<(f64, usize)> =
            index.units.iter().enumerate().filter_map(|(at, unit)| Some((unit.index?, at))).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        order.into_iter().take(wanted.highest).map(|(_, at)| at).collect::<Vec<_>>()
    };
    let then = top(&before);
    let shared = top(now).iter().filter(|at| then.contains(at)).count();
    Some(YearAgreement { window: facts.window.title(), correlation, shared })
}

/// A column for each part with a weight of which anything is known in the window.
fn columns(wanted: &Wanted<'_>, window: usize, remarks: &mut Vec<String>) -> Vec<(Part, Column)> {
    let mut columns = Vec::new();
    for (part, weight) in wanted.weights.used() {
        match cells(wanted, part, window) {
            Ok((cells, veiled)) if cells.iter().any(|cell| *cell != Cell::Missing) => {
                columns.push((part, Column { weight, cells, veiled }));
            }
            Ok(_) => remarks.push(format!(
                "{} is known of no school, so it is left out and the other weights take its place.",
                part.title()
            )),
            Err(silence) => remarks.push(format!(
                "{} is left out, and the other weights take its place. {}",
                part.title(),
                silence.words()
            )),
        }
    }
    let all: f64 = columns.iter().map(|(_, column)| column.weight).sum();
    for (_, column) in &mut columns {
        column.weight /= all;
    }
    columns
}

type Cells = (Vec<Cell>, Vec<Option<(Cell, Cell)>>);

#[expect(clippy::cast_precision_loss, reason = "counts of children are far below 2^52")]
fn cells(wanted: &Wanted<'_>, part: Part, window: usize) -> Result<Cells, Silence> {
    let schools = wanted.schools;
    let known = |of: &dyn Fn(&School) -> Option<f64>| -> Vec<Cell> {
        schools.iter().map(|school| of(school).map_or(Cell::Missing, Cell::Known)).collect()
    };
    let nothing = vec![None; schools.len()];
    match part {
        Part::Size => Ok((known(&|school| school.pupils(window).map(|pupils| pupils as f64)), nothing)),
        Part::FreeMeals => {
            let facts = wanted.figures.windows.get(window);
            let cells = known(&|school| school.free_meals(window, facts?).map(|share| share * 100.0));
            let veil = |school: &&School| {
                let veil = wanted.veil?;
                let pupils = school.count(window, Measure::Pupils);
                let veiled = pupils > 0 && (veil.hidden)(school.urn, Measure::FreeMeals);
                veiled.then(|| {
                    let percent = |count: u64| Cell::Known(100.0 * count.min(pupils) as f64 / pupils as f64);
                    (percent(1), percent(veil.small))
                })
            };
            Ok((cells, schools.iter().map(veil).collect()))
        }
        Part::Rate(measure) => {
            let fitted = match fit(wanted.figures, schools, wanted.group, window, measure) {
                Ok(fitted) => fitted,
                // Nothing happened anywhere: that is known, and the same for all.
                Err(Silence::NoEvent { .. }) => return Ok((vec![Cell::Known(0.0); schools.len()], nothing)),
                Err(silence) => return Err(silence),
            };
            let scaled = |posterior: stats::rates::Posterior| match posterior {
                stats::rates::Posterior::Gamma { shape, rate } => {
                    Cell::Rate(stats::rates::Posterior::Gamma { shape, rate: rate / PER })
                }
                other => Cell::Known(other.mean() * PER),
            };
            let cells = schools.iter().zip(&fitted.units).map(|(school, unit)| {
                if school.pupils(window).is_none() { Cell::Missing } else { scaled(unit.posterior) }
            });
            let veil = |(school, unit): (&&School, &stats::rates::UnitRate)| {
                let veil = wanted.veil?;
                if !(veil.hidden)(school.urn, measure) {
                    return None;
                }
                let stats::rates::Posterior::Gamma { shape, rate } = unit.posterior else { return None };
                let own = school.count(window, measure) as f64;
                let other = |count: f64| {
                    let shape = (shape - own + count).max(f64::MIN_POSITIVE);
                    Cell::Rate(stats::rates::Posterior::Gamma { shape, rate: rate / PER })
                };
                Some((other(1.0), other(veil.small as f64)))
            };
            Ok((cells.collect(), schools.iter().zip(&fitted.units).map(veil).collect()))
        }
        Part::Trend => {
            let trend = trend(wanted.figures, schools, window, wanted.measure)?;
            Ok((
                trend.schools.iter().map(|school| Cell::Known(100.0 * (school.ratio - 1.0))).collect(),
                nothing,
            ))
        }
    }
}
