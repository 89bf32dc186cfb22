//! A balanced panel turned on its side: units sorted by cohort, one column for each period.

use std::ops::Range;

use super::super::panel::Panel;
use super::options::{Comparison, GroupTimeOptions};
use crate::{Result, StatsError};

/// Units in the order of their first treated period, the never treated last, so that every cohort is one range.
pub(super) struct Wide {
    pub(super) periods: Vec<i64>,
    /// First treated periods, ascending; cohorts without a period before them are gone.
    pub(super) cohorts: Vec<i64>,
    /// The units of each cohort.
    pub(super) ranges: Vec<Range<usize>>,
    /// The units never treated.
    pub(super) never: Range<usize>,
    /// Outcome: one vector of units for each period.
    pub(super) outcome: Vec<Vec<f64>>,
    /// Covariates: for each, one vector of units per period, or a single one where it never changes.
    pub(super) covariates: Vec<Vec<Vec<f64>>>,
    pub(super) covariate_names: Vec<String>,
    pub(super) weight: Vec<f64>,
    /// Cluster of each unit, numbered from 0, and how many there are; `None` where every unit is its own.
    pub(super) clusters: Option<(Vec<usize>, usize)>,
    pub(super) remarks: Vec<String>,
}

impl Wide {
    /// Prepares a panel: keeps the units observed throughout, leaves out units treated from the start, and, where nobody
    /// is never treated, the periods in which everybody is.
    pub(super) fn new(panel: &Panel, options: &GroupTimeOptions) -> Result<Self> {
        let panel = comparable(panel.balanced()?, options)?;
        let remarks = panel.remarks.clone();
        let last = panel.periods[panel.periods.len() - 1];
        let late = |cohort: &Option<i64>| cohort.is_some_and(|first| first - options.anticipation > last);
        let cohort: Vec<i64> = panel
            .cohort
            .iter()
            .map(|own| if late(own) { i64::MAX } else { own.unwrap_or(i64::MAX) })
            .collect();
        let mut order: Vec<usize> = (0..cohort.len()).collect();
        order.sort_by_key(|&unit| cohort[unit]);
        let mut wide = Self {
            cohorts: Vec::new(),
            ranges: Vec::new(),
            never: order.len()..order.len(),
            outcome: columns(&panel, &order, &panel.outcome),
            covariates: Vec::new(),
            covariate_names: Vec::new(),
            weight: unit_weights(&panel, &order)?,
            clusters: panel
                .clustered
                .then(|| (order.iter().map(|&unit| panel.cluster[unit]).collect(), panel.clusters.len())),
            periods: panel.periods.clone(),
            remarks,
        };
        wide.find_ranges(&order.iter().map(|&unit| cohort[unit]).collect::<Vec<_>>());
        if options.covariates {
            wide.covariate_names.clone_from(&panel.covariate_names);
            wide.covariates = panel
                .covariates
                .iter()
                .map(|values| {
                    let mut columns = columns(&panel, &order, values);
                    if columns.iter().all(|column| *column == columns[0]) {
                        columns.truncate(1);
                    }
                    columns
                })
                .collect();
        }
        Ok(wide)
    }

    /// Number of units.
    pub(super) fn unit_count(&self) -> usize {
        self.weight.len()
    }

    fn find_ranges(&mut self, sorted: &[i64]) {
        let mut start = 0;
        while start < sorted.len() {
            let end = start + sorted[start..].partition_point(|&cohort| cohort == sorted[start]);
            if sorted[start] == i64::MAX {
                self.never = start..end;
            } else {
                self.cohorts.push(sorted[start]);
                self.ranges.push(start..end);
            }
            start = end;
        }
    }
}

/// Leaves out what cannot be compared, with a remark for each.
fn comparable(panel: Panel, options: &GroupTimeOptions) -> Result<Panel> {
    let first = panel.periods[0];
    let always: Vec<bool> = panel
        .cohort
        .iter()
        .map(|cohort| cohort.is_some_and(|start| start - options.anticipation <= first))
        .collect();
    let count = always.iter().filter(|&&always| always).count();
    let mut panel = if count == 0 {
        panel
    } else if count == always.len() {
        return Err(StatsError::NoAnswer("every unit is treated from the first period on".to_owned()));
    } else {
        let mut rest = panel.with_rows(|row| !always[panel.row_unit[row]])?;
        rest.remarks.push(format!(
            "{count} units are treated (or may anticipate treatment) from the first period on and are left out: there is no period before to compare with"
        ));
        rest
    };
    if panel.cohort.iter().all(Option::is_none) {
        return Err(StatsError::NoAnswer("no unit is first treated after the first period".to_owned()));
    }
    let last = panel.periods[panel.periods.len() - 1];
    let late = panel.cohort.iter().flatten().filter(|&&start| start - options.anticipation > last).count();
    if late > 0 {
        panel
            .remarks
            .push(format!("{late} units are first treated after the last period and count as never treated"));
    }
    if late > 0 || panel.cohort.iter().any(Option::is_none) {
        return Ok(panel);
    }
    if options.comparison == Comparison::NeverTreated {
        return Err(StatsError::NoAnswer(
            "every unit is treated in the end: compare with units not treated yet instead of the never treated".to_owned(),
        ));
    }
    let final_cohort = panel.cohort.iter().flatten().copied().max().unwrap_or(last);
    if panel.cohorts().len() < 2 {
        return Err(StatsError::NoAnswer(
            "all units are first treated in the same period: there is nobody to compare them with".to_owned(),
        ));
    }
    let end = final_cohort - options.anticipation;
    panel = panel.with_rows(|row| panel.period_of(row) < end)?;
    panel.remarks.push(format!(
        "nobody is never treated: units first treated in {final_cohort} serve for comparison, and periods from {end} on are left out"
    ));
    Ok(panel)
}

fn columns(panel: &Panel, order: &[usize], values: &[f64]) -> Vec<Vec<f64>> {
    (0..panel.periods.len())
        .map(|period| order.iter().map(|&unit| values[panel.starts[unit] + period]).collect())
        .collect()
}

fn unit_weights(panel: &Panel, order: &[usize]) -> Result<Vec<f64>> {
    for unit in 0..panel.unit_count() {
        let weights = &panel.weight[panel.starts[unit]..panel.starts[unit + 1]];
        if weights.iter().any(|weight| *weight != weights[0]) {
            return Err(StatsError::NoAnswer(format!(
                "the weight of unit {} changes between periods: group-time effects need one weight for each unit",
                panel.units[unit]
            )));
        }
    }
    Ok(order.iter().map(|&unit| panel.weight[panel.starts[unit]]).collect())
}
