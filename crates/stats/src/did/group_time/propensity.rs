//! The logistic propensity score.

use crate::Matrix;
use crate::glm;

/// A score this high is a violation of overlap: some units are treated almost surely, as in R's `did`.
const CERTAIN: f64 = 0.999;

/// A fitted logistic regression of treatment on covariates.
pub(super) struct Propensity {
    /// Probability of treatment for each unit.
    pub(super) probability: Vec<f64>,
    /// Inverse of the information matrix `X' diag(w p (1-p)) X`.
    pub(super) inverse_information: Matrix,
}

/// Maximum likelihood. The treated are the first `treated` rows.
///
/// `None` if the fit breaks down or a probability reaches [`CERTAIN`]: treatment is then predicted almost without error.
pub(super) fn fit(x: &Matrix, weight: &[f64], treated: usize) -> Option<Propensity> {
    let outcome: Vec<f64> = (0..x.nrows()).map(|row| f64::from(u8::from(row < treated))).collect();
    let found = glm::fit(x, &outcome, &glm::Options::new(glm::Family::Binomial).weights(weight)).ok()?;
    if found.fitted.iter().any(|p| *p >= CERTAIN) {
        return None;
    }
    Some(Propensity { probability: found.fitted, inverse_information: found.working.bread })
}
