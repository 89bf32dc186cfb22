//! Where a search begins.

use super::data::Family;
use super::newton::{Evaluation, Objective, maximise};
use super::rate::{RateModel, Workspace};
use crate::numeric::algebra::independent_columns;
use crate::{Matrix, Result, StatsError};

/// Where a search begins.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Start<'a> {
    /// From the data: a step of regression without random intercepts and the moments of its residuals.
    #[default]
    Data,
    /// From given values (the truth of a simulation, another fit).
    At {
        /// One coefficient for each column.
        beta: &'a [f64],
        /// Standard deviation of the random intercepts (of each level).
        sd: f64,
        /// Theta of the negative binomial; not used by other families.
        theta: f64,
    },
}

impl RateModel<'_> {
    /// The point from which the search begins.
    pub(super) fn start(&self, workspace: &mut Workspace, start: Start<'_>) -> Result<Vec<f64>> {
        let p = self.layout.columns;
        let negative_binomial = self.options.family == Family::NegativeBinomial;
        let (mut at, theta) = match start {
            Start::Data => {
                let mut at = match self.options.family {
                    Family::Binomial => self.start_binomial(workspace)?,
                    _ => self.start_counts(workspace)?,
                };
                if self.levels() == 2 {
                    // What groups vary is shared between the levels.
                    at[p] *= std::f64::consts::FRAC_1_SQRT_2;
                    at.push(at[p]);
                }
                (at, 5.0)
            }
            Start::At { beta, sd, theta } => {
                StatsError::check_length("the coefficients of the start", beta.len(), p)?;
                StatsError::check_finite("the coefficients of the start", beta)?;
                StatsError::check_finite("the standard deviation of the start", &[sd])?;
                let mut at = beta.to_vec();
                at.resize(p + self.levels(), sd.abs().max(0.05));
                (at, theta)
            }
        };
        if negative_binomial {
            if theta.is_nan() || theta <= 0.0 {
                return Err(StatsError::Setting("the theta of a start must be positive".to_owned()));
            }
            at.push(theta.min(1e4).ln());
        }
        Ok(at)
    }

    /// Start from counts: a step of Poisson regression, and the variance that the excess of the squared residuals of the
    /// groups over their means shows.
    fn start_counts(&self, workspace: &mut Workspace) -> Result<Vec<f64>> {
        let p = self.layout.columns;
        let mut at = vec![0.0; p + 1];
        let mut out = Evaluation::new(p + 1);
        let mut objective = self.collapsed(workspace, None);
        objective.evaluate(&at, &mut out);
        let intercept = self.layout.intercept();
        if let Some((j, value)) = intercept {
            // The gradient of an intercept is value * (events - expected).
            let events = objective.counts.products[j] / value;
            let expected = events - out.gradient[j] / value;
            if expected > 0.0 && expected.is_finite() {
                at[j] = (events / expected).ln() / value;
                objective.evaluate(&at, &mut out);
            }
        }
        check_collinear(&out.hessian, p, self.x, &self.names)?;
        let free: Vec<usize> = (0..p).collect();
        at = maximise(&mut objective, &at, &free, 1e9, 2)?.at;
        objective.evaluate(&at, &mut out);
        let excess = out.hessian[(p, p)] / objective.room.squares;
        let variance = if excess.is_finite() { excess.max(0.02).ln_1p() } else { 0.25 };
        if let Some((j, value)) = intercept {
            at[j] -= 0.5 * variance / value;
        }
        at[p] = variance.sqrt();
        Ok(at)
    }

    /// Start from successes: two steps of logistic regression and a middling standard deviation.
    fn start_binomial(&self, workspace: &mut Workspace) -> Result<Vec<f64>> {
        let p = self.layout.columns;
        let mut at = vec![0.0; p + 1];
        let mut out = Evaluation::new(p + 1);
        let mut objective = self.one_level(workspace, Family::Binomial, None);
        objective.evaluate(&at, &mut out);
        check_collinear(&out.hessian, p, self.x, &self.names)?;
        let free: Vec<usize> = (0..p).collect();
        at = maximise(&mut objective, &at, &free, 0.5, 6)?.at;
        at[p] = 0.5;
        Ok(at)
    }
}

/// Looks at the pivots of the information; where one is nearly zero, at the columns themselves.
fn check_collinear(hessian: &Matrix, p: usize, x: &Matrix, names: &[String]) -> Result<()> {
    let information = Matrix::from_fn(p, p, |i, j| -hessian[(i, j)]);
    let scaled =
        |i: usize, j: usize| information[(i, j)] / (information[(i, i)] * information[(j, j)]).sqrt();
    let scaled = Matrix::from_fn(p, p, scaled);
    let safe =
        scaled.clone().cholesky().is_some_and(|factor| (0..p).all(|i| factor.l_dirty()[(i, i)] > 1e-4));
    if safe {
        return Ok(());
    }
    let kept = independent_columns(x, None, 1e-7);
    if kept.len() == p {
        return Ok(());
    }
    Err(StatsError::Collinear((0..p).filter(|j| !kept.contains(j)).map(|j| names[j].clone()).collect()))
}
