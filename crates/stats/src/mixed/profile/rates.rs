use super::super::data::{Data, Family, Options};
use super::super::rate::{RateFit, RateModel, Workspace};
use super::super::rows::LARGEST_PHI;
use super::super::start::Start;
use super::end::{End, Sought, find};
use super::{Parameter, ProfileInterval, asked, name_of};
use crate::{Result, StatsError};

/// Intervals of counts and proportions.
pub(super) fn intervals(
    data: &Data<'_>,
    options: &Options,
    parameters: &[Parameter],
    root: f64,
) -> Result<Vec<ProfileInterval>> {
    let model =
        RateModel::prepare(data.x, data.offset, data.weights, data.groups, data.column_names()?, *options)?;
    let mut workspace = Workspace::default();
    let fit = model.fit_trials(&mut workspace, data.y, data.trials, Start::Data)?;
    let parameters = asked(parameters, options.family, data.x.ncols(), model.levels())?;
    let mut profiled = Profiled::new(&model, workspace, fit, root);
    Ok(parameters.into_iter().map(|parameter| profiled.interval(parameter)).collect())
}

/// A fit, about which parameters are held one at a time.
struct Profiled<'m, 'a> {
    model: &'m RateModel<'a>,
    workspace: Workspace,
    fit: RateFit,
    /// All parameters at the optimum: coefficients, standard deviations, `log theta`.
    best: Vec<f64>,
    root: f64,
}

impl<'m, 'a> Profiled<'m, 'a> {
    fn new(model: &'m RateModel<'a>, workspace: Workspace, fit: RateFit, root: f64) -> Self {
        let mut best = fit.beta.clone();
        best.extend(fit.outer_sd);
        best.push(fit.sd);
        if let Some(theta) = fit.theta {
            best.push(theta.ln().min(LARGEST_PHI));
        }
        Self { model, workspace, fit, best, root }
    }

    fn interval(&mut self, parameter: Parameter) -> ProfileInterval {
        let (p, levels) = (self.model.layout.columns, self.model.levels());
        let j = match parameter {
            Parameter::Coefficient(j) => j,
            Parameter::Sd(level) => p + level,
            _ => p + levels,
        };
        let step = self.root * self.error(j);
        let (low, high) = match parameter {
            Parameter::Coefficient(_) => (self.end(j, -step, None), self.end(j, step, None)),
            Parameter::Sd(_) => (self.end(j, -step, Some(0.0)), self.end(j, step, None)),
            _ => {
                let infinite = |phi: f64| if phi >= LARGEST_PHI { f64::INFINITY } else { phi.exp() };
                (self.end(j, -step, None).map(f64::exp), self.end(j, step, Some(LARGEST_PHI)).map(infinite))
            }
        };
        let estimate = if matches!(parameter, Parameter::Theta) {
            self.fit.theta.unwrap_or(f64::INFINITY)
        } else {
            self.best[j]
        };
        ProfileInterval {
            parameter,
            name: name_of(parameter, &self.model.names, levels),
            estimate,
            low,
            high,
        }
    }

    /// Standard error of a parameter; a guess where the optimum is on a border.
    fn error(&self, j: usize) -> f64 {
        let (p, levels) = (self.model.layout.columns, self.model.levels());
        let in_it = |j: usize| !(p..p + levels).contains(&j) || self.best[j] > 0.0;
        if !in_it(j) {
            return 0.1;
        }
        if j == p + levels && self.fit.theta.is_some_and(f64::is_infinite) {
            return 2.0;
        }
        let place = (0..j).filter(|j| in_it(*j)).count();
        let error = self.fit.covariance[(place, place)].sqrt();
        if (p..p + levels).contains(&j) { error * self.best[j] } else { error }
    }

    fn end(&mut self, j: usize, step: f64, border: Option<f64>) -> End {
        let sought =
            Sought { peak: self.fit.log_likelihood, estimate: self.best[j], step, border, root: self.root };
        let mut at = self.best.clone();
        find(&sought, |value| {
            at[j] = value;
            self.held(j, &mut at)
        })
    }

    /// Log-likelihood maximised with parameter `j` held where it is in `at`, and its score; `at` becomes the optimum.
    fn held(&mut self, j: usize, at: &mut [f64]) -> Result<(f64, f64)> {
        let end = self.model.layout.columns + self.model.levels();
        let mut free: Vec<usize> = (0..at.len()).filter(|k| *k != j).collect();
        let mut optimum = self.model.search(&mut self.workspace, at, &free)?;
        if optimum.gave_up && j != end {
            // Without a finite theta this is the Poisson model.
            free.retain(|k| *k < end);
            optimum = self.model.search_as(&mut self.workspace, Family::Poisson, &at[..end], &free)?;
            at[..end].copy_from_slice(&optimum.at);
        } else {
            at.copy_from_slice(&optimum.at);
        }
        if !optimum.convergence.converged {
            return Err(StatsError::NotConverged {
                method: "the search with one parameter held",
                iterations: optimum.convergence.iterations,
                reason: format!(
                    "the largest element of the gradient is {:.1e}",
                    optimum.convergence.gradient
                ),
            });
        }
        Ok((optimum.evaluation.value, optimum.evaluation.gradient[j]))
    }
}
