use super::Priors;
use crate::mixed::Marginal;
use crate::{Matrix, Vector};

/// Log posterior over `(coefficients, log sd[, log theta])`, up to a constant.
#[derive(Debug, Clone)]
pub(super) struct Target<'m, 'a> {
    pub(super) marginal: Marginal<'m, 'a>,
    pub(super) priors: Priors,
    point: Vec<f64>,
}

impl<'m, 'a> Target<'m, 'a> {
    pub(super) fn new(marginal: Marginal<'m, 'a>, priors: Priors) -> Self {
        Self { marginal, priors, point: Vec::new() }
    }

    /// Value alone; minus infinity where the likelihood cannot be formed.
    pub(super) fn value(&mut self, at: &Vector) -> f64 {
        let (mut gradient, mut curvature) = (vec![0.0; at.len()], vec![0.0; at.len()]);
        let prior = self.priors.density(at.as_slice(), &mut gradient, &mut curvature);
        if !self.move_to(at, prior) {
            return f64::NEG_INFINITY;
        }
        let value = self.marginal.value(&self.point);
        if value.is_finite() { value + prior } else { f64::NEG_INFINITY }
    }

    /// Makes a point ready for the likelihood; false where it cannot be formed.
    fn move_to(&mut self, at: &Vector, prior: f64) -> bool {
        let p = self.priors.coefficients.len();
        let sd = at[p].exp();
        // Beyond these the quadrature has nothing to hold on to, and no prior in use has mass there.
        if !(1e-8..1e3).contains(&sd) || !prior.is_finite() {
            return false;
        }
        self.point.clear();
        self.point.extend_from_slice(at.as_slice());
        self.point[p] = sd;
        true
    }

    /// Value, gradient and Hessian.
    pub(super) fn evaluate(&mut self, at: &Vector) -> (f64, Vector, Matrix) {
        let p = self.priors.coefficients.len();
        let d = at.len();
        let mut gradient = vec![0.0; d];
        let mut curvature = vec![0.0; d];
        let prior = self.priors.density(at.as_slice(), &mut gradient, &mut curvature);
        if !self.move_to(at, prior) {
            return (f64::NEG_INFINITY, Vector::zeros(d), Matrix::zeros(d, d));
        }
        let sd = self.point[p];
        let (value, slope, hessian) = self.marginal.evaluate(&self.point);
        if !value.is_finite() {
            return (f64::NEG_INFINITY, Vector::zeros(d), Matrix::zeros(d, d));
        }
        // From sd to log sd.
        let scale = |j: usize| if j == p { sd } else { 1.0 };
        let mut bend = Matrix::from_fn(d, d, |i, j| hessian[(i, j)] * scale(i) * scale(j));
        bend[(p, p)] += slope[p] * sd;
        for j in 0..d {
            gradient[j] += slope[j] * scale(j);
            bend[(j, j)] += curvature[j];
        }
        (value + prior, Vector::from_vec(gradient), bend)
    }
}
