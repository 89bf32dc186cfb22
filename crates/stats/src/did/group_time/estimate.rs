use std::collections::HashMap;
use std::ops::Range;

use serde::Serialize;

use super::super::panel::Panel;
use super::super::pretrend::JointTest;
use super::cell::Group;
use super::influence::{Influence, by_cluster};
use super::options::GroupTimeOptions;
use super::plan::{self, Planned};
use super::wide::Wide;
use crate::numeric::algebra::cross_product;
use crate::{Estimate, Estimates, Matrix, Result, StatsError};

/// What cells share, by cohort, comparison units and period of the covariates; or why there is nothing.
type Groups = HashMap<(usize, Vec<Range<usize>>, usize), Result<Group, String>>;

/// The effect on one cohort in one period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CellEstimate {
    /// First treated period of the cohort.
    pub cohort: i64,
    /// Period.
    pub period: i64,
    /// Base period.
    pub base: i64,
    /// Effect on the treated; before treatment, a placebo effect.
    pub att: f64,
    /// Standard error; `None` in the reference cells of a universal base (zero by construction) and for cohorts of a
    /// single unit, whose own variation cannot be estimated.
    pub standard_error: Option<f64>,
    /// Treated units.
    pub treated: usize,
    /// Comparison units.
    pub comparison: usize,
}

impl CellEstimate {
    /// Periods since the first treated one (negative before).
    #[must_use]
    pub fn event_time(&self) -> i64 {
        self.period - self.cohort
    }

    /// True in and after the first treated period.
    #[must_use]
    pub fn is_after(&self) -> bool {
        self.period >= self.cohort
    }

    /// True where the effect is zero by construction.
    #[must_use]
    pub fn is_reference(&self) -> bool {
        self.period == self.base
    }
}

/// A cell without an estimate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotEstimated {
    /// First treated period of the cohort.
    pub cohort: i64,
    /// Period.
    pub period: i64,
    /// Why.
    pub reason: String,
}

/// Group-time average treatment effects on the treated, with their influence functions.
///
/// `ATT(g, t) = E[Y_t(g) - Y_t(never) | first treated in g]`, identified (Callaway and Sant'Anna 2021, theorem 1) where,
/// given the covariates, outcomes of the cohort and of the comparison units would have changed alike without treatment,
/// treatment is not anticipated (by more than the stated time), nobody leaves treatment, and treated units have
/// comparable untreated ones (overlap).
#[derive(Debug, Clone)]
pub struct GroupTimeEffects {
    /// The effects, in the order of cohorts and periods.
    pub cells: Vec<CellEstimate>,
    /// Cells that could not be estimated, and why.
    pub not_estimated: Vec<NotEstimated>,
    /// What a reader should know: units left out, small cohorts, comparison units trimmed.
    pub remarks: Vec<String>,
    /// Units used.
    pub units: usize,
    /// Clusters, where standard errors allow for clusters above the unit.
    pub clusters: Option<usize>,
    pub(super) influence: Vec<Influence>,
    pub(super) cluster_of: Option<(Vec<usize>, usize)>,
    /// Cohort of each unit (`i64::MAX`: never), sorted, and its weight.
    pub(super) unit_cohort: Vec<i64>,
    pub(super) unit_weight: Vec<f64>,
    pub(super) last_period: i64,
    pub(super) first_period: i64,
}

impl GroupTimeEffects {
    /// Estimates all cells of a panel.
    ///
    /// Units not observed in every period are left out, and so are units treated from the first period on; each with a
    /// remark. A cell whose comparison fails (no overlap, too few units for the covariates) is listed in
    /// [`GroupTimeEffects::not_estimated`].
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a negative anticipation or a trimming limit outside 0 to 1; [`StatsError::NoAnswer`]
    /// where nobody is treated after the first period, nobody is left to compare with, the weight of a unit changes
    /// between periods, or no cell can be estimated.
    pub fn fit(panel: &Panel, options: &GroupTimeOptions) -> Result<Self> {
        if options.anticipation < 0 {
            return Err(StatsError::Setting("anticipation must be zero periods or more".to_owned()));
        }
        if !(options.trim > 0.0 && options.trim <= 1.0) {
            return Err(StatsError::Setting("the trimming limit must lie between 0 and 1".to_owned()));
        }
        let wide = Wide::new(panel, options)?;
        let mut effects = Self::empty(&wide);
        let mut groups: Groups = HashMap::new();
        for planned in plan::cells(&wide, options) {
            let period = if wide.covariates.iter().any(|columns| columns.len() > 1) {
                planned.period.min(planned.base)
            } else {
                0
            };
            let own = &wide.ranges[planned.cohort];
            let group = groups
                .entry((planned.cohort, planned.controls.clone(), period))
                .or_insert_with(|| Group::new(&wide, own, &planned.controls, period, options));
            effects.add(&wide, &planned, group);
        }
        effects.remark_on_size(&wide);
        effects.remark_on_trimming(groups.values().filter_map(|group| group.as_ref().ok()));
        if effects.cells.iter().all(CellEstimate::is_reference) {
            let reason = effects.not_estimated.first().map_or("there is no cell", |cell| &cell.reason);
            return Err(StatsError::NoAnswer(format!("no effect can be estimated: {reason}")));
        }
        Ok(effects)
    }

    fn empty(wide: &Wide) -> Self {
        let mut unit_cohort = vec![i64::MAX; wide.unit_count()];
        for (cohort, range) in wide.cohorts.iter().zip(&wide.ranges) {
            unit_cohort[range.clone()].fill(*cohort);
        }
        Self {
            cells: Vec::new(),
            not_estimated: Vec::new(),
            remarks: wide.remarks.clone(),
            units: wide.unit_count(),
            clusters: wide.clusters.as_ref().map(|(_, count)| *count),
            influence: Vec::new(),
            cluster_of: wide.clusters.clone(),
            unit_cohort,
            unit_weight: wide.weight.clone(),
            last_period: wide.periods[wide.periods.len() - 1],
            first_period: wide.periods[0],
        }
    }

    fn add(&mut self, wide: &Wide, planned: &Planned, group: &Result<Group, String>) {
        let (cohort, period) = (wide.cohorts[planned.cohort], wide.periods[planned.period]);
        let group = match group {
            Ok(group) => group,
            Err(reason) => {
                self.not_estimated.push(NotEstimated { cohort, period, reason: reason.clone() });
                return;
            }
        };
        let total = group.ranges.iter().map(Range::len).sum::<usize>();
        let reference = planned.period == planned.base;
        let (att, influence) = if reference {
            (0.0, Influence::default())
        } else {
            let effect = group.effect(&wide.outcome[planned.base], &wide.outcome[planned.period]);
            (effect.att, Influence::new(group.ranges.iter(), &effect.influence))
        };
        let variance = match &self.cluster_of {
            None => influence.variance(),
            Some(_) => {
                let mut all = vec![0.0; self.units];
                influence.add_to(&mut all, 1.0);
                by_cluster(all, self.cluster_of.as_ref()).iter().map(|value| value * value).sum()
            }
        };
        self.cells.push(CellEstimate {
            cohort,
            period,
            base: wide.periods[planned.base],
            att,
            standard_error: (!reference && group.treated > 1).then(|| variance.sqrt()),
            treated: group.treated,
            comparison: total - group.treated,
        });
        self.influence.push(influence);
    }

    fn remark_on_size(&mut self, wide: &Wide) {
        let needed = wide.covariates.len() + 6;
        for (cohort, range) in wide.cohorts.iter().zip(&wide.ranges) {
            if range.len() == 1 {
                self.remarks.push(format!(
                    "the cohort first treated in {cohort} is a single unit: its effects have no standard error, and where it \
                     is averaged with others its own variation is missing from theirs (use synthetic control or permutation)"
                ));
            } else if range.len() < needed {
                self.remarks.push(format!(
                    "the cohort first treated in {cohort} has only {} units: its standard errors rest on few observations",
                    range.len()
                ));
            }
        }
        if let Some(clusters) = self.clusters.filter(|&clusters| clusters < 40) {
            self.remarks.push(format!(
                "there are {clusters} clusters: with few clusters these standard errors tend to be too small"
            ));
        }
    }

    fn remark_on_trimming<'a>(&mut self, groups: impl Iterator<Item = &'a Group>) {
        let trimmed = groups.map(|group| group.trimmed).max().unwrap_or(0);
        if trimmed > 0 {
            self.remarks.push(format!(
                "up to {trimmed} comparison units of a cell were left out because their propensity score is too high"
            ));
        }
    }

    /// All cells as a table with pointwise Wald intervals; cells without standard error have `NaN` there.
    ///
    /// # Errors
    /// [`StatsError::Setting`] if the level is not between 0 and 1.
    pub fn table(&self, level: f64) -> Result<Vec<Estimate>> {
        StatsError::check_probability("the level", level)?;
        Ok(self
            .cells
            .iter()
            .map(|cell| {
                let name = format!("ATT({}, {})", cell.cohort, cell.period);
                Estimate::wald(&name, cell.att, cell.standard_error.unwrap_or(f64::NAN), None, level)
            })
            .collect())
    }

    /// The cells (all but references) with their joint covariance.
    #[must_use]
    pub fn estimates(&self) -> Estimates {
        let chosen: Vec<usize> = (0..self.cells.len()).filter(|&k| !self.cells[k].is_reference()).collect();
        self.estimates_of(&chosen)
    }

    fn estimates_of(&self, chosen: &[usize]) -> Estimates {
        let columns: Vec<Vec<f64>> = chosen.iter().map(|&k| self.clustered_influence(k)).collect();
        Estimates {
            names: chosen
                .iter()
                .map(|&k| format!("ATT({}, {})", self.cells[k].cohort, self.cells[k].period))
                .collect(),
            beta: chosen.iter().map(|&k| self.cells[k].att).collect(),
            covariance: cross_products(&columns),
            df: None,
        }
    }

    /// Influence of each cluster (or unit) on a cell.
    pub(super) fn clustered_influence(&self, cell: usize) -> Vec<f64> {
        let mut all = vec![0.0; self.units];
        self.influence[cell].add_to(&mut all, 1.0);
        by_cluster(all, self.cluster_of.as_ref())
    }

    /// Wald test that all effects before treatment are zero.
    ///
    /// # Errors
    /// [`StatsError::NoAnswer`] if there is no such effect, [`StatsError::Singular`] if their covariance is (more such
    /// effects than units or clusters, say).
    pub fn pretest(&self) -> Result<JointTest> {
        let before: Vec<usize> = (0..self.cells.len())
            .filter(|&k| !self.cells[k].is_after() && self.cells[k].standard_error.is_some())
            .collect();
        JointTest::wald(&self.estimates_of(&before))
    }
}

/// Cross-products of influence columns: the covariance matrix of the estimates.
pub(super) fn cross_products(columns: &[Vec<f64>]) -> Matrix {
    let rows = columns.first().map_or(0, Vec::len);
    let matrix = Matrix::from_iterator(rows, columns.len(), columns.iter().flatten().copied());
    cross_product(&matrix, None)
}
