//! Two-way fixed effects: one effect for all treated rows.

use serde::Serialize;

use super::panel::Panel;
use super::swept::{self, Column, Levels};
use crate::{Estimate, Estimates, Result, StatsError};

/// Name of the effect among the coefficients.
pub const EFFECT: &str = "effect";

/// Difference-in-differences by two-way fixed effects.
///
/// `y_it = level_i + level_t + effect * treated_it + covariates_it b + error_it`, standard errors by cluster (the unit
/// unless the panel has clusters). With two periods and one cohort the effect is the classic difference of differences.
/// With several cohorts and effects that differ between them or over time it averages effects with weights that can be
/// negative (Goodman-Bacon 2021; de Chaisemartin and D'Haultfoeuille 2020): see [`TwoWay::negative_weight`].
#[derive(Debug, Clone)]
pub struct TwoWay {
    /// The coefficient [`EFFECT`], then those of the covariates.
    pub estimates: Estimates,
    /// Rows used.
    pub rows: usize,
    /// Clusters.
    pub clusters: usize,
    /// Weights of the treated rows' effects in the coefficient (de Chaisemartin and D'Haultfoeuille 2020, theorem 1): how
    /// many rows have a negative one, and the sum of these (all weights sum to 1). No negative weights: `(0, 0.0)`.
    pub negative_weight: NegativeWeight,
    /// What a reader should know.
    pub remarks: Vec<String>,
}

/// Effects that enter the two-way coefficient with the wrong sign.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NegativeWeight {
    /// Treated rows with a negative weight.
    pub rows: usize,
    /// Treated rows.
    pub of: usize,
    /// Sum of the negative weights.
    pub sum: f64,
}

impl TwoWay {
    /// Fits the model, with the covariates of the panel if `covariates`.
    ///
    /// # Errors
    /// [`StatsError::NoAnswer`] if nobody, or everybody always, is treated, or treatment cannot be told apart from the
    /// levels; [`StatsError::TooFew`] for too few clusters or rows.
    pub fn fit(panel: &Panel, covariates: bool, levels: Levels) -> Result<Self> {
        let treatment = treatment(panel);
        if !treatment.contains(&1.0) {
            return Err(StatsError::NoAnswer("no row of the panel is treated".to_owned()));
        }
        let mut columns = vec![(EFFECT.to_owned(), treatment)];
        columns.extend(covariate_columns(panel, covariates));
        let fit = swept::fit(panel, &columns, levels)?;
        if fit.dropped.iter().any(|name| name == EFFECT) {
            return Err(StatsError::NoAnswer(
                "treatment never changes apart from units and periods: there is nobody to compare the treated with".to_owned(),
            ));
        }
        let mut remarks = panel.remarks().to_vec();
        remarks.extend(remarks_on(panel, &fit));
        let negative_weight = negative_weight(panel, levels)?;
        if negative_weight.rows > 0 {
            remarks.push(format!(
                "{} of {} treated rows enter the effect with a negative weight (sum {:.3}): where effects differ between \
                 cohorts or over time this coefficient can mislead; prefer group-time effects",
                negative_weight.rows, negative_weight.of, negative_weight.sum
            ));
        }
        Ok(Self {
            estimates: fit.estimates,
            rows: panel.row_count(),
            clusters: fit.clusters,
            negative_weight,
            remarks,
        })
    }

    /// The effect with its interval by Student's t with `clusters - 1` degrees of freedom.
    ///
    /// # Errors
    /// [`StatsError::Setting`] if the level is not between 0 and 1.
    pub fn effect(&self, level: f64) -> Result<Estimate> {
        StatsError::check_probability("the level", level)?;
        let at = self.estimates.position(EFFECT)?;
        let error = self.estimates.standard_errors()[at];
        Ok(Estimate::wald(EFFECT, self.estimates.beta[at], error, self.estimates.df, level))
    }
}

pub(super) fn treatment(panel: &Panel) -> Vec<f64> {
    (0..panel.row_count()).map(|row| f64::from(u8::from(panel.is_treated(row)))).collect()
}

pub(super) fn covariate_columns(panel: &Panel, wanted: bool) -> impl Iterator<Item = Column> {
    let columns: Vec<Column> = if wanted {
        panel.covariate_names.iter().cloned().zip(panel.covariates.iter().cloned()).collect()
    } else {
        Vec::new()
    };
    columns.into_iter()
}

/// Remarks common to all regressions with levels.
pub(super) fn remarks_on(panel: &Panel, fit: &swept::Swept) -> Vec<String> {
    let mut remarks = Vec::new();
    for name in fit.dropped.iter().filter(|name| panel.covariate_names.contains(name)) {
        remarks.push(format!(
            "{name} is left out: it does not change apart from units, periods and other columns"
        ));
    }
    if fit.single > 0 {
        remarks.push(format!("{} units have a single row, which says nothing about change", fit.single));
    }
    if fit.clusters < 40 {
        remarks.push(format!(
            "there are {} clusters: with few clusters standard errors tend to be too small; a wild cluster bootstrap is safer",
            fit.clusters
        ));
    }
    remarks
}

/// Weight of each treated row's effect: its residual from a regression of treatment on the levels, over the sum of those.
fn negative_weight(panel: &Panel, levels: Levels) -> Result<NegativeWeight> {
    let residual = swept::residual(panel, &treatment(panel), levels)?;
    let treated: Vec<f64> = (0..panel.row_count())
        .filter(|&row| panel.is_treated(row))
        .map(|row| panel.weight[row] * residual[row])
        .collect();
    let sum: f64 = treated.iter().sum();
    // Rounding alone must not count as a negative weight.
    let negative: Vec<f64> =
        treated.iter().map(|value| value / sum).filter(|weight| *weight < -1e-12).collect();
    Ok(NegativeWeight { rows: negative.len(), of: treated.len(), sum: negative.iter().sum() })
}
