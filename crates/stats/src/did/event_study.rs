//! Event study: effects by time since treatment, leads included, from one regression.

use super::panel::Panel;
use super::pretrend::{JointTest, SlopePower};
use super::swept::{self, Column, Levels};
use super::two_way::{covariate_columns, remarks_on};
use crate::{Estimates, Matrix, Result, StatsError};

/// Choices for an event study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventStudyOptions {
    /// Time since treatment that the others are compared with; -1 is the last period before treatment.
    pub reference: i64,
    /// Earliest time with a coefficient of its own; all earlier ones share it. `None`: no binning.
    pub first: Option<i64>,
    /// Latest time with a coefficient of its own; all later ones share it.
    pub last: Option<i64>,
    /// Adjust for the covariates of the panel.
    pub covariates: bool,
    /// Levels beside those of the periods.
    pub levels: Levels,
}

impl Default for EventStudyOptions {
    fn default() -> Self {
        Self { reference: -1, first: None, last: None, covariates: true, levels: Levels::Units }
    }
}

/// An effect by time since treatment.
///
/// Times with the effect's joint covariance; used by the event study, by Sun and Abraham's estimator and, by way of
/// [`super::Aggregate`], by group-time effects, and taken by the sensitivity analysis.
#[derive(Debug, Clone, PartialEq)]
pub struct EventTimes {
    /// Times since treatment with an estimate, ascending, without the reference.
    pub times: Vec<i64>,
    /// The estimates, named by their times.
    pub estimates: Estimates,
    /// The time that is zero by construction.
    pub reference: i64,
}

impl EventTimes {
    /// Joint test that all effects before treatment are zero.
    ///
    /// # Errors
    /// As [`JointTest::wald`].
    pub fn pretest(&self) -> Result<JointTest> {
        JointTest::wald(&self.before())
    }

    /// The straight-line violations of parallel trends that the joint test would find with power 50% and 80%.
    ///
    /// # Errors
    /// As [`JointTest::wald`]; [`StatsError::Setting`] for a size outside 0 to 1.
    pub fn pretest_power(&self, size: f64) -> Result<SlopePower> {
        let times: Vec<f64> =
            self.times.iter().filter(|&&time| time < 0).map(|&time| (time - self.reference) as f64).collect();
        SlopePower::new(&self.before(), &times, size)
    }

    fn before(&self) -> Estimates {
        let chosen: Vec<usize> = (0..self.times.len()).filter(|&k| self.times[k] < 0).collect();
        select(&self.estimates, &chosen)
    }
}

/// Some of the coefficients.
pub(super) fn select(estimates: &Estimates, chosen: &[usize]) -> Estimates {
    Estimates {
        names: chosen.iter().map(|&k| estimates.names[k].clone()).collect(),
        beta: chosen.iter().map(|&k| estimates.beta[k]).collect(),
        covariance: Matrix::from_fn(chosen.len(), chosen.len(), |i, j| {
            estimates.covariance[(chosen[i], chosen[j])]
        }),
        df: estimates.df,
    }
}

/// A dynamic two-way regression.
///
/// `y_it = level_i + level_t + sum_e b_e 1{t - first_i = e} + covariates_it c + error_it`, `b` of the reference time zero.
/// With several cohorts whose effects differ each `b_e` mixes effects of other times too (Sun and Abraham 2021); use
/// [`super::SunAbraham`] or [`super::GroupTimeEffects`] then.
#[derive(Debug, Clone)]
pub struct EventStudy {
    /// Effects by time.
    pub effects: EventTimes,
    /// Clusters.
    pub clusters: usize,
    /// What a reader should know.
    pub remarks: Vec<String>,
}

impl EventStudy {
    /// Fits the regression.
    ///
    /// # Errors
    /// [`StatsError::Setting`] if the reference lies outside the bins; [`StatsError::NoAnswer`] if nobody is treated, no
    /// row has the reference time, or some times cannot be told apart from the levels (naming them: without never treated
    /// units only some can be estimated, so bin the ends or name another reference).
    pub fn fit(panel: &Panel, options: &EventStudyOptions) -> Result<Self> {
        let (columns, times) = time_columns(panel, options)?;
        let mut all = columns;
        all.extend(covariate_columns(panel, options.covariates));
        let fit = swept::fit(panel, &all, options.levels)?;
        let lost: Vec<&String> =
            fit.dropped.iter().filter(|name| !panel.covariate_names.contains(name)).collect();
        if !lost.is_empty() {
            return Err(StatsError::NoAnswer(format!(
                "the effects at times {} cannot be told apart from the levels of units and periods (without never treated \
                 units a straight line over time is lost): bin the ends or leave out a further time",
                lost.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ")
            )));
        }
        let mut remarks = panel.remarks().to_vec();
        remarks.extend(remarks_on(panel, &fit));
        if panel.cohorts().len() > 1 {
            remarks.push(
                "there are several cohorts: if their effects differ, each coefficient mixes effects of other times; prefer \
                 group-time effects or Sun and Abraham's estimator"
                    .to_owned(),
            );
        }
        let chosen: Vec<usize> = (0..times.len()).collect();
        Ok(Self {
            effects: EventTimes {
                estimates: select(&fit.estimates, &chosen),
                times,
                reference: options.reference,
            },
            clusters: fit.clusters,
            remarks,
        })
    }
}

fn time_columns(panel: &Panel, options: &EventStudyOptions) -> Result<(Vec<Column>, Vec<i64>)> {
    let (first, last) = (options.first.unwrap_or(i64::MIN), options.last.unwrap_or(i64::MAX));
    if options.reference <= first && options.first.is_some() || options.reference >= last || first >= last {
        return Err(StatsError::Setting(
            "the reference time must lie between the bins at the ends, which must not meet".to_owned(),
        ));
    }
    let time: Vec<Option<i64>> = (0..panel.row_count())
        .map(|row| panel.cohort_of(row).map(|start| (panel.period_of(row) - start).clamp(first, last)))
        .collect();
    let mut times = super::labels::distinct(time.iter().flatten().copied());
    if times.is_empty() {
        return Err(StatsError::NoAnswer("no unit of the panel is treated".to_owned()));
    }
    if !times.contains(&options.reference) {
        return Err(StatsError::NoAnswer(format!(
            "no row lies at the reference time {}; there are {times:?}",
            options.reference
        )));
    }
    times.retain(|&time| time != options.reference);
    let columns = times
        .iter()
        .map(|&wanted| {
            (wanted.to_string(), time.iter().map(|&own| f64::from(u8::from(own == Some(wanted)))).collect())
        })
        .collect();
    Ok((columns, times))
}
