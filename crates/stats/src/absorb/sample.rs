//! The rows that take part.

use std::borrow::Cow;

use super::{Factor, Problem};
use crate::{Matrix, Result, StatsError};

/// The problem on the rows that are left; borrowed where all are.
#[derive(Debug, Clone)]
pub(super) struct Sample<'a> {
    /// Position of each row in the problem as it was given.
    pub(super) rows: Vec<usize>,
    pub(super) y: Cow<'a, [f64]>,
    pub(super) x: Cow<'a, Matrix>,
    pub(super) offset: Option<Cow<'a, [f64]>>,
    pub(super) weights: Option<Cow<'a, [f64]>>,
    pub(super) factors: Cow<'a, [Factor]>,
    /// For each factor the number that each level had in the problem.
    pub(super) levels: Vec<Vec<u32>>,
    pub(super) remarks: Vec<String>,
}

/// What a level of a factor must have to stay.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) singletons: bool,
    pub(super) events: bool,
}

/// Leaves out rows without weight, and then, until nothing changes, levels with one row (if asked) and levels whose
/// outcomes are all zero (for counts, where such a level's effect is minus infinity).
pub(super) fn sample<'a>(problem: &Problem<'a>, rules: Rules, without: &[bool]) -> Result<Sample<'a>> {
    let n = problem.y.len();
    let mut kept: Vec<bool> = (0..n)
        .map(|row| {
            problem.weights.is_none_or(|weights| weights[row] > 0.0)
                && !without.get(row).copied().unwrap_or(false)
        })
        .collect();
    let start = kept.iter().filter(|kept| **kept).count();
    let mut remarks = Vec::new();
    if start < n && without.is_empty() {
        remarks.push(format!("{} rows have weight zero and take no part", n - start));
    }
    let mut lost_alone = vec![0; problem.factors.len()];
    let mut lost_zero = vec![0; problem.factors.len()];
    loop {
        let mut changed = false;
        for (f, factor) in problem.factors.iter().enumerate() {
            let (alone, zero) = thin(factor, problem.y, rules, &mut kept);
            lost_alone[f] += alone;
            lost_zero[f] += zero;
            changed |= alone + zero > 0;
        }
        if !changed {
            break;
        }
    }
    for (f, factor) in problem.factors.iter().enumerate() {
        if lost_zero[f] > 0 {
            remarks.push(format!(
                "{} levels of {} have no event and say nothing about the effects; left out",
                lost_zero[f],
                factor.name()
            ));
        }
        if lost_alone[f] > 0 {
            remarks.push(format!(
                "{} levels of {} have a single row and say nothing about the effects; left out",
                lost_alone[f],
                factor.name()
            ));
        }
    }
    let rows: Vec<usize> = (0..n).filter(|row| kept[*row]).collect();
    if rows.is_empty() {
        return Err(StatsError::NoAnswer(
            "no row is left after levels with a single row or without events are left out".into(),
        ));
    }
    Ok(take(problem, rows, remarks))
}

/// Marks the rows of levels that break a rule; returns how many levels had one row and how many no event.
fn thin(factor: &Factor, y: &[f64], rules: Rules, kept: &mut [bool]) -> (usize, usize) {
    let mut count = vec![0_u32; factor.levels()];
    let mut events = vec![false; factor.levels()];
    for (row, code) in factor.codes().iter().enumerate() {
        if kept[row] {
            count[*code as usize] += 1;
            events[*code as usize] |= y[row] != 0.0;
        }
    }
    let zero = |level: usize| rules.events && count[level] > 0 && !events[level];
    let alone = |level: usize| rules.singletons && count[level] == 1 && !zero(level);
    let lost: Vec<bool> = (0..count.len()).map(|level| zero(level) || alone(level)).collect();
    if lost.contains(&true) {
        for (row, code) in factor.codes().iter().enumerate() {
            kept[row] &= !lost[*code as usize];
        }
    }
    let number = |rule: &dyn Fn(usize) -> bool| (0..count.len()).filter(|level| rule(*level)).count();
    (number(&alone), number(&zero))
}

fn take<'a>(problem: &Problem<'a>, rows: Vec<usize>, remarks: Vec<String>) -> Sample<'a> {
    if rows.len() == problem.y.len() {
        return Sample {
            y: Cow::Borrowed(problem.y),
            x: Cow::Borrowed(problem.x),
            offset: problem.offset.map(Cow::Borrowed),
            weights: problem.weights.map(Cow::Borrowed),
            factors: Cow::Borrowed(problem.factors),
            levels: problem.factors.iter().map(|factor| (0..factor.levels() as u32).collect()).collect(),
            remarks,
            rows,
        };
    }
    let pick = |values: &[f64]| Cow::Owned(rows.iter().map(|row| values[*row]).collect());
    let (factors, levels): (Vec<Factor>, Vec<Vec<u32>>) =
        problem.factors.iter().map(|factor| factor.on(&rows)).unzip();
    Sample {
        y: pick(problem.y),
        x: Cow::Owned(problem.x.select_rows(&rows)),
        offset: problem.offset.map(pick),
        weights: problem.weights.map(pick),
        factors: Cow::Owned(factors),
        levels,
        remarks,
        rows,
    }
}
