use serde::Serialize;

use super::super::event_study::EventTimes;
use super::bootstrap::{self, Bands, Bootstrap};
use super::estimate::{GroupTimeEffects, cross_products};
use super::influence::by_cluster;
use crate::numeric::algebra::dot;
use crate::{Estimate, Estimates, Result, StatsError};

/// How group-time effects are averaged (Callaway and Sant'Anna 2021, section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Aggregation {
    /// One number: all effects after treatment, weighted by the size of the cohorts (their equation 3.10).
    Simple,
    /// By time since treatment (equation 3.4); the overall number is the plain mean over times from 0 on.
    Dynamic,
    /// By cohort (equation 3.7); the overall number weights cohorts by their size (3.11).
    Cohort,
    /// By period (equation 3.8); the overall number is the plain mean over periods.
    Calendar,
}

/// Which effects enter an aggregation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Window {
    /// Shortest time since treatment (negative: before it).
    pub from: Option<i64>,
    /// Longest time since treatment.
    pub to: Option<i64>,
    /// Dynamic only: use only cohorts observed at least this long after treatment, and only times up to it, so that the
    /// same cohorts stand behind every time from 0 on.
    pub balance: Option<i64>,
    /// Average what there is where some cells could not be estimated; otherwise that is an error.
    pub allow_missing: bool,
}

/// One average.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AggregateRow {
    /// Time since treatment, cohort or period.
    pub label: i64,
    /// Average effect on the treated.
    pub att: f64,
    /// Standard error; `None` for reference times and where only cohorts of one unit are averaged.
    pub standard_error: Option<f64>,
}

/// Averages of group-time effects, with standard errors that allow for estimated weights.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// What was averaged over.
    pub by: Aggregation,
    /// The overall effect.
    pub overall: f64,
    /// Its standard error; `None` if it rests on cohorts of one unit alone.
    pub overall_standard_error: Option<f64>,
    /// The averages by time, cohort or period; empty for [`Aggregation::Simple`].
    pub rows: Vec<AggregateRow>,
    overall_influence: Vec<f64>,
    influence: Vec<Vec<f64>>,
}

impl GroupTimeEffects {
    /// Averages the effects.
    ///
    /// # Errors
    /// [`StatsError::NoAnswer`] if no effect lies in the window, or some could not be estimated and
    /// [`Window::allow_missing`] is not set.
    pub fn aggregate(&self, by: Aggregation, window: &Window) -> Result<Aggregate> {
        self.check_missing(window)?;
        let parts: Vec<(i64, Vec<usize>)> = match by {
            Aggregation::Simple => Vec::new(),
            Aggregation::Dynamic => self.by_event_time(window),
            Aggregation::Cohort => self.by_label(window, |k| self.cells[k].cohort),
            Aggregation::Calendar => self.by_label(window, |k| self.cells[k].period),
        };
        let averages: Vec<Average> = parts.iter().map(|(_, cells)| self.average(cells)).collect();
        let overall = match by {
            Aggregation::Simple => self.average(&self.after(window)),
            Aggregation::Dynamic => mean(
                &parts
                    .iter()
                    .zip(&averages)
                    .filter(|((time, _), _)| *time >= 0)
                    .map(|(_, average)| average)
                    .collect::<Vec<_>>(),
            ),
            Aggregation::Calendar => mean(&averages.iter().collect::<Vec<_>>()),
            Aggregation::Cohort => {
                let cohorts: Vec<i64> = parts.iter().map(|(cohort, _)| *cohort).collect();
                self.weighted(&cohorts, &averages)
            }
        };
        if !overall.att.is_finite() {
            return Err(StatsError::NoAnswer("no effect after treatment lies in the window".to_owned()));
        }
        let cluster = |average: &Average| by_cluster(average.influence.clone(), self.cluster_of.as_ref());
        let influence: Vec<Vec<f64>> = averages.iter().map(cluster).collect();
        let overall_influence = cluster(&overall);
        Ok(Aggregate {
            by,
            overall: overall.att,
            overall_standard_error: overall.known.then(|| length(&overall_influence)),
            rows: parts
                .iter()
                .zip(&averages)
                .zip(&influence)
                .map(|(((label, _), average), influence)| AggregateRow {
                    label: *label,
                    att: average.att,
                    standard_error: average.known.then(|| length(influence)),
                })
                .collect(),
            overall_influence,
            influence,
        })
    }

    fn check_missing(&self, window: &Window) -> Result<()> {
        match self.not_estimated.first() {
            Some(cell) if !window.allow_missing => Err(StatsError::NoAnswer(format!(
                "{} effects could not be estimated, the first of them for the cohort of {} in period {} ({}); average the \
                 others only if their absence does no harm",
                self.not_estimated.len(),
                cell.cohort,
                cell.period,
                cell.reason
            ))),
            _ => Ok(()),
        }
    }

    fn in_window(&self, cell: usize, window: &Window) -> bool {
        let time = self.cells[cell].event_time();
        window.from.is_none_or(|from| time >= from) && window.to.is_none_or(|to| time <= to)
    }

    /// Cells after treatment and in the window.
    fn after(&self, window: &Window) -> Vec<usize> {
        (0..self.cells.len()).filter(|&k| self.cells[k].is_after() && self.in_window(k, window)).collect()
    }

    fn by_label(&self, window: &Window, label: impl Fn(usize) -> i64) -> Vec<(i64, Vec<usize>)> {
        grouped(self.after(window), label)
    }

    fn by_event_time(&self, window: &Window) -> Vec<(i64, Vec<usize>)> {
        let chosen = (0..self.cells.len())
            .filter(|&k| self.in_window(k, window))
            .filter(|&k| {
                window.balance.is_none_or(|balance| {
                    let time = self.cells[k].event_time();
                    self.last_period - self.cells[k].cohort >= balance
                        && time <= balance
                        && time >= balance - self.last_period + self.first_period
                })
            })
            .collect();
        grouped(chosen, |k| self.cells[k].event_time())
    }

    /// Average of cells weighted by the size of their cohorts, with the influence of the estimated sizes.
    ///
    /// With `P_g` the weight of cohort `g` and `S` the sum of `P` over the cells: `theta = sum_k P_{g(k)} att_k / S`. A unit
    /// `i` of cohort `g` adds its weight to `P_g`, hence `(w_i / S) sum_{k: g(k) = g} (att_k - theta)` to its influence.
    fn average(&self, cells: &[usize]) -> Average {
        let cohorts: Vec<i64> = cells.iter().map(|&k| self.cells[k].cohort).collect();
        let effects: Vec<f64> = cells.iter().map(|&k| self.cells[k].att).collect();
        let weights = self.shares(&cohorts);
        let att = dot(&weights, &effects);
        let mut influence = vec![0.0; self.units];
        for (&k, weight) in cells.iter().zip(&weights) {
            self.influence[k].add_to(&mut influence, *weight);
        }
        self.add_weight_influence(&cohorts, &effects, att, &mut influence);
        let known = cells.iter().any(|&k| self.cells[k].standard_error.is_some());
        Average { att: if cells.is_empty() { f64::NAN } else { att }, influence, known }
    }

    /// Average of cohorts' averages weighted by their size.
    fn weighted(&self, cohorts: &[i64], averages: &[Average]) -> Average {
        let weights = self.shares(cohorts);
        let effects: Vec<f64> = averages.iter().map(|part| part.att).collect();
        let att = dot(&weights, &effects);
        let mut influence = vec![0.0; self.units];
        for (part, weight) in averages.iter().zip(&weights) {
            for (to, value) in influence.iter_mut().zip(&part.influence) {
                *to += weight * value;
            }
        }
        self.add_weight_influence(cohorts, &effects, att, &mut influence);
        let known = averages.iter().any(|part| part.known);
        Average { att: if cohorts.is_empty() { f64::NAN } else { att }, influence, known }
    }

    /// Weight of a cohort's units.
    fn size(&self, cohort: i64) -> f64 {
        self.unit_weight[self.units_of(cohort)].iter().sum()
    }

    fn units_of(&self, cohort: i64) -> std::ops::Range<usize> {
        let start = self.unit_cohort.partition_point(|&other| other < cohort);
        start..self.unit_cohort.partition_point(|&other| other <= cohort)
    }

    fn shares(&self, cohorts: &[i64]) -> Vec<f64> {
        let sizes: Vec<f64> = cohorts.iter().map(|&cohort| self.size(cohort)).collect();
        let sum: f64 = sizes.iter().sum();
        sizes.iter().map(|size| size / sum).collect()
    }

    fn add_weight_influence(&self, cohorts: &[i64], effects: &[f64], att: f64, influence: &mut [f64]) {
        let sum: f64 = cohorts.iter().map(|&cohort| self.size(cohort)).sum();
        for (&cohort, effect) in cohorts.iter().zip(effects) {
            let pull = (effect - att) / sum;
            for i in self.units_of(cohort) {
                influence[i] += self.unit_weight[i] * pull;
            }
        }
    }
}

impl Aggregate {
    /// The averages (those with a standard error) with their joint covariance, in their order.
    #[must_use]
    pub fn estimates(&self) -> Estimates {
        let chosen: Vec<usize> =
            (0..self.rows.len()).filter(|&k| self.rows[k].standard_error.is_some()).collect();
        let columns: Vec<Vec<f64>> = chosen.iter().map(|&k| self.influence[k].clone()).collect();
        Estimates {
            names: chosen.iter().map(|&k| self.rows[k].label.to_string()).collect(),
            beta: chosen.iter().map(|&k| self.rows[k].att).collect(),
            covariance: cross_products(&columns),
            df: None,
        }
    }

    /// The effects by time since treatment, for tests and sensitivity analyses.
    ///
    /// # Errors
    /// [`StatsError::Setting`] unless the aggregation is [`Aggregation::Dynamic`].
    pub fn event_times(&self) -> Result<EventTimes> {
        if self.by != Aggregation::Dynamic {
            return Err(StatsError::Setting(
                "only a dynamic aggregation has times since treatment".to_owned(),
            ));
        }
        let with_error = |row: &&AggregateRow| row.standard_error.is_some();
        let reference = self.rows.iter().find(|row| row.standard_error.is_none() && row.att == 0.0);
        Ok(EventTimes {
            times: self.rows.iter().filter(with_error).map(|row| row.label).collect(),
            estimates: self.estimates(),
            reference: reference.map_or(-1, |row| row.label),
        })
    }

    /// The overall effect with a Wald interval; without standard error its interval is `NaN`.
    ///
    /// # Errors
    /// [`StatsError::Setting`] if the level is not between 0 and 1.
    pub fn overall_estimate(&self, level: f64) -> Result<Estimate> {
        StatsError::check_probability("the level", level)?;
        let error = self.overall_standard_error.unwrap_or(f64::NAN);
        Ok(Estimate::wald("overall", self.overall, error, None, level))
    }

    /// Multiplier bootstrap: the bands of the rows (simultaneous) with, as their last element, the overall effect
    /// (pointwise).
    ///
    /// # Errors
    /// As [`GroupTimeEffects::bootstrap`].
    pub fn bootstrap(&self, options: &Bootstrap) -> Result<(Bands, Bands)> {
        let mut columns: Vec<&[f64]> = self.influence.iter().map(Vec::as_slice).collect();
        columns.push(&self.overall_influence);
        let draws = bootstrap::draws(&columns, options)?;
        let estimates: Vec<(f64, bool)> =
            self.rows.iter().map(|row| (row.att, row.standard_error.is_some())).collect();
        let rows = draws.bands(0..self.rows.len(), &estimates, options)?;
        let last = self.rows.len();
        let overall =
            draws.bands(last..last + 1, &[(self.overall, self.overall_standard_error.is_some())], options)?;
        Ok((rows, overall))
    }
}

/// An average and the influence of each unit on it.
struct Average {
    att: f64,
    influence: Vec<f64>,
    /// False where no variation stands behind it.
    known: bool,
}

fn mean(parts: &[&Average]) -> Average {
    let share = 1.0 / parts.len() as f64;
    let mut influence = vec![0.0; parts.first().map_or(0, |part| part.influence.len())];
    for part in parts {
        for (to, value) in influence.iter_mut().zip(&part.influence) {
            *to += share * value;
        }
    }
    Average {
        att: parts.iter().map(|part| part.att).sum::<f64>() * share,
        influence,
        known: parts.iter().any(|part| part.known),
    }
}

fn length(influence: &[f64]) -> f64 {
    dot(influence, influence).sqrt()
}

fn grouped(cells: Vec<usize>, label: impl Fn(usize) -> i64) -> Vec<(i64, Vec<usize>)> {
    let mut groups: std::collections::BTreeMap<i64, Vec<usize>> = std::collections::BTreeMap::new();
    for cell in cells {
        groups.entry(label(cell)).or_default().push(cell);
    }
    groups.into_iter().collect()
}
