//! The table as it may be shown: figures or the marks that stand for them.

use std::fmt;

use chrono::NaiveDate;

use super::{
    measure::{Counts, MEASURES, Measure},
    place::{Place, Residual},
    suppression::{self, Mask, Policy},
    tally::Tally,
    window::{Census, Window},
};

/// A figure, or the mark that stands for it as in the files of the Department for Education.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure<T = u64> {
    /// The number.
    Number(T),
    /// `c`: hidden, because it or another number would tell of few children.
    Hidden,
    /// `:`: not available, because a file that it needs was not imported.
    NotAvailable,
    /// `z`: not applicable.
    NotApplicable,
}

impl<T> Figure<T> {
    /// The number, where there is one.
    pub fn number(self) -> Option<T> {
        match self {
            Self::Number(value) => Some(value),
            _ => None,
        }
    }
}

impl fmt::Display for Figure<u64> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => value.fmt(f),
            Self::Hidden => f.write_str("c"),
            Self::NotAvailable => f.write_str(":"),
            Self::NotApplicable => f.write_str("z"),
        }
    }
}

impl fmt::Display for Figure<f64> {
    /// One decimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => write!(f, "{value:.1}"),
            Self::Hidden => f.write_str("c"),
            Self::NotAvailable => f.write_str(":"),
            Self::NotApplicable => f.write_str("z"),
        }
    }
}

/// The figures of one row and window.
#[derive(Debug, Clone, PartialEq)]
pub struct Cells([Figure; MEASURES]);

impl Cells {
    /// The count of a measure.
    pub fn figure(&self, measure: Measure) -> Figure {
        self.0.get(measure.index()).copied().unwrap_or(Figure::NotAvailable)
    }

    /// A measure for each 1,000 pupils on roll, to one decimal. Hidden when either number is hidden.
    pub fn rate(&self, measure: Measure) -> Figure<f64> {
        self.quotient(measure, Measure::Pupils, 1_000.0)
    }

    /// One measure as a percentage of another, to one decimal. Hidden when either number is hidden.
    pub fn share(&self, part: Measure, whole: Measure) -> Figure<f64> {
        self.quotient(part, whole, 100.0)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of children are far below 2^52")]
    fn quotient(&self, part: Measure, whole: Measure, scale: f64) -> Figure<f64> {
        match (self.figure(part), self.figure(whole)) {
            (Figure::NotApplicable, _) | (_, Figure::NotApplicable | Figure::Number(0)) => {
                Figure::NotApplicable
            }
            (Figure::NotAvailable, _) | (_, Figure::NotAvailable) => Figure::NotAvailable,
            (Figure::Hidden, _) | (_, Figure::Hidden) => Figure::Hidden,
            (Figure::Number(part), Figure::Number(whole)) => {
                Figure::Number(part as f64 * scale / whole as f64)
            }
        }
    }

    fn set(&mut self, measure: Measure, figure: Figure) {
        if let Some(place) = self.0.get_mut(measure.index()) {
            *place = figure;
        }
    }
}

/// A school as the table names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// Its present URN, to which all earlier ones are folded.
    pub urn: u32,
    /// Its name.
    pub name: String,
    /// Phase of education, where it is known.
    pub phase: Option<String>,
    /// Schools that this one followed, which were counted with it: URN and name.
    pub previous: Vec<(u32, String)>,
}

/// A school with its figures, one [`Cells`] for each window.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolRow {
    /// The school.
    pub school: School,
    /// Its figures by window.
    pub cells: Vec<Cells>,
}

/// What stands at no school, with one reason.
#[derive(Debug, Clone, PartialEq)]
pub struct ResidualRow {
    /// The reason.
    pub reason: Residual,
    /// The figures by window.
    pub cells: Vec<Cells>,
}

/// What the imported files let be said of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowFacts {
    /// The window.
    pub window: Window,
    /// The census whose roll gives the pupils; `None` where none was imported.
    pub census: Option<Census>,
    /// Whether free-school-meal periods were imported for that census.
    pub free_meals: bool,
    /// How much of it the imported returns cover.
    pub covered: Coverage,
    /// Whether returns cover the 12 months before each of its days, which re-referrals need.
    pub repeats: bool,
}

impl WindowFacts {
    /// Whether the imported files let a measure be counted at all.
    fn publishes(&self, measure: Measure) -> bool {
        match measure {
            Measure::Pupils => self.census.is_some(),
            Measure::FreeMeals => self.census.is_some() && self.free_meals,
            Measure::ReReferrals => self.covered != Coverage::None && self.repeats,
            _ => self.covered != Coverage::None,
        }
    }

    /// The measures that can be counted.
    fn published(&self) -> Mask {
        Measure::ALL.map(|measure| self.publishes(measure))
    }
}

/// How much of a window the imported children in need returns cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// All of it.
    Whole,
    /// A part: from the first covered day to the last.
    Part(NaiveDate, NaiveDate),
    /// None of it.
    None,
}

/// The table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The windows, in the order of the figures.
    pub windows: Vec<WindowFacts>,
    /// Schools by name.
    pub schools: Vec<SchoolRow>,
    /// Residuals, every reason.
    pub residuals: Vec<ResidualRow>,
    /// The authority's totals: schools and residuals together.
    pub totals: Vec<Cells>,
    /// The rule under which small numbers were hidden; `None` when all are shown.
    pub suppressed: Option<Policy>,
}

impl Table {
    /// Makes the table. `schools` names every school of the tally; small numbers are hidden under `policy`.
    ///
    /// What is hidden is decided on the whole table, so that looking at a part of it never shows more.
    pub fn new(
        tally: &Tally,
        windows: Vec<WindowFacts>,
        schools: Vec<School>,
        policy: Option<Policy>,
    ) -> Self {
        let mut schools = schools;
        schools.sort_by_key(|school| (school.name.to_lowercase(), school.urn));
        let places: Vec<Place> = schools
            .iter()
            .map(|school| Place::School(school.urn))
            .chain(Residual::ALL.map(Place::Residual))
            .collect();
        let mut rows: Vec<Vec<Cells>> = vec![Vec::with_capacity(windows.len()); places.len()];
        let mut totals = Vec::with_capacity(windows.len());
        for (index, facts) in windows.iter().enumerate() {
            let counts = |place: &Place| {
                tally.of(*place).and_then(|windows| windows.get(index)).copied().unwrap_or([0; MEASURES])
            };
            let counts: Vec<Counts> = places.iter().map(counts).collect();
            let total = tally.totals().get(index).copied().unwrap_or([0; MEASURES]);
            let masks = policy.map(|policy| suppression::mask(&policy, &counts, &total, &facts.published()));
            for (at, (row, (place, counts))) in rows.iter_mut().zip(places.iter().zip(&counts)).enumerate() {
                let mask = masks.as_ref().and_then(|masks| masks.rows.get(at));
                row.push(cells(counts, mask, facts, Some(*place)));
            }
            totals.push(cells(&total, masks.as_ref().map(|masks| &masks.total), facts, None));
        }
        let mut rows = rows.into_iter();
        let schools = schools
            .into_iter()
            .zip(rows.by_ref())
            .map(|(school, cells)| SchoolRow { school, cells })
            .collect();
        let residuals = Residual::ALL
            .into_iter()
            .zip(rows)
            .map(|(reason, cells)| ResidualRow { reason, cells })
            .collect();
        Self { windows, schools, residuals, totals, suppressed: policy }
    }

    /// The row of a school, by its present URN or by one that it followed.
    pub fn school(&self, urn: u32) -> Option<&SchoolRow> {
        self.schools.iter().find(|row| row.school.urn == urn).or_else(|| {
            self.schools.iter().find(|row| row.school.previous.iter().any(|(previous, _)| *previous == urn))
        })
    }
}

/// The figures of one row: marks where something is missing, hidden or has no meaning.
fn cells(counts: &Counts, mask: Option<&Mask>, facts: &WindowFacts, place: Option<Place>) -> Cells {
    let mut cells = Cells([Figure::NotAvailable; MEASURES]);
    let residual_roll = matches!(place, Some(Place::Residual(reason)) if reason != Residual::SchoolUnknown);
    for measure in Measure::ALL {
        let hidden = mask.and_then(|mask| mask.get(measure.index())).copied().unwrap_or(false);
        // A school without a single row in the census sent none: that is not a school of no pupils.
        let sent_none =
            measure.is_roll() && matches!(place, Some(Place::School(_))) && Measure::Pupils.of(counts) == 0;
        let available = facts.publishes(measure) && !sent_none;
        let figure = match () {
            () if measure.is_roll() && residual_roll => Figure::NotApplicable,
            () if !available => Figure::NotAvailable,
            () if hidden => Figure::Hidden,
            () => Figure::Number(measure.of(counts)),
        };
        cells.set(measure, figure);
    }
    cells
}
