//! Least squares with the level of every unit (or cohort) and every period taken out, and clustered standard errors.

use serde::Serialize;

use super::panel::Panel;
use crate::absorb::{self, Covariance, Factor, Options, Problem};
use crate::cluster::Clusters;
use crate::{Estimates, Matrix, Result, StatsError};

/// Levels that are taken out beside those of the periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Levels {
    /// One for each unit: for panels.
    #[default]
    Units,
    /// One for each cohort: for repeated cross-sections, where every unit has one row.
    Cohorts,
}

/// A named column, one value for each row of the panel.
pub(super) type Column = (String, Vec<f64>);

/// A fit with levels of units (or cohorts) and periods.
#[derive(Debug, Clone)]
pub(super) struct Swept {
    /// The columns asked for that could be estimated, in their order.
    pub(super) estimates: Estimates,
    /// Names of columns that the levels or other columns determine.
    pub(super) dropped: Vec<String>,
    pub(super) clusters: usize,
    /// Rows of units with a single row; they say nothing about change.
    pub(super) single: usize,
}

/// Fits `y_it = level_i + level_t + columns_it b + error_it`.
///
/// The levels are absorbed ([`absorb::linear`]), so unbalanced and weighted panels are as easy as others. The covariance is the
/// cluster sandwich `c (X'WX)^-1 sum_g s_g s_g' (X'WX)^-1` with
/// `c = G / (G - 1) * (n - 1) / (n - K)`, `K` counting the columns, the periods' levels and levels not nested in the
/// clusters, as R's `fixest` does; degrees of freedom are `G - 1`.
pub(super) fn fit(panel: &Panel, columns: &[Column], levels: Levels) -> Result<Swept> {
    let clusters = panel.clusters.len();
    if clusters < 2 {
        return Err(StatsError::TooFew { what: "clusters", found: clusters, needed: 2 });
    }
    let n = panel.row_count();
    let names: Vec<String> = columns.iter().map(|(name, _)| name.clone()).collect();
    let values: Vec<f64> = columns.iter().flat_map(|(_, values)| values.iter().copied()).collect();
    let labels: Vec<usize> = panel.row_unit.iter().map(|unit| panel.cluster[*unit]).collect();
    let problem = Problem {
        y: &panel.outcome,
        x: &Matrix::from_vec(n, columns.len(), values),
        names: &names,
        factors: &factors(panel, levels)?,
        weights: weights(panel),
        offset: None,
    };
    let options = Options { keep_singletons: true, ..Options::default() };
    let by_cluster = Clusters::new(&labels)?;
    let (estimates, dropped) = match absorb::linear(&problem, Covariance::Clustered(&by_cluster), &options) {
        Ok(fit) => (fit.estimates, fit.dropped),
        // The levels determine every column; the caller says what that means for it.
        Err(StatsError::NoAnswer(_)) => (nothing(clusters), names),
        Err(other) => return Err(other),
    };
    let single = match levels {
        Levels::Units => panel.starts.windows(2).filter(|ends| ends[1] - ends[0] == 1).count(),
        Levels::Cohorts => 0,
    };
    Ok(Swept { estimates, dropped, clusters, single })
}

fn nothing(clusters: usize) -> Estimates {
    Estimates {
        names: Vec::new(),
        beta: Vec::new(),
        covariance: Matrix::zeros(0, 0),
        df: Some(clusters as f64 - 1.0),
    }
}

/// The part of a column that levels of units (or cohorts) and periods do not determine.
pub(super) fn residual(panel: &Panel, values: &[f64], levels: Levels) -> Result<Vec<f64>> {
    absorb::residual(&factors(panel, levels)?, weights(panel), values)
}

fn weights(panel: &Panel) -> Option<&[f64]> {
    panel.weight.iter().any(|weight| *weight != 1.0).then_some(&panel.weight)
}

fn factors(panel: &Panel, levels: Levels) -> Result<[Factor; 2]> {
    Ok([Factor::new("level", &groups(panel, levels))?, Factor::new("period", &panel.row_period)?])
}

/// The group of each row whose level is taken out.
fn groups(panel: &Panel, levels: Levels) -> Vec<usize> {
    match levels {
        Levels::Units => panel.row_unit.clone(),
        Levels::Cohorts => {
            let known: Vec<i64> = panel.cohorts().iter().map(|(cohort, _)| *cohort).collect();
            let number = |unit: &usize| {
                panel.cohort[*unit].map_or(0, |first| 1 + known.partition_point(|&cohort| cohort < first))
            };
            panel.row_unit.iter().map(number).collect()
        }
    }
}
