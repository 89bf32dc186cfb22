//! The marginal log-likelihood as a function of the parameters, for samplers.

use super::newton::{Evaluation, Objective};
use super::rate::{RateModel, Workspace};
use crate::{Matrix, Result, Vector};

/// A rate model and one outcome: the log-likelihood with the random intercepts integrated out, and its derivatives, at any
/// point `(coefficients, standard deviation)` (and the logarithm of theta last, for the negative binomial).
#[derive(Debug, Clone)]
pub(crate) struct Marginal<'m, 'a> {
    model: &'m RateModel<'a>,
    workspace: Workspace,
    out: Evaluation,
}

impl<'m, 'a> Marginal<'m, 'a> {
    /// Checks the outcome and prepares its sums.
    pub(crate) fn new(model: &'m RateModel<'a>, y: &[f64]) -> Result<Self> {
        let mut workspace = Workspace::default();
        model.load(&mut workspace, y, None)?;
        Ok(Self { model, workspace, out: Evaluation::new(model.parameters()) })
    }

    /// Value, gradient and Hessian; a value that is not finite says that the point cannot be used.
    pub(crate) fn evaluate(&mut self, at: &[f64]) -> (f64, &Vector, &Matrix) {
        self.model.asked(&mut self.workspace).evaluate(at, &mut self.out);
        (self.out.value, &self.out.gradient, &self.out.hessian)
    }

    /// The value alone.
    pub(crate) fn value(&mut self, at: &[f64]) -> f64 {
        self.model.asked(&mut self.workspace).value(at, &mut self.out)
    }
}
