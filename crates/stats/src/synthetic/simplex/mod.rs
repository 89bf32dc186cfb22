//! The nearest convex combination: exact quadratic programming on the simplex.
//!
//! Given points `z_j` and a target `t`, find weights `w >= 0` with `sum_j w_j = 1` that minimise
//! `|sum_j w_j z_j - t|^2 + ridge * |w|^2`. This is the problem of every synthetic control. It is solved by the active-set
//! method for the point of least norm in a polytope (Wolfe 1976, Mathematical Programming 11, 128-149), which ends after
//! finitely many steps at the exact solution, with a Cholesky factor that grows and shrinks with the set of donors in use.
//! Inner products are computed once for all fits ([`Gram`]); the answer is refined against the points themselves and
//! comes with a [`Certificate`] of primal and dual feasibility.

mod active;
mod factor;
mod gram;
mod unique;

use serde::Serialize;

pub use gram::Gram;

use crate::{Result, StatsError};

/// Largest duality gap of an answer, in units of the squared typical length of a point; a fit above it is an error.
const GAP_ALLOWED: f64 = 1e-9;

/// One fit among the points of a [`Gram`].
#[derive(Debug, Clone, Copy)]
pub struct Problem<'a> {
    /// The points with their inner products.
    pub gram: &'a Gram,
    /// The target as a combination of points, `(point, weight)`; the weights add up to one. `&[(i, 1.0)]` is point `i`.
    pub target: &'a [(usize, f64)],
    /// Points that may take weight, each at most once.
    pub donors: &'a [usize],
    /// Penalty on `|w|^2`, in squared units of the features. Zero for the plain problem.
    pub ridge: f64,
}

/// What shows that weights solve their problem.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Certificate {
    /// `|sum w - 1|`.
    pub sum_error: f64,
    /// The least weight; never below zero.
    pub least_weight: f64,
    /// `w'g - min_j g_j` with the gradient `g` computed from the points: no weights on the simplex have an objective that is
    /// lower by more than twice this. In units of the squared typical length of a point.
    pub gap: f64,
    /// False if other weights reach the same objective, so that the weights (not the fit) are a matter of choice.
    pub unique: bool,
    /// Donors taken in or dropped on the way.
    pub steps: usize,
}

/// Weights on the simplex.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Solution {
    /// Weights, one for each donor, in the order of [`Problem::donors`].
    pub weights: Vec<f64>,
    /// `|sum_j w_j z_j - t|^2 + ridge * |w|^2`, in squared units of the features.
    pub objective: f64,
    /// Proof of the solution.
    pub certificate: Certificate,
}

impl Problem<'_> {
    /// Solves the problem, from `start` (weights of an earlier, similar problem, in the order of the donors) if given.
    ///
    /// Where several sets of weights are equally good ([`Certificate::unique`] is false) the answer depends on the start
    /// and the order of the donors, but on nothing else.
    ///
    /// # Errors
    /// [`StatsError::TooFew`] without donors, [`StatsError::Setting`] for a negative ridge or a start of another length,
    /// [`StatsError::NotConverged`] if rounding keeps the certificate from holding.
    pub fn solve(&self, start: Option<&[f64]>) -> Result<Solution> {
        self.check()?;
        if let Some(start) = start {
            StatsError::check_length("the starting weights", start.len(), self.donors.len())?;
            StatsError::check_finite("the starting weights", start)?;
        }
        let solution = active::solve(self, start)?;
        let certificate = solution.certificate;
        if certificate.sum_error > 1e-12 || certificate.least_weight < 0.0 || certificate.gap > GAP_ALLOWED {
            return Err(StatsError::NotConverged {
                method: "the simplex weights",
                iterations: certificate.steps,
                reason: format!(
                    "weights add up to one within {:e}, duality gap {:e}",
                    certificate.sum_error, certificate.gap
                ),
            });
        }
        Ok(solution)
    }

    fn check(&self) -> Result<()> {
        if self.donors.is_empty() {
            return Err(StatsError::TooFew { what: "donors", found: 0, needed: 1 });
        }
        let known = self.gram.len();
        if self.donors.iter().chain(self.target.iter().map(|(unit, _)| unit)).any(|&unit| unit >= known) {
            return Err(StatsError::Setting(format!("a donor or target lies beyond the {known} points")));
        }
        if !(self.ridge >= 0.0 && self.ridge.is_finite()) {
            return Err(StatsError::Setting(format!(
                "the ridge penalty must not be negative, and is {}",
                self.ridge
            )));
        }
        let total: f64 = self.target.iter().map(|(_, weight)| weight).sum();
        if (total - 1.0).abs() > 1e-9 {
            return Err(StatsError::Setting(format!(
                "the weights of the target must add up to one, and add up to {total}"
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
