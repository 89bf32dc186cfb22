//! Sun and Abraham's interaction-weighted estimator.

use std::collections::BTreeMap;

use super::event_study::{EventTimes, select};
use super::panel::Panel;
use super::swept::{self, Column, Levels};
use super::two_way::{covariate_columns, remarks_on};
use crate::{Estimate, Estimates, Matrix, Result, StatsError};

/// Effects by time since treatment, free of contamination from other cohorts and times
/// (Sun and Abraham 2021, Journal of Econometrics 225, 175-199).
///
/// One regression with levels of units and periods and an indicator for every cohort and time since treatment but the
/// last time before treatment; units never treated (or, if there are none, the last cohort before it is treated) are the
/// comparison. The coefficients of a time are averaged over cohorts by their numbers of rows (their equation 27). As in
/// R's `fixest`, standard errors take these shares as known.
#[derive(Debug, Clone)]
pub struct SunAbraham {
    /// Effects by time.
    pub effects: EventTimes,
    /// The average effect over all treated rows.
    pub att: f64,
    /// Its standard error.
    pub att_standard_error: f64,
    /// Effects by cohort and time since treatment, named `cohort: time`.
    pub cells: Estimates,
    /// Clusters.
    pub clusters: usize,
    /// What a reader should know.
    pub remarks: Vec<String>,
}

/// A cohort at a time since treatment, with the weight of its rows.
struct Cell {
    cohort: i64,
    time: i64,
    weight: f64,
}

impl SunAbraham {
    /// Fits the estimator with `reference` (usually -1) as the time that is zero by construction.
    ///
    /// # Errors
    /// [`StatsError::NoAnswer`] if nobody is treated after the first period, or there is nobody to compare with.
    pub fn fit(panel: &Panel, reference: i64, covariates: bool) -> Result<Self> {
        let (panel, comparison) = prepared(panel, reference)?;
        let cells = cells(&panel, reference, comparison);
        if !cells.iter().any(|cell| cell.time >= 0) {
            return Err(StatsError::NoAnswer(
                "no treated row can be compared with untreated ones".to_owned(),
            ));
        }
        let mut columns: Vec<Column> = cells.iter().map(|cell| indicator(&panel, cell)).collect();
        columns.extend(covariate_columns(&panel, covariates));
        let fit = swept::fit(&panel, &columns, Levels::Units)?;
        let mut remarks = panel.remarks().to_vec();
        remarks.extend(remarks_on(&panel, &fit));
        let kept: Vec<&Cell> = cells.iter().filter(|cell| !fit.dropped.contains(&name(cell))).collect();
        let lost = cells.len() - kept.len();
        if lost > 0 {
            remarks
                .push(format!("{lost} effects of a cohort at a time cannot be estimated and are left out"));
        }
        let estimates = select(&fit.estimates, &(0..kept.len()).collect::<Vec<_>>());
        let times = super::labels::distinct(kept.iter().map(|cell| cell.time));
        let shares = |wanted: &dyn Fn(&Cell) -> bool| -> Vec<f64> {
            let sum: f64 = kept.iter().filter(|cell| wanted(cell)).map(|cell| cell.weight).sum();
            kept.iter().map(|cell| if wanted(cell) { cell.weight / sum } else { 0.0 }).collect()
        };
        let rows: Vec<Vec<f64>> =
            times.iter().map(|&time| shares(&move |cell: &Cell| cell.time == time)).collect();
        let att = estimates.combination("ATT", &shares(&|cell: &Cell| cell.time >= 0), 0.95)?;
        Ok(Self {
            effects: EventTimes { estimates: combined(&estimates, &times, &rows), times, reference },
            att: att.estimate,
            att_standard_error: att.standard_error,
            cells: estimates,
            clusters: fit.clusters,
            remarks,
        })
    }

    /// The average effect over all treated rows with its interval.
    ///
    /// # Errors
    /// [`StatsError::Setting`] if the level is not between 0 and 1.
    pub fn att_estimate(&self, level: f64) -> Result<Estimate> {
        StatsError::check_probability("the level", level)?;
        Ok(Estimate::wald("ATT", self.att, self.att_standard_error, self.cells.df, level))
    }
}

/// Leaves out units treated from the start and, without never treated units, the periods in which the last cohort is
/// treated; returns the last cohort if it is the comparison.
fn prepared(panel: &Panel, reference: i64) -> Result<(Panel, Option<i64>)> {
    if reference >= 0 {
        return Err(StatsError::Setting(
            "the reference must be a time before treatment (-1 or earlier)".to_owned(),
        ));
    }
    let first = panel.periods[0];
    let always = |unit: usize| panel.cohort[unit].is_some_and(|start| first - start > reference);
    let count = (0..panel.unit_count()).filter(|&unit| always(unit)).count();
    let mut rest = if count == 0 {
        panel.clone()
    } else if count == panel.unit_count() {
        return Err(StatsError::NoAnswer(
            "no unit is observed at the reference time before its treatment".to_owned(),
        ));
    } else {
        panel.with_rows(|row| !always(panel.row_unit[row]))?
    };
    if count > 0 {
        rest.remarks.push(format!("{count} units are treated from the start, or observed only after the reference time, and are left out"));
    }
    let last = rest.periods[rest.periods.len() - 1];
    if rest.cohort.iter().any(|cohort| cohort.is_none_or(|start| start > last)) {
        return Ok((rest, None));
    }
    let cohorts = rest.cohorts();
    if cohorts.len() < 2 {
        return Err(StatsError::NoAnswer(
            "all units are first treated in the same period: there is nobody to compare them with".to_owned(),
        ));
    }
    let end = cohorts[cohorts.len() - 1].0;
    let mut cut = rest.with_rows(|row| rest.period_of(row) < end)?;
    cut.remarks.push(format!(
        "nobody is never treated: units first treated in {end} are the comparison, and periods from {end} on are left out"
    ));
    Ok((cut, Some(end)))
}

/// All cohorts and times but each cohort's own reference: the last observed time up to `reference`, which is `reference`
/// itself unless its period is missing from the panel.
fn cells(panel: &Panel, reference: i64, comparison: Option<i64>) -> Vec<Cell> {
    let last = panel.periods[panel.periods.len() - 1];
    let mut found: BTreeMap<(i64, i64), f64> = BTreeMap::new();
    for row in 0..panel.row_count() {
        let Some(cohort) = panel.cohort_of(row) else { continue };
        let base = panel.periods.partition_point(|period| period - cohort <= reference).saturating_sub(1);
        if panel.row_period[row] != base && cohort <= last && Some(cohort) != comparison {
            *found.entry((cohort, panel.period_of(row) - cohort)).or_insert(0.0) += panel.weight[row];
        }
    }
    found.into_iter().map(|((cohort, time), weight)| Cell { cohort, time, weight }).collect()
}

fn name(cell: &Cell) -> String {
    format!("{}: {}", cell.cohort, cell.time)
}

fn indicator(panel: &Panel, cell: &Cell) -> Column {
    let values = (0..panel.row_count())
        .map(|row| {
            let here =
                panel.cohort_of(row) == Some(cell.cohort) && panel.period_of(row) - cell.cohort == cell.time;
            f64::from(u8::from(here))
        })
        .collect();
    (name(cell), values)
}

/// Linear combinations of estimates, one for each time.
fn combined(estimates: &Estimates, times: &[i64], rows: &[Vec<f64>]) -> Estimates {
    let cells = estimates.beta.len();
    let weights = Matrix::from_fn(rows.len(), cells, |i, j| rows[i][j]);
    let beta = &weights * crate::Vector::from_column_slice(&estimates.beta);
    Estimates {
        names: times.iter().map(i64::to_string).collect(),
        beta: beta.as_slice().to_vec(),
        covariance: &weights * &estimates.covariance * weights.transpose(),
        df: estimates.df,
    }
}
