//! The search for the optimum, and what is made of it.

use super::data::{Family, Options};
use super::newton::{Optimum, maximise};
use super::rate::{RateFit, RateModel, Workspace};
use crate::numeric::algebra::inverse;
use crate::{Matrix, Result, StatsError};

/// A standard deviation this small is zero: the likelihood is flat to more digits than it has.
pub(super) const NO_VARIANCE: f64 = 1e-4;

impl RateModel<'_> {
    /// Searches for the optimum over the free parameters: Laplace's approximation first, quadrature from there.
    pub(super) fn search(&self, workspace: &mut Workspace, at: &[f64], free: &[usize]) -> Result<Optimum> {
        self.search_as(workspace, self.options.family, at, free)
    }

    /// The same for a family that may be another than the model's: a negative binomial model without a finite theta is the
    /// Poisson one.
    pub(super) fn search_as(
        &self,
        workspace: &mut Workspace,
        family: Family,
        at: &[f64],
        free: &[usize],
    ) -> Result<Optimum> {
        let p = self.layout.columns;
        let mut optimum = self.search_from(workspace, family, at, free)?;
        let stuck = |optimum: &Optimum, j: usize| {
            optimum.at[j] < NO_VARIANCE && free.contains(&j) && optimum.evaluation.hessian[(j, j)] > 0.0
        };
        let stuck: Vec<usize> = (p..p + self.levels()).filter(|j| stuck(&optimum, *j)).collect();
        if !stuck.is_empty() {
            // A variance of zero is a stationary point, and here the likelihood rises from it.
            let mut again = optimum.at.clone();
            stuck.iter().for_each(|j| again[*j] = 0.3);
            optimum = self.search_from(workspace, family, &again, free)?;
        }
        Ok(optimum)
    }

    fn search_from(
        &self,
        workspace: &mut Workspace,
        family: Family,
        at: &[f64],
        free: &[usize],
    ) -> Result<Optimum> {
        let Options { tolerance, evaluations, .. } = self.options;
        if self.nodes.is_none() {
            return maximise(&mut self.target(workspace, family, None), at, free, tolerance, evaluations);
        }
        let near = maximise(&mut self.target(workspace, family, None), at, free, 0.05, evaluations)?;
        if near.gave_up {
            return Ok(near);
        }
        let nodes = self.nodes.as_ref();
        let mut target = self.target(workspace, family, nodes);
        let mut optimum = maximise(&mut target, &near.at, free, tolerance, evaluations)?;
        optimum.convergence.iterations += near.convergence.iterations;
        Ok(optimum)
    }

    /// The result where theta went to infinity: the Poisson model.
    pub(super) fn poisson_limit(&self, workspace: &mut Workspace, optimum: &Optimum) -> Result<RateFit> {
        let end = self.layout.columns + self.levels();
        let free: Vec<usize> = (0..end).collect();
        let mut at = optimum.at[..end].to_vec();
        at[self.layout.columns..].iter_mut().for_each(|sigma| *sigma = sigma.max(0.05));
        let mut limit = self.search_as(workspace, Family::Poisson, &at, &free)?;
        limit.convergence.iterations += optimum.convergence.iterations;
        limit.convergence.remarks.push(
            "the counts vary no more than Poisson counts, so theta is infinite and the model is the Poisson one".to_owned(),
        );
        self.finish(limit, Family::Poisson)
    }

    pub(super) fn finish(&self, mut optimum: Optimum, family: Family) -> Result<RateFit> {
        let p = self.layout.columns;
        let levels = self.levels();
        if !optimum.convergence.converged {
            return Err(StatsError::NotConverged {
                method: "the mixed model",
                iterations: optimum.convergence.iterations,
                reason: format!(
                    "the largest element of the gradient is {:.1e}{}",
                    optimum.convergence.gradient,
                    optimum.convergence.remarks.iter().fold(String::new(), |all, remark| all + "; " + remark)
                ),
            });
        }
        let sigma = &optimum.at[p..p + levels];
        let zero = |level: usize| sigma[level] < NO_VARIANCE;
        let hessian = &optimum.evaluation.hessian;
        let is_sigma = |j: usize| j >= p && j < p + levels;
        let kept: Vec<usize> = (0..hessian.nrows()).filter(|j| !is_sigma(*j) || !zero(*j - p)).collect();
        // From sigma to log sigma, at a point where the gradient is zero.
        let scale = |j: usize| if is_sigma(j) { sigma[j - p] } else { 1.0 };
        let information = Matrix::from_fn(kept.len(), kept.len(), |i, j| {
            -hessian[(kept[i], kept[j])] * scale(kept[i]) * scale(kept[j])
        });
        let covariance =
            inverse(&information, "the information of the mixed model is not positive definite")?;
        self.check_separation(&covariance)?;
        for level in (0..levels).filter(|level| zero(*level)) {
            let words = match (levels, level) {
                (1, _) => "the groups vary no more than chance: the standard deviation is zero",
                (_, 0) => "the outer groups vary no more than chance: their standard deviation is zero",
                _ => {
                    "the inner groups vary no more than chance within the outer ones: their standard deviation is zero"
                }
            };
            optimum.convergence.remarks.push(words.to_owned());
        }
        if levels == 2 && self.nodes_refused {
            optimum.convergence.remarks.push(
                "nested random intercepts are integrated out by Laplace's approximation; quadrature is for one level"
                    .to_owned(),
            );
        }
        let sd = |level: usize| if zero(level) { 0.0 } else { sigma[level] };
        Ok(RateFit {
            beta: optimum.at[..p].to_vec(),
            sd: sd(levels - 1),
            outer_sd: (levels == 2).then(|| sd(0)),
            theta: match (self.options.family, family) {
                (Family::NegativeBinomial, Family::NegativeBinomial) => Some(optimum.at[p + levels].exp()),
                (Family::NegativeBinomial, _) => Some(f64::INFINITY),
                _ => None,
            },
            log_likelihood: optimum.evaluation.value,
            covariance,
            convergence: optimum.convergence,
        })
    }

    /// A coefficient on its way to infinity ends with a standard error beyond all sense on these logarithmic scales.
    fn check_separation(&self, covariance: &Matrix) -> Result<()> {
        const BEYOND_SENSE: f64 = 50.0;
        // Looking through a column takes time, and only an error above one can be beyond sense.
        for j in (0..self.layout.columns).filter(|j| covariance[(*j, *j)] >= 1.0) {
            let column = self.x.column(j);
            let (low, high) =
                column.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
            let range = if high > low { high - low } else { high.abs() };
            if covariance[(j, j)].sqrt() * range >= BEYOND_SENSE {
                return Err(StatsError::Separation(self.names[j].clone()));
            }
        }
        Ok(())
    }
}
