use std::ops::Range;

use serde::Serialize;

use super::method::{Method, Weighing, Weights};
use super::panel::Panel;
use super::simplex::Certificate;
use crate::Result;

/// How well a synthetic control fits before treatment, and how far it is off after.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Fit {
    /// Root mean squared gap before treatment.
    pub before: f64,
    /// Root mean squared gap after.
    pub after: f64,
    /// `after / before`: the statistic by which placebos are ranked. Infinite for a perfect fit before and a gap after.
    pub ratio: f64,
}

impl Fit {
    /// From the gaps of all periods and the first treated one.
    #[must_use]
    pub fn new(gaps: &[f64], first: usize) -> Self {
        let mean_square = |part: &[f64]| part.iter().map(|gap| gap * gap).sum::<f64>() / part.len() as f64;
        let (before, after) = (mean_square(&gaps[..first]).sqrt(), mean_square(&gaps[first..]).sqrt());
        let ratio = if before > 0.0 {
            after / before
        } else if after > 0.0 {
            f64::INFINITY
        } else {
            0.0
        };
        Self { before, after, ratio }
    }
}

/// A synthetic control and the effect that it shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SyntheticControl {
    /// Names of the donors.
    pub donors: Vec<String>,
    /// Their weights.
    pub weights: Vec<f64>,
    /// Level added to the weighted mean of the donors.
    pub intercept: f64,
    /// Outcome of the treated unit, or the mean of several, in each period.
    pub observed: Vec<f64>,
    /// What it would have been without treatment, by the donors.
    pub synthetic: Vec<f64>,
    /// Observed minus synthetic; after the start of treatment, the effect of each period.
    pub gaps: Vec<f64>,
    /// Mean gap over the treated periods.
    pub effect: f64,
    /// Root mean squared gaps.
    pub fit: Fit,
    /// Proof of optimal weights.
    pub certificate: Option<Certificate>,
    /// What the reader should know.
    pub remarks: Vec<String>,
}

impl SyntheticControl {
    /// Fits the weights on all periods before treatment.
    ///
    /// # Errors
    /// Those of the method.
    pub fn fit(panel: &Panel, method: &dyn Method) -> Result<Self> {
        let weighing = method.prepare(panel, panel.before())?;
        Self::with(panel, weighing.as_ref(), &panel.target(), &panel.donors())
    }

    /// One synthetic control for each treated unit, from the donors alone; their mean effect is the mean over the units
    /// (Abadie and L'Hour 2021 without penalty). With one treated unit this is [`SyntheticControl::fit`].
    ///
    /// # Errors
    /// Those of the method.
    pub fn fit_each(panel: &Panel, method: &dyn Method) -> Result<Vec<Self>> {
        let weighing = method.prepare(panel, panel.before())?;
        let donors = panel.donors();
        panel
            .treated()
            .iter()
            .map(|&unit| Self::with(panel, weighing.as_ref(), &[(unit, 1.0)], &donors))
            .collect()
    }

    /// For any target and donors of the panel.
    pub(super) fn with(
        panel: &Panel,
        weighing: &dyn Weighing,
        target: &[(usize, f64)],
        donors: &[usize],
    ) -> Result<Self> {
        Ok(Self::from_weights(panel, weighing.weigh(target, donors)?, target, donors))
    }

    pub(super) fn from_weights(
        panel: &Panel,
        found: Weights,
        target: &[(usize, f64)],
        donors: &[usize],
    ) -> Self {
        let members: Vec<(usize, f64)> = donors.iter().copied().zip(found.weights.iter().copied()).collect();
        let observed = panel.combined(target);
        let mut synthetic = panel.combined(&members);
        synthetic.iter_mut().for_each(|value| *value += found.intercept);
        let gaps: Vec<f64> = observed.iter().zip(&synthetic).map(|(left, right)| left - right).collect();
        let after = &gaps[panel.first()..];
        let effect = after.iter().sum::<f64>() / after.len() as f64;
        let fit = Fit::new(&gaps, panel.first());
        let mut remarks = found.remarks;
        let size = observed[..panel.first()].iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        if fit.before <= 1e-12 * size {
            remarks.push(
                "the donors meet the target without error before treatment, so the ratio of gaps has no meaning".into(),
            );
        }
        Self {
            donors: donors.iter().map(|&unit| panel.units()[unit].clone()).collect(),
            weights: found.weights,
            intercept: found.intercept,
            observed,
            synthetic,
            gaps,
            effect,
            fit,
            certificate: found.certificate,
            remarks,
        }
    }

    /// Mean gap over a range of rows of the panel.
    #[must_use]
    pub fn mean_gap(&self, rows: Range<usize>) -> f64 {
        let part = &self.gaps[rows.start.min(self.gaps.len())..rows.end.min(self.gaps.len())];
        part.iter().sum::<f64>() / part.len() as f64
    }

    /// Donors with weight, the largest first.
    #[must_use]
    pub fn used(&self) -> Vec<(&str, f64)> {
        let mut used: Vec<(&str, f64)> = self
            .donors
            .iter()
            .zip(&self.weights)
            .filter(|(_, weight)| **weight != 0.0)
            .map(|(name, weight)| (name.as_str(), *weight))
            .collect();
        used.sort_by(|a, b| b.1.total_cmp(&a.1));
        used
    }
}
