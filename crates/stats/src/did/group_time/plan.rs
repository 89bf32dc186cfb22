//! Which periods and units each cell compares.

use std::ops::Range;

use super::options::{BasePeriod, Comparison, GroupTimeOptions};
use super::wide::Wide;

/// One cell: a cohort in a period, compared with its base period and with other units.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Planned {
    /// Position of the cohort.
    pub(super) cohort: usize,
    /// Position of the period.
    pub(super) period: usize,
    /// Position of the base period; equal to `period` in the reference cells of a universal base.
    pub(super) base: usize,
    /// Units compared with, as ranges of the sorted units.
    pub(super) controls: Vec<Range<usize>>,
}

/// All cells in the order of cohorts and periods.
pub(super) fn cells(wide: &Wide, options: &GroupTimeOptions) -> Vec<Planned> {
    let mut planned = Vec::new();
    for cohort in 0..wide.cohorts.len() {
        let first = wide.cohorts[cohort];
        // A cohort without a period before it was left out at the door.
        let long =
            wide.periods.partition_point(|period| period + options.anticipation < first).saturating_sub(1);
        for period in 0..wide.periods.len() {
            let affected = wide.periods[period] >= first - options.anticipation;
            let base = match options.base {
                BasePeriod::Varying if !affected && period == 0 => continue,
                BasePeriod::Varying if !affected => period - 1,
                _ => long,
            };
            planned.push(Planned {
                cohort,
                period,
                base,
                controls: controls(wide, options, cohort, period.max(base)),
            });
        }
    }
    planned
}

/// Units untreated (and not anticipating) in the later of the two periods, other than the cohort itself
/// (Callaway and Sant'Anna 2021, assumptions 4 and 5).
fn controls(wide: &Wide, options: &GroupTimeOptions, cohort: usize, later: usize) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut add = |range: Range<usize>| match ranges.last_mut() {
        _ if range.is_empty() => {}
        Some(last) if last.end == range.start => last.end = range.end,
        _ => ranges.push(range),
    };
    if options.comparison == Comparison::NotYetTreated {
        for other in 0..wide.cohorts.len() {
            if other != cohort && wide.cohorts[other] > wide.periods[later] + options.anticipation {
                add(wide.ranges[other].clone());
            }
        }
    }
    add(wide.never.clone());
    ranges
}
