//! Spend per family, by group, with what chance alone would do to it.
//!
//! The families are all that the money could reach, so a mean is no estimate of a larger population. Its interval says how
//! far it could have come out otherwise among families like these: 95% percentile bootstrap over families, 2,000
//! resamples, the seed fixed so that the same figures always give the same interval. Above a thousand families with
//! spend in a group it is the normal interval, which is then the same. A group whose families all had the same (mostly:
//! nothing) has no interval, because a bootstrap would give one without width.
//!
//! Whether a group differs from all others is asked by permutation: how often would families dealt out by chance give a
//! difference as large. Many groups are many chances, so the answer is multiplied by the number of groups that are
//! compared (Bonferroni). A difference is called one only where that is below 5% and the group's interval does not hold
//! the mean of all families.

use std::collections::BTreeMap;

use stats::random::{Sample as _, Seed, fast};

use super::{quartiles::quantile, suppress::hide};
use crate::money::Pence;

/// Resamples of the bootstrap, and deals of the permutation.
pub const RESAMPLES: usize = 2_000;
/// The seed of every interval: the day on which the pilots’ money was announced.
const SEED: u64 = 20_190_125;
/// Above this many families with spend the interval is the normal one.
const EXACT_MAX: usize = 1_000;
/// Draws of the permutation in one group at most; beyond them it is done less often.
const DRAWS_MAX: usize = 4_000_000;

/// A group: where it stands in the table, and its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// Place in the table; groups of the same place stand by name.
    pub order: u8,
    /// Its name.
    pub name: String,
}

impl Group {
    /// A group.
    pub fn new(order: u8, name: impl Into<String>) -> Self {
        Self { order, name: name.into() }
    }
}

/// What may be said of a group beside all other families.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The figures do not show a difference.
    NoDifference,
    /// More per family than chance explains.
    More,
    /// Less per family than chance explains.
    Less,
    /// There are no others to compare with.
    NotCompared,
}

impl Verdict {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::NoDifference => "The figures do not show a difference",
            Self::More => "More than chance explains",
            Self::Less => "Less than chance explains",
            Self::NotCompared => "Not compared",
        }
    }
}

/// The figures of some families.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// How many.
    pub families: usize,
    /// How many of them had any spend.
    pub reached: usize,
    /// What was spent on them.
    pub total: Pence,
    /// The mean of all of them, in pounds.
    pub mean: f64,
    /// The 95% interval of the mean, in pounds; none where all had the same.
    pub interval: Option<(f64, f64)>,
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The group.
    pub group: Group,
    /// Its figures and what may be said of them; none where they are hidden.
    pub figures: Option<(Figures, Verdict)>,
}

/// The table of one division of the families.
#[derive(Debug, Clone, PartialEq)]
pub struct Fairness {
    /// Its lines.
    pub rows: Vec<Row>,
    /// All families; none where there are too few of them.
    pub all: Option<Figures>,
}

impl Fairness {
    /// How many lines are hidden.
    pub fn hidden(&self) -> usize {
        self.rows.iter().filter(|row| row.figures.is_none()).count()
    }

    /// What the table says, in a sentence.
    pub fn says(&self) -> String {
        let of = |wanted: Verdict| -> Vec<&str> {
            self.rows
                .iter()
                .filter(|row| row.figures.as_ref().is_some_and(|(_, verdict)| *verdict == wanted))
                .map(|row| row.group.name.as_str())
                .collect()
        };
        let (more, less) = (of(Verdict::More), of(Verdict::Less));
        if more.is_empty() && less.is_empty() {
            return "The figures do not show that any of these groups had more or less per family than the others: \
                    differences as large as these come about by chance."
                .to_owned();
        }
        let mut says = Vec::new();
        if !more.is_empty() {
            says.push(format!("More per family than chance explains: {}.", more.join(", ")));
        }
        if !less.is_empty() {
            says.push(format!("Less per family than chance explains: {}.", less.join(", ")));
        }
        says.push(
            "Between all others the figures do not show a difference. Why there is one, they do not say."
                .to_owned(),
        );
        says.join(" ")
    }
}

/// Works out the table. Each group has what was spent on each of its families.
pub fn fairness(groups: &BTreeMap<Group, Vec<Pence>>) -> Fairness {
    let sizes: Vec<usize> = groups.values().map(Vec::len).collect();
    let hidden = hide(&sizes);
    let everybody: Vec<i64> = groups.values().flatten().map(|pence| pence.get()).collect();
    let all = figures(&everybody, 0);
    let is_shown = |place: usize| hidden.rows.get(place) == Some(&false);
    let compared =
        groups.values().enumerate().filter(|(place, of)| is_shown(*place) && !of.is_empty()).count();
    let rows = groups
        .iter()
        .enumerate()
        .map(|(place, (group, spent))| {
            let spent: Vec<i64> = spent.iter().map(|pence| pence.get()).collect();
            let stream = place as u64 + 1;
            let figures = is_shown(place).then(|| {
                let figures = figures(&spent, stream);
                let verdict = verdict(&figures, &all, &spent, &everybody, (compared, stream));
                (figures, verdict)
            });
            Row { group: group.clone(), figures }
        })
        .collect();
    Fairness { rows, all: (!hidden.total && !everybody.is_empty()).then_some(all) }
}

fn figures(spent: &[i64], stream: u64) -> Figures {
    let total: i64 = spent.iter().sum();
    let mean = if spent.is_empty() { 0.0 } else { total as f64 / 100.0 / spent.len() as f64 };
    Figures {
        families: spent.len(),
        reached: spent.iter().filter(|pence| **pence > 0).count(),
        total: Pence::new(total),
        mean,
        interval: interval(spent, mean, stream),
    }
}

/// The 95% interval of a mean, in pounds.
fn interval(spent: &[i64], mean: f64, stream: u64) -> Option<(f64, f64)> {
    let first = spent.first()?;
    if spent.iter().all(|pence| pence == first) {
        return None;
    }
    let size = spent.len() as f64;
    let some: Vec<i64> = spent.iter().copied().filter(|pence| *pence != 0).collect();
    if some.len() > EXACT_MAX {
        let squares: f64 = spent.iter().map(|pence| (*pence as f64 / 100.0 - mean).powi(2)).sum();
        let half = 1.959_963_984_540_054 * (squares / (size - 1.0) / size).sqrt();
        return Some((mean - half, mean + half));
    }
    // Most families had nothing. How many of a resample had something is binomial, and which is even: the same
    // distribution as drawing every family, without drawing those that add nothing.
    let mut random = fast(Seed::from_number(SEED), stream);
    let share = some.len() as f64 / size;
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let drawn = random.binomial(spent.len() as u64, share);
            let sum: i64 =
                (0..drawn).filter_map(|_| some.get(random.below(some.len() as u64) as usize)).sum();
            sum as f64 / 100.0 / size
        })
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    let at = |p: f64| quantile(means.len(), p, |place| means.get(place).copied());
    Some((at(0.025)?, at(0.975)?))
}

fn verdict(
    figures: &Figures,
    all: &Figures,
    spent: &[i64],
    everybody: &[i64],
    (compared, stream): (usize, u64),
) -> Verdict {
    let others = everybody.len() - spent.len();
    if spent.is_empty() || others == 0 || compared == 0 {
        return Verdict::NotCompared;
    }
    let outside = figures.interval.is_none_or(|(low, high)| all.mean < low || high < all.mean);
    let chance = chance(spent, everybody, stream) * compared as f64;
    match (outside && chance < 0.05, figures.mean > all.mean) {
        (false, _) => Verdict::NoDifference,
        (true, true) => Verdict::More,
        (true, false) => Verdict::Less,
    }
}

/// How often families dealt out by chance differ from the others by as much as these do.
fn chance(spent: &[i64], everybody: &[i64], stream: u64) -> f64 {
    let (size, of) = (spent.len(), everybody.len());
    let total: i64 = everybody.iter().sum();
    // Size times the difference from the mean of all, without fractions.
    let far = |sum: i64, size: usize| (i128::from(sum) * of as i128 - i128::from(total) * size as i128).abs();
    let seen = far(spent.iter().sum(), size);
    let drawn = size.min(of - size);
    let deals = RESAMPLES.min(DRAWS_MAX / drawn.max(1)).max(200);
    let mut random = fast(Seed::from_number(SEED), stream + 1_000_000);
    let mut deck = everybody.to_vec();
    let mut as_far = 0_usize;
    for _ in 0..deals {
        let mut sum = 0_i64;
        for place in 0..drawn {
            let other = place + random.below((of - place) as u64) as usize;
            deck.swap(place, other);
            sum += deck.get(place).copied().unwrap_or(0);
        }
        if far(sum, drawn) >= seen {
            as_far += 1;
        }
    }
    (as_far + 1) as f64 / (deals + 1) as f64
}

#[cfg(test)]
#[path = "fairness_tests.rs"]
mod tests;
