//! Each school's own trend over up to three years, shrunk towards the trend that all share.

use stats::{Matrix, rates};

use super::{LEVEL, Silence};
use crate::{
    counts::model::measure::Measure,
    figures::{Figures, School},
};

/// The trends of the schools.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// The windows that it rests on, earliest first.
    pub windows: Vec<String>,
    /// Change of the common rate in one year: 0.1 for 10% more.
    pub common: f64,
    /// Whether the schools' trends differ by more than chance alone would make them.
    pub differ: bool,
    /// One for each school, in order.
    pub schools: Vec<SchoolTrend>,
}

/// A school's trend in one year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SchoolTrend {
    /// The ratio of the rate to that of the year before.
    pub ratio: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The probability that the rate rises.
    pub rising: f64,
}

/// The trends over the windows from `from` on that returns cover wholly.
pub(super) fn trend(
    figures: &Figures,
    schools: &[&School],
    from: usize,
    measure: Measure,
) -> Result<Trend, Silence> {
    // Windows stand latest first; time runs the other way. A gap in the middle would make two steps one, so the row ends at it.
    let mut windows: Vec<usize> =
        (from..figures.windows.len()).take(3).take_while(|window| figures.has(*window)).collect();
    windows.reverse();
    if windows.len() < 2 {
        return Err(Silence::OneYear);
    }
    for window in &windows {
        if schools.iter().all(|school| events(school, *window, measure) == 0) {
            let title = figures.windows.get(*window).map(|facts| facts.window.title()).unwrap_or_default();
            return Err(Silence::EmptyYear(title));
        }
    }
    let counts = table(schools, &windows, |school, window| events(school, window, measure));
    let exposure = table(schools, &windows, |school, window| school.pupils(window).unwrap_or(0));
    let times: Vec<f64> = (0_u32..).take(windows.len()).map(f64::from).collect();
    let found = rates::trends(&counts, &exposure, &times, LEVEL)
        .map_err(|error| Silence::Method(error.to_string()))?;
    Ok(Trend {
        windows: windows
            .iter()
            .filter_map(|window| figures.windows.get(*window))
            .map(|facts| facts.window.title())
            .collect(),
        common: found.common.exp_m1(),
        differ: found.spread > 0.0,
        schools: found
            .units
            .iter()
            .map(|unit| SchoolTrend {
                ratio: unit.ratio,
                low: unit.low,
                high: unit.high,
                rising: unit.probability_rising,
            })
            .collect(),
    })
}

/// Events of a school that has pupils in the window; without pupils an event has no rate and tells no trend.
fn events(school: &School, window: usize, measure: Measure) -> u64 {
    if school.pupils(window).is_some() { school.count(window, measure) } else { 0 }
}

#[expect(clippy::cast_precision_loss, reason = "counts of children are far below 2^52")]
fn table(schools: &[&School], windows: &[usize], of: impl Fn(&School, usize) -> u64) -> Matrix {
    let rows = schools.iter().flat_map(|school| windows.iter().map(|window| of(school, *window) as f64));
    let values: Vec<f64> = rows.collect();
    Matrix::from_row_slice(schools.len(), windows.len(), &values)
}
