//! Everything that is said of one kind of school in one window.

use super::{
    Group, Index, LeftOut, Rates, SchoolIndex, SchoolRate, SchoolTrend, Silence, Trend, Weights,
    index::{Veil, Wanted, index},
    rates, trend, units,
};
use crate::{
    counts::model::measure::Measure,
    figures::{Figures, School},
};

/// The most schools that "the highest" may be.
pub const HIGHEST_MAX: usize = 100;

/// What is asked. The first window of the figures is the one in question; the others, a year apart, make trend and stability.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// The schools.
    pub group: Group,
    /// What the rates are of.
    pub measure: Measure,
    /// How many schools "the highest" are: as many as could have a social worker. At least 1.
    pub highest: usize,
    /// The weights of the index.
    pub weights: Weights,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// What was asked, with the number of the highest cut to the number of schools.
    pub ask: Ask,
    /// The schools, the highest index first; where there is no index, the highest rate first.
    pub rows: Vec<Row>,
    /// Schools of the kind that are not compared.
    pub left_out: Vec<LeftOut>,
    /// Schools of no kind that is compared: independent schools and colleges.
    pub other: usize,
    /// The rates, in the order of `rows`, or why there are none.
    pub rates: Result<Rates, Silence>,
    /// The trends, in the order of `rows`, or why there are none.
    pub trend: Result<Trend, Silence>,
    /// The index, in the order of `rows`, or why there is none.
    pub index: Result<Index, Silence>,
}

/// One school.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The school.
    pub school: School,
    /// Pupils.
    pub pupils: u64,
    /// Whether they are from the register, because no roll names the school.
    pub pupils_by_register: bool,
    /// Percentage of pupils eligible for free school meals.
    pub free_meals: Option<f64>,
    /// Events of the measure.
    pub count: u64,
    /// Its rate.
    pub rate: Option<SchoolRate>,
    /// Its trend.
    pub trend: Option<SchoolTrend>,
    /// Its index.
    pub index: Option<SchoolIndex>,
    /// What to know when reading its figures.
    pub notes: Vec<String>,
}

/// Assesses the schools of a group.
pub fn assess(figures: &Figures, ask: &Ask) -> Assessment {
    assess_veiled(figures, ask, None)
}

/// The same, with spans widened to what a reader of suppressed figures could think.
pub(super) fn assess_veiled(figures: &Figures, ask: &Ask, veil: Option<Veil<'_>>) -> Assessment {
    let (schools, left_out) = units::choose(figures, ask.group, ask.measure);
    let highest = ask.highest.clamp(1, HIGHEST_MAX).min(schools.len().max(1));
    let ask = Ask { highest, ..ask.clone() };
    let rates = rates::fit(figures, &schools, ask.group, 0, ask.measure)
        .and_then(|fitted| rates::rates(&fitted, highest));
    let trend = match schools.len() {
        0 => Err(Silence::NoSchool(ask.group)),
        1 => Err(Silence::OneSchool(ask.group)),
        _ => trend::trend(figures, &schools, 0, ask.measure),
    };
    let index = index(&Wanted {
        figures,
        schools: &schools,
        group: ask.group,
        measure: ask.measure,
        weights: &ask.weights,
        highest,
        veil,
    });
    let mut rows: Vec<(usize, Row)> = schools
        .iter()
        .enumerate()
        .map(|(at, school)| {
            let row = row(
                figures,
                school,
                ask.measure,
                rates.as_ref().ok().and_then(|rates| rates.schools.get(at)).copied(),
                trend.as_ref().ok().and_then(|trend| trend.schools.get(at)).copied(),
                index.as_ref().ok().and_then(|index| index.schools.get(at)).cloned(),
            );
            (at, row)
        })
        .collect();
    let key = |row: &Row| {
        let index = row.index.as_ref().and_then(|index| index.index).unwrap_or(f64::NEG_INFINITY);
        (index, row.rate.map_or(f64::NEG_INFINITY, |rate| rate.estimate))
    };
    rows.sort_by(|(_, a), (_, b)| {
        let (x, y) = (key(a), key(b));
        y.0.total_cmp(&x.0).then(y.1.total_cmp(&x.1)).then(a.school.urn.cmp(&b.school.urn))
    });
    let order: Vec<usize> = rows.iter().map(|(at, _)| *at).collect();
    Assessment {
        rates: rates.map(|rates| Rates { schools: reordered(&rates.schools, &order), ..rates }),
        trend: trend.map(|trend| Trend { schools: reordered(&trend.schools, &order), ..trend }),
        index: index.map(|index| Index { schools: reordered(&index.schools, &order), ..index }),
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        left_out,
        other: figures.schools.iter().filter(|school| Group::of(school.kind).is_none()).count(),
        ask,
    }
}

impl Assessment {
    /// The row of a school, by its present URN or by one that it followed.
    pub fn school(&self, urn: u32) -> Option<&Row> {
        let followed = |row: &&Row| row.school.previous.iter().any(|(previous, _)| *previous == urn);
        self.rows.iter().find(|row| row.school.urn == urn).or_else(|| self.rows.iter().find(followed))
    }

    /// Regression to the mean as a sentence with its figure; none where there are no rates.
    pub fn regression(&self) -> Option<String> {
        let rates = self.rates.as_ref().ok()?;
        let compared = self.rows.len();
        if self.ask.highest >= compared {
            return Some(format!(
                "Only {compared} {} are compared, and all of them are among the {} highest. So none is picked out by a high figure, and no fall by chance is to be expected of them together. Ask for fewer to see how much of a high figure is chance.",
                self.ask.group.plural(),
                self.ask.highest,
            ));
        }
        let next = &rates.next;
        let (which, have) = match next.units.len() {
            1 => (format!("The {} with the highest rate", self.ask.group.one()), "has"),
            n => (format!("The {n} {} with the highest rates", self.ask.group.plural()), "have"),
        };
        let change = next.relative_change.map_or(0.0, |change| change * 100.0);
        let moved = if change <= -0.5 {
            format!("{:.0}% fewer", -change)
        } else if change >= 0.5 {
            format!("{change:.0}% more")
        } else {
            "about as many".to_owned()
        };
        Some(format!(
            "{which} {have} {:.0} {} in this period. If nothing at all changes, expect about {:.0} in the next one like it (from {:.0} to {:.0}): {moved}, because part of a high figure is chance, and chance does not repeat itself. A fall of that size after a social worker starts is no success yet.",
            next.observed,
            self.ask.measure.title().to_lowercase(),
            next.expected,
            next.low,
            next.high,
        ))
    }
}

fn reordered<T: Clone>(all: &[T], order: &[usize]) -> Vec<T> {
    order.iter().filter_map(|at| all.get(*at).cloned()).collect()
}

fn row(
    figures: &Figures,
    school: &School,
    measure: Measure,
    rate: Option<SchoolRate>,
    trend: Option<SchoolTrend>,
    index: Option<SchoolIndex>,
) -> Row {
    let facts = figures.windows.first();
    let pupils = school.pupils(0).unwrap_or(0);
    let pupils_by_register = school.count(0, Measure::Pupils) == 0;
    let mut notes = Vec::new();
    if pupils_by_register {
        notes.push("Pupils are from the register, because no imported roll names this school.".to_owned());
    }
    if pupils > 0 && pupils < 30 {
        notes.push(format!(
            "A school of {pupils} {}: its own figure says little, so its estimate is near that of all.",
            if pupils == 1 { "pupil" } else { "pupils" }
        ));
    }
    if let Some(window) = facts.map(|facts| &facts.window) {
        let words = platform::clock::date_in_words;
        if let Some(opened) = school.open_date.filter(|day| window.holds(*day) && school.previous.is_empty())
        {
            notes.push(format!("It opened on {}, so its count covers part of the period.", words(opened)));
        }
        if let Some(closes) = school.close_date {
            notes.push(format!("The register says that it closes on {}.", words(closes)));
        }
    }
    if !school.previous.is_empty() {
        let names: Vec<&str> = school.previous.iter().map(|(_, name)| name.as_str()).collect();
        notes.push(format!("Counted together with the schools that it followed: {}.", names.join(", ")));
    }
    Row {
        pupils,
        pupils_by_register,
        free_meals: facts.and_then(|facts| school.free_meals(0, facts)).map(|share| share * 100.0),
        count: school.count(0, measure),
        rate,
        trend,
        index,
        notes,
        school: school.clone(),
    }
}
