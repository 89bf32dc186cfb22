//! Synthetic difference-in-differences (Arkhangelsky, Athey, Hirshberg, Imbens and Wager 2021, American Economic Review 111,
//! 4088-4118), and synthetic control and difference-in-differences as its special cases.

mod errors;
mod frank_wolfe;

use serde::Serialize;

pub use errors::SdidError;

use super::panel::Panel;
use super::simplex::{Certificate, Gram, Problem};
use crate::{Matrix, Result, StatsError, Vector};
use frank_wolfe::{frank_wolfe, sparsify};

/// Which estimator of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum SdidKind {
    /// Unit weights with intercept and penalty, time weights with intercept (algorithm 1).
    #[default]
    SyntheticDid,
    /// Unit weights without intercept and with a penalty near zero, no time weights (equation 3 of the paper, as the package
    /// does it; for exact weights without any penalty see [`super::OutcomesOnly`]).
    SyntheticControl,
    /// Equal weights of units and periods.
    DifferenceInDifferences,
}

/// How the weights are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum SdidMode {
    /// The exact optimum of the stated problem.
    #[default]
    Exact,
    /// As the R package synthdid 0.0.9: 100 Frank-Wolfe steps, small weights set to zero, then up to 10,000 steps more, stopping
    /// when a step gains less than `(1e-5 sigma)^2`. For comparison with published numbers.
    AsSynthdid,
}

/// Settings; the defaults are those of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sdid {
    /// Estimator.
    pub kind: SdidKind,
    /// How the weights are found.
    pub mode: SdidMode,
    /// Penalty of the unit weights in units of the outcome; by default `(N_1 T_1)^{1/4} sigma` (equation 6).
    pub zeta_omega: Option<f64>,
    /// Penalty of the time weights; by default `1e-6 sigma`.
    pub zeta_lambda: Option<f64>,
}

/// An estimate by [`Sdid`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SdidEstimate {
    /// Average effect on the treated units in the treated periods.
    pub estimate: f64,
    /// Names of the donors.
    pub donors: Vec<String>,
    /// Weights of the donors.
    pub omega: Vec<f64>,
    /// Weights of the periods before treatment.
    pub lambda: Vec<f64>,
    /// Effect in each treated period: weighted difference in that period less that before treatment.
    pub effects: Vec<f64>,
    /// Standard deviation of the first differences of the donors before treatment.
    pub sigma: f64,
    /// Penalty of the unit weights.
    pub zeta_omega: f64,
    /// Penalty of the time weights.
    pub zeta_lambda: f64,
    /// Proof of the unit and time weights where they are exact.
    pub certificates: Option<(Certificate, Certificate)>,
}

/// Penalties and stopping rule, fixed once for an estimate and its replicates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tuning {
    settings: Sdid,
    zeta_omega: f64,
    zeta_lambda: f64,
    min_decrease: f64,
}

/// A panel as the algorithm sees it: donors first, outcomes with a row for each period.
pub(super) struct Block {
    outcomes: Matrix,
    donors: usize,
    first: usize,
}

/// Weights of donors and periods with the estimate that they give.
pub(super) struct Weighted {
    omega: Vector,
    lambda: Vector,
    estimate: f64,
    certificates: Option<(Certificate, Certificate)>,
}

impl Sdid {
    /// The estimate for a panel.
    ///
    /// `omega` minimises `|omega_0 + sum_i omega_i Y_it - Y_treated,t|^2` over `t <= T_0` plus `zeta_omega^2 T_0 |omega|^2`;
    /// `lambda` minimises `|lambda_0 + sum_t lambda_t Y_it - Y_i,after|^2` over donors plus `zeta_lambda^2 N_0 |lambda|^2`
    /// (equations 4 and 6); the estimate is the weighted double difference (equation 1).
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a negative penalty; [`StatsError::TooFew`] if the default penalty needs more periods.
    pub fn fit(&self, panel: &Panel) -> Result<SdidEstimate> {
        let block = Block::new(panel, &panel.donors(), panel.treated());
        let tuning = self.tuning(&block)?;
        let found = block.solve(&tuning, None)?;
        Ok(SdidEstimate {
            estimate: found.estimate,
            donors: panel.donors().into_iter().map(|unit| panel.units()[unit].clone()).collect(),
            effects: block.effects(&found),
            omega: found.omega.as_slice().to_vec(),
            lambda: found.lambda.as_slice().to_vec(),
            sigma: block.sigma(),
            zeta_omega: tuning.zeta_omega,
            zeta_lambda: tuning.zeta_lambda,
            certificates: found.certificates,
        })
    }

    /// Penalties of equation 6 for the whole panel.
    fn tuning(&self, block: &Block) -> Result<Tuning> {
        for (what, value) in [("zeta_omega", self.zeta_omega), ("zeta_lambda", self.zeta_lambda)] {
            if let Some(value) = value
                && !(value >= 0.0 && value.is_finite())
            {
                return Err(StatsError::Setting(format!("{what} must not be negative, and is {value}")));
            }
        }
        let sigma = block.sigma();
        let needs_sigma = self.kind != SdidKind::DifferenceInDifferences
            && (self.zeta_omega.is_none() || self.zeta_lambda.is_none() || self.mode == SdidMode::AsSynthdid);
        if needs_sigma && !sigma.is_finite() {
            return Err(StatsError::TooFew {
                what: "first differences of donors before treatment for the default penalty",
                found: block.donors * (block.first - 1),
                needed: 2,
            });
        }
        let treated = block.outcomes.ncols() - block.donors;
        let cells = (treated * (block.outcomes.nrows() - block.first)) as f64;
        let eta = match self.kind {
            SdidKind::SyntheticControl => 1e-6,
            _ => cells.powf(0.25),
        };
        Ok(Tuning {
            settings: *self,
            zeta_omega: self.zeta_omega.unwrap_or(eta * sigma),
            zeta_lambda: self.zeta_lambda.unwrap_or(1e-6 * sigma),
            min_decrease: 1e-5 * sigma,
        })
    }
}

impl Block {
    /// Units may stand several times (bootstrap).
    pub(super) fn new(panel: &Panel, donors: &[usize], treated: &[usize]) -> Self {
        let order: Vec<usize> = donors.iter().chain(treated).copied().collect();
        Self { outcomes: panel.outcomes().select_columns(&order), donors: donors.len(), first: panel.first() }
    }

    /// Standard deviation of the first differences of the donors' outcomes before treatment; not a number for fewer than two.
    fn sigma(&self) -> f64 {
        let mut differences = Vec::new();
        for unit in 0..self.donors {
            for row in 1..self.first {
                differences.push(self.outcomes[(row, unit)] - self.outcomes[(row - 1, unit)]);
            }
        }
        if differences.len() < 2 {
            return f64::NAN;
        }
        let n = differences.len() as f64;
        let mean = differences.iter().sum::<f64>() / n;
        (differences.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
    }

    /// Mean outcome of the treated units in each period.
    fn treated_mean(&self) -> Vector {
        let treated = self.outcomes.ncols() - self.donors;
        let mut mean = Vector::zeros(self.outcomes.nrows());
        for unit in self.donors..self.outcomes.ncols() {
            mean += self.outcomes.column(unit);
        }
        mean / treated as f64
    }

    /// Mean outcome of each donor after treatment.
    fn after_mean(&self) -> Vector {
        Vector::from_fn(self.donors, |unit, _| self.outcomes.column(unit).rows_range(self.first..).mean())
    }

    /// Weights and estimate, from the weights `start` of a similar block in the package's mode.
    pub(super) fn solve(&self, tuning: &Tuning, start: Option<(&Vector, &Vector)>) -> Result<Weighted> {
        let before = self.outcomes.view((0, 0), (self.first, self.donors)).into_owned();
        let treated = self.treated_mean();
        let equal = |n: usize| Vector::from_element(n, 1.0 / n as f64);
        let (omega, lambda, certificates) = match tuning.settings.kind {
            SdidKind::DifferenceInDifferences => (equal(self.donors), equal(self.first), None),
            kind => {
                let with_time = kind == SdidKind::SyntheticDid;
                let aim = treated.rows_range(..self.first).into_owned();
                let omega = fit(&before, &aim, tuning.zeta_omega, with_time, tuning, start.map(|s| s.0))?;
                let lambda = if with_time {
                    let over_periods = before.transpose();
                    fit(
                        &over_periods,
                        &self.after_mean(),
                        tuning.zeta_lambda,
                        true,
                        tuning,
                        start.map(|s| s.1),
                    )?
                } else {
                    (Vector::zeros(self.first), None)
                };
                let certificates = omega.1.zip(lambda.1);
                (omega.0, lambda.0, certificates)
            }
        };
        let mut found = Weighted { omega, lambda, estimate: 0.0, certificates };
        found.estimate = self.estimate(&found);
        Ok(found)
    }

    /// Treated mean minus weighted donors in every period.
    fn gaps(&self, omega: &Vector) -> Vector {
        self.treated_mean() - self.outcomes.columns(0, self.donors) * omega
    }

    fn effects(&self, found: &Weighted) -> Vec<f64> {
        let gaps = self.gaps(&found.omega);
        let before = gaps.rows_range(..self.first).dot(&found.lambda);
        gaps.rows_range(self.first..).iter().map(|gap| gap - before).collect()
    }

    fn estimate(&self, found: &Weighted) -> f64 {
        let effects = self.effects(found);
        effects.iter().sum::<f64>() / effects.len() as f64
    }
}

/// Simplex weights of the columns of `a` for the target `b`, by the mode of the settings.
fn fit(
    a: &Matrix,
    b: &Vector,
    zeta: f64,
    intercept: bool,
    tuning: &Tuning,
    start: Option<&Vector>,
) -> Result<(Vector, Option<Certificate>)> {
    let n = a.ncols();
    let mut points = a.clone().insert_column(n, 0.0);
    points.set_column(n, b);
    if intercept {
        for mut column in points.column_iter_mut() {
            let mean = column.mean();
            column.add_scalar_mut(-mean);
        }
    }
    match tuning.settings.mode {
        SdidMode::Exact => {
            let gram = Gram::new(&points)?;
            let donors: Vec<usize> = (0..n).collect();
            let ridge = zeta * zeta * a.nrows() as f64;
            let solution = Problem { gram: &gram, target: &[(n, 1.0)], donors: &donors, ridge }
                .solve(start.map(|weights| weights.as_slice()))?;
            Ok((Vector::from_vec(solution.weights), Some(solution.certificate)))
        }
        SdidMode::AsSynthdid => {
            let (a, b) = (points.columns(0, n).into_owned(), points.column(n).into_owned());
            let first = start.cloned().unwrap_or_else(|| Vector::from_element(n, 1.0 / n as f64));
            let rough = frank_wolfe(&a, &b, zeta, &first, tuning.min_decrease, 100);
            let found = frank_wolfe(&a, &b, zeta, &sparsify(&rough), tuning.min_decrease, 10_000);
            Ok((found, None))
        }
    }
}
