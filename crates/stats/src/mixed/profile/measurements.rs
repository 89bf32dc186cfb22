use super::super::data::{Data, Likelihood, Options};
use super::super::gaussian::{Profile, Sums, fit};
use super::super::layout::Layout;
use super::super::newton::{Evaluation, Objective, maximise};
use super::end::{End, Sought, find};
use super::{Parameter, ProfileInterval, asked, name_of};
use crate::{Result, StatsError};

/// Intervals of measurements, by the full likelihood.
pub(super) fn intervals(
    data: &Data<'_>,
    options: &Options,
    parameters: &[Parameter],
    root: f64,
) -> Result<Vec<ProfileInterval>> {
    let found = fit(data, &options.likelihood(Likelihood::Full))?;
    let levels = found.intercepts.len();
    let parameters = asked(parameters, options.family, data.x.ncols(), levels)?;
    let layout = Layout::new(data.x, data.offset, data.weights, data.groups)?;
    let names = data.column_names()?;
    let mut full = FullLikelihood { sums: Sums::new(&layout, data, &names, false)?, held: None };
    let s = found.residual_sd.unwrap_or(1.0);
    let mut best = vec![s.ln()];
    best.extend(found.intercepts.iter().map(|level| level.sd));
    let errors = found.estimates.standard_errors();
    let mut place = errors.len();
    let mut sd_errors = Vec::new();
    for level in &found.intercepts {
        sd_errors.push(level.log_sd_error.map_or(0.1 * s, |error| error * level.sd));
        place += usize::from(level.log_sd_error.is_some());
    }
    let residual_error = found.covariance[(place, place)].sqrt();
    let mut end = |parameter: Parameter, estimate: f64, step: f64, border: Option<f64>| -> End {
        let sought = Sought { peak: found.log_likelihood, estimate, step: root * step, border, root };
        let mut at = best.clone();
        find(&sought, |value| full.held(parameter, value, &mut at, options))
    };
    let interval = |parameter: Parameter| {
        let (estimate, low, high) = match parameter {
            Parameter::Coefficient(j) => {
                let (estimate, error) = (found.estimates.beta[j], errors[j]);
                (estimate, end(parameter, estimate, -error, None), end(parameter, estimate, error, None))
            }
            Parameter::Sd(level) => {
                let (estimate, error) = (found.intercepts[level].sd, sd_errors[level]);
                (estimate, end(parameter, estimate, -error, Some(0.0)), end(parameter, estimate, error, None))
            }
            _ => {
                let (low, high) = (
                    end(parameter, s.ln(), -residual_error, None),
                    end(parameter, s.ln(), residual_error, None),
                );
                (s, low.map(f64::exp), high.map(f64::exp))
            }
        };
        ProfileInterval { parameter, name: name_of(parameter, &names, levels), estimate, low, high }
    };
    Ok(parameters.into_iter().map(interval).collect())
}

/// The full log-likelihood over `(log s, standard deviations by level)`, coefficients profiled out, but for one that may be held.
///
/// With the residual sum of squares `R` and its minimiser `b` at given ratios of standard deviations, holding coefficient `j` at
/// `v` makes it `R + (v - b_j)^2 / inv_jj`, `inv` the inverse of `X'V^-1X`.
struct FullLikelihood<'a> {
    sums: Sums<'a>,
    held: Option<(usize, f64)>,
}

impl FullLikelihood<'_> {
    /// Log-likelihood and gradient, and the score of the coefficient that is held.
    fn gradient(&self, at: &[f64]) -> Option<(f64, Vec<f64>, f64)> {
        let s = at[0].exp();
        let ratios: Vec<f64> = at[1..].iter().map(|sd| sd / s).collect();
        let profile = self.sums.profile(&ratios)?;
        let s2 = s * s;
        let m = self.sums.divisor();
        let (rss, score, of_rss) = self.holding(&profile);
        let value = -0.5
            * (m * (2.0 * std::f64::consts::PI * s2).ln() + rss / s2 + profile.determinants
                - self.sums.log_weights);
        let mut slopes = vec![rss / s2 - m];
        for (level, ratio) in ratios.iter().enumerate() {
            // In the ratio, and from there in the two standard deviations.
            let slope = -ratio * (profile.slopes[level].0 + of_rss[level] / s2);
            slopes[0] -= slope * ratio;
            slopes.push(slope / s);
        }
        (rss > 0.0).then_some((value, slopes, score / s2))
    }

    /// Residual sum of squares with the coefficient held, its negative half slope in the value held, and its slopes by ratio.
    fn holding(&self, profile: &Profile) -> (f64, f64, Vec<f64>) {
        let Some((j, value)) = self.held else {
            return (profile.rss, 0.0, profile.slopes.iter().map(|slope| slope.1).collect());
        };
        let away = value - self.sums.base[j] - profile.beta[j];
        let share = away / profile.inverse[(j, j)];
        let moved = &profile.beta + profile.inverse.column(j) * share;
        let slopes = (0..profile.slopes.len()).map(|level| profile.rss_slope(level, &moved)).collect();
        (profile.rss + away * share, -share, slopes)
    }

    /// Log-likelihood maximised with a parameter held, and its score; `at` becomes the optimum.
    fn held(
        &mut self,
        parameter: Parameter,
        value: f64,
        at: &mut [f64],
        options: &Options,
    ) -> Result<(f64, f64)> {
        let place = match parameter {
            Parameter::Coefficient(j) => {
                self.held = Some((j, value));
                None
            }
            Parameter::Sd(level) => Some(1 + level),
            _ => Some(0),
        };
        if let Some(place) = place {
            self.held = None;
            at[place] = value;
        }
        let free: Vec<usize> = (0..at.len()).filter(|k| Some(*k) != place).collect();
        let mut optimum = maximise(self, at, &free, options.tolerance, options.evaluations)?;
        let stuck = |k: usize, optimum: &super::super::newton::Optimum| {
            k > 0 && optimum.at[k] < 1e-4 * optimum.at[0].exp() && optimum.evaluation.hessian[(k, k)] > 0.0
        };
        if free.iter().any(|k| stuck(*k, &optimum)) {
            let mut again = optimum.at.clone();
            for k in free.iter().filter(|k| stuck(**k, &optimum)) {
                again[*k] = 0.3 * optimum.at[0].exp();
            }
            optimum = maximise(self, &again, &free, options.tolerance, options.evaluations)?;
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
        at.copy_from_slice(&optimum.at);
        let score = match place {
            Some(place) => optimum.evaluation.gradient[place],
            None => self.gradient(at).map_or(0.0, |found| found.2),
        };
        Ok((optimum.evaluation.value, score))
    }
}

impl Objective for FullLikelihood<'_> {
    fn evaluate(&mut self, at: &[f64], out: &mut Evaluation) {
        out.value = f64::NAN;
        let Some((value, slopes, _)) = self.gradient(at) else { return };
        let s = at[0].exp();
        for j in 0..at.len() {
            out.gradient[j] = slopes[j];
            // Second derivatives by differences of exact first ones.
            let h = if j == 0 { 1e-4 } else { 1e-4 * (0.1 * s + at[j]) };
            let shifted = |times: f64| {
                let mut there = at.to_vec();
                there[j] += times * h;
                self.gradient(&there)
            };
            let (Some(a), Some(b), Some(c), Some(d)) =
                (shifted(-2.0), shifted(-1.0), shifted(1.0), shifted(2.0))
            else {
                return;
            };
            for i in 0..at.len() {
                out.hessian[(i, j)] = (8.0 * (c.1[i] - b.1[i]) - (d.1[i] - a.1[i])) / (12.0 * h);
            }
        }
        crate::numeric::algebra::symmetrise(&mut out.hessian);
        out.value = value;
    }

    fn canonical(&self, at: &mut [f64]) {
        at[1..].iter_mut().for_each(|sd| *sd = sd.abs());
    }

    fn limit(&self, parameter: usize, at: &[f64]) -> f64 {
        if parameter == 0 { 1.0 } else { at[parameter].max(0.3 * at[0].exp()) }
    }
}
