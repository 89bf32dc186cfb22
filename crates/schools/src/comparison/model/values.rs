//! The value of each covariate for each school that takes part.

use std::collections::BTreeMap;

use stats::{
    Matrix,
    rates::{gamma_poisson, trends},
};

use super::{Covariate, RateKind};
use crate::{
    counts::model::{measure::Measure, window::Window},
    figures::{Figures, Kind, School},
};

/// Days in a year.
const YEAR: f64 = 365.25;
/// Level of the intervals that the engine gives, which are not used.
const LEVEL: f64 = 0.9;

/// Counts and pupils as the engine wants them.
#[expect(clippy::cast_precision_loss, reason = "counts of children are far below 2^52")]
fn number(count: u64) -> f64 {
    count as f64
}

/// The schools that take part, with what their values are reckoned from.
pub(crate) struct Reckoning<'a> {
    pub(crate) figures: &'a Figures,
    pub(crate) windows: &'a [Window],
    pub(crate) measure: Measure,
    pub(crate) rate: RateKind,
    pub(crate) schools: Vec<&'a School>,
    /// What a reader must know.
    pub(crate) remarks: Vec<String>,
}

impl Reckoning<'_> {
    /// One value for each school.
    pub(crate) fn of(&mut self, covariate: Covariate) -> Vec<f64> {
        match covariate {
            Covariate::Rate => self.by_kind(Self::rates),
            Covariate::Size => {
                self.schools.iter().map(|school| number(school.pupils(0).unwrap_or(0))).collect()
            }
            Covariate::FreeMeals => {
                let facts = self.figures.windows.first();
                let share = |school: &&School| facts.and_then(|facts| school.free_meals(0, facts));
                self.schools.iter().map(|school| 100.0 * share(school).unwrap_or(0.0)).collect()
            }
            Covariate::Trend => self.by_kind(Self::trend),
        }
    }

    /// Schools are steadied among their own kind.
    fn by_kind(&mut self, of: fn(&mut Self, Kind, &[usize]) -> Vec<f64>) -> Vec<f64> {
        let mut kinds: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
        for (place, school) in self.schools.iter().enumerate() {
            kinds.entry(school.kind).or_default().push(place);
        }
        let mut values = vec![0.0; self.schools.len()];
        for (kind, members) in kinds {
            let found = of(self, kind, &members);
            for (place, value) in members.iter().zip(found) {
                if let Some(slot) = values.get_mut(*place) {
                    *slot = value;
                }
            }
        }
        values
    }

    /// Count and pupils of each member in a window; a window without pupils counts as not there.
    fn counted(&self, members: &[usize], window: usize) -> (Vec<f64>, Vec<f64>) {
        members
            .iter()
            .filter_map(|place| self.schools.get(*place))
            .map(|school| match school.pupils(window) {
                Some(pupils) => (number(school.count(window, self.measure)), number(pupils)),
                None => (0.0, 0.0),
            })
            .unzip()
    }

    /// Events for each 1,000 pupils in the baseline window.
    fn rates(&mut self, kind: Kind, members: &[usize]) -> Vec<f64> {
        let (counts, pupils) = self.counted(members, 0);
        let crude = || per_thousand(&counts, &pupils);
        if self.rate == RateKind::Crude {
            return crude();
        }
        match gamma_poisson(&counts, &pupils).and_then(|model| model.units(LEVEL)) {
            Ok(units) => units.iter().map(|unit| 1000.0 * unit.mean).collect(),
            Err(_) => {
                self.remarks.push(format!(
                    "{}: there are too few schools or events to steady the rates, so they are as counted.",
                    kind.plural()
                ));
                crude()
            }
        }
    }

    /// How the rate moved: the ratio from year to year, steadied; or events for each 1,000 pupils more a year, as counted.
    fn trend(&mut self, kind: Kind, members: &[usize]) -> Vec<f64> {
        let times: Vec<f64> = self.windows.iter().rev().map(years).collect();
        // Count and pupils of each member, window after window, the earliest first.
        let (counts, pupils): (Vec<Vec<f64>>, Vec<Vec<f64>>) =
            (0..self.windows.len()).rev().map(|window| self.counted(members, window)).unzip();
        if self.rate == RateKind::Shrunk {
            let matrix = |of: &[Vec<f64>]| {
                Matrix::from_iterator(members.len(), times.len(), of.iter().flatten().copied())
            };
            if let Ok(found) = trends(&matrix(&counts), &matrix(&pupils), &times, LEVEL) {
                if found.spread == 0.0 {
                    self.remarks.push(format!(
                        "{}: past trends differ no more than chance would make them, so that all count as alike in trend.",
                        kind.plural()
                    ));
                }
                return found.units.iter().map(|unit| unit.ratio).collect();
            }
            self.remarks.push(format!(
                "{}: there are too few schools or events for a trend, so that all count as alike in trend.",
                kind.plural()
            ));
            return vec![1.0; members.len()];
        }
        let rates: Vec<Vec<f64>> =
            counts.iter().zip(&pupils).map(|(counts, pupils)| per_thousand(counts, pupils)).collect();
        (0..members.len())
            .map(|place| {
                let of_school: Vec<f64> =
                    rates.iter().map(|window| window.get(place).copied().unwrap_or(0.0)).collect();
                slope(&times, &of_school)
            })
            .collect()
    }
}

fn per_thousand(counts: &[f64], pupils: &[f64]) -> Vec<f64> {
    let rate = |(count, pupils): (&f64, &f64)| if *pupils > 0.0 { 1000.0 * count / pupils } else { 0.0 };
    counts.iter().zip(pupils).map(rate).collect()
}

/// The middle of a window, in years.
fn years(window: &Window) -> f64 {
    let day = |date: chrono::NaiveDate| f64::from(chrono::Datelike::num_days_from_ce(&date));
    (day(window.from) + day(window.to)) / 2.0 / YEAR
}

/// How many there are, as the engine wants it.
pub(super) fn size(many: usize) -> f64 {
    f64::from(u32::try_from(many).unwrap_or(u32::MAX))
}

/// Slope of a straight line by least squares.
fn slope(times: &[f64], values: &[f64]) -> f64 {
    let n = size(times.len().max(1));
    let (time, value) = (times.iter().sum::<f64>() / n, values.iter().sum::<f64>() / n);
    let squares: f64 = times.iter().map(|t| (t - time).powi(2)).sum();
    let products: f64 = times.iter().zip(values).map(|(t, v)| (t - time) * (v - value)).sum();
    if squares > 0.0 { products / squares } else { 0.0 }
}
