use super::data::{Data, Family, Integral, Options};
use super::rate::{RateFit, RateModel, Workspace};
use super::result::{Intercepts, LikelihoodRatio, MixedFit, Mode};
use super::start::Start;
use crate::numeric::vector::{Processor, exp_in_place};
use crate::{Estimates, Result, StatsError};

/// Fits a model with random intercepts by maximum likelihood (Gaussian: restricted likelihood, unless asked otherwise).
///
/// See [`RateModel`] for the model of counts and proportions, and `docs/methods/mixed-models.md` for the method.
///
/// # Errors
/// Inputs of the wrong length or range (naming the row); collinear or separating columns (naming them); an outcome that is
/// the same everywhere; [`StatsError::NotConverged`].
///
/// ```
/// use stats::Matrix;
/// use stats::mixed::{Data, Family, Groups, Options, fit};
///
/// let x = Matrix::from_row_slice(6, 2, &[1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
/// let data = Data {
///     x: &x,
///     y: &[4.0, 9.0, 1.0, 3.0, 22.0, 41.0],
///     offset: None,
///     weights: None,
///     trials: None,
///     groups: Groups::One(&[1, 1, 2, 2, 3, 3]),
///     names: &["(intercept)".to_owned(), "after".to_owned()],
/// };
/// let fit = fit(&data, &Options::new(Family::Poisson))?;
/// // With equal exposure in both periods the ratio within groups is that of the totals: 53 to 27.
/// assert!((fit.estimates.beta[1] - (53.0_f64 / 27.0).ln()).abs() < 1e-6);
/// # Ok::<(), stats::StatsError>(())
/// ```
pub fn fit(data: &Data<'_>, options: &Options) -> Result<MixedFit> {
    data.check(options.family)?;
    options.check()?;
    if options.family == Family::Gaussian {
        return super::gaussian::fit(data, options);
    }
    let model =
        RateModel::prepare(data.x, data.offset, data.weights, data.groups, data.column_names()?, *options)?;
    let mut workspace = Workspace::default();
    let fit = model.fit_trials(&mut workspace, data.y, data.trials, Start::Data)?;
    Ok(report(data, &model, &mut workspace, fit))
}

/// Likelihood-ratio test that the standard deviation of the random intercepts is zero, by refitting without it; the p-value
/// is that of the equal mixture of chi-squared with 0 and 1 degrees of freedom (Self and Liang 1987, case 5). With nested
/// groups: that of the outer groups, given the inner ones ([`test_levels`] gives both).
///
/// # Errors
/// As [`fit`]; Gaussian models are compared by [`MixedFit::likelihood_ratio`].
pub fn test_no_variance(data: &Data<'_>, options: &Options) -> Result<LikelihoodRatio> {
    let tests = test_levels(data, options)?;
    tests.into_iter().next().ok_or(StatsError::Singular("there is no level of groups to test"))
}

/// Likelihood-ratio tests of every level of groups, the outer one first: against the model in which its standard deviation is
/// zero and the other parameters, among them the standard deviation of the other level, are found anew.
///
/// The p-value is that of the equal mixture of chi-squared with 0 and 1 degrees of freedom (Self and Liang 1987, case 5).
///
/// # Errors
/// As [`test_no_variance`].
pub fn test_levels(data: &Data<'_>, options: &Options) -> Result<Vec<LikelihoodRatio>> {
    data.check(options.family)?;
    let model =
        RateModel::prepare(data.x, data.offset, data.weights, data.groups, data.column_names()?, *options)?;
    let mut workspace = Workspace::default();
    let fit = model.fit_trials(&mut workspace, data.y, data.trials, Start::Data)?;
    let p = data.x.ncols();
    (p..p + model.levels())
        .map(|level| {
            let mut free: Vec<usize> = (0..model.parameters()).filter(|j| *j != level).collect();
            let mut at = model.start(&mut workspace, Start::Data)?;
            at[level] = 0.0;
            let mut without = model.search(&mut workspace, &at, &free)?;
            if without.gave_up {
                free.retain(|j| *j < p + model.levels());
                at.truncate(p + model.levels());
                without = model.search_as(&mut workspace, Family::Poisson, &at, &free)?;
            }
            if !without.convergence.converged {
                return Err(StatsError::NotConverged {
                    method: "the model without the random intercepts",
                    iterations: without.convergence.iterations,
                    reason: format!(
                        "the largest element of the gradient is {:.1e}",
                        without.convergence.gradient
                    ),
                });
            }
            Ok(LikelihoodRatio::new(2.0 * (fit.log_likelihood - without.evaluation.value), 1, true))
        })
        .collect()
}

/// Everything a reader asks of a fit.
fn report(data: &Data<'_>, model: &RateModel<'_>, workspace: &mut Workspace, fit: RateFit) -> MixedFit {
    let p = data.x.ncols();
    let options = model.options;
    let modes = modes(model, workspace, &fit);
    let fitted = fitted(data, model, &fit, &modes);
    let rows = model.rows();
    let parameters = model.parameters();
    let dispersion = pearson(data, &fit, &fitted) / (rows as f64 - parameters as f64).max(1.0);
    let error = |j: usize| fit.covariance[(j, j)].sqrt();
    let sds: Vec<f64> = fit.outer_sd.into_iter().chain([fit.sd]).collect();
    // Standard deviations of zero have no place in the covariance.
    let mut place = p;
    let intercepts = sds
        .iter()
        .zip(modes)
        .map(|(sd, modes)| {
            let log_sd_error = (*sd > 0.0).then(|| error(place));
            place += usize::from(*sd > 0.0);
            Intercepts { sd: *sd, log_sd_error, groups: modes.len(), modes }
        })
        .collect();
    MixedFit {
        estimates: Estimates {
            names: model.names.clone(),
            beta: fit.beta.clone(),
            covariance: fit.covariance.view((0, 0), (p, p)).into_owned(),
            df: None,
        },
        df: None,
        family: options.family,
        integral: if model.levels() == 2 { Integral::Laplace } else { options.integral },
        restricted: false,
        intercepts,
        residual_sd: None,
        theta: fit.theta,
        log_theta_error: fit.theta.filter(|theta| theta.is_finite()).map(|_| error(place)),
        covariance: fit.covariance.clone(),
        log_likelihood: fit.log_likelihood,
        parameters,
        rows,
        fitted,
        dispersion,
        convergence: fit.convergence,
    }
}

/// Conditional modes and variances, by level. The mode of the last evaluation is a last Newton step away from that of the
/// estimates, so it is found again at the estimates themselves.
fn modes(model: &RateModel<'_>, workspace: &mut Workspace, fit: &RateFit) -> Vec<Vec<Mode>> {
    let layout = &model.layout;
    let sds: Vec<f64> = fit.outer_sd.into_iter().chain([fit.sd]).collect();
    let mut at = fit.beta.clone();
    at.extend(&sds);
    let family = match fit.theta {
        Some(theta) if theta.is_finite() => {
            at.push(theta.ln());
            Family::NegativeBinomial
        }
        Some(_) => Family::Poisson,
        None => model.options.family,
    };
    let outer = layout.outer.iter().take(layout.outer.len().saturating_sub(1));
    let outer: Vec<(usize, usize)> = outer.map(|first| (layout.labels[*first].0, 0)).collect();
    let labels = if outer.is_empty() { vec![&layout.labels] } else { vec![&outer, &layout.labels] };
    let found = model.modes_at(workspace, &at, family);
    labels
        .into_iter()
        .zip(sds.iter().zip(found))
        .map(|(labels, (sd, (u, variances)))| {
            let mode = |(label, (u, variance)): (&(usize, usize), (f64, f64))| Mode {
                label: *label,
                mode: sd * u,
                variance: sd * sd * variance,
            };
            labels.iter().zip(u.into_iter().zip(variances)).map(mode).collect()
        })
        .collect()
}

/// Expected outcomes at the modes, by row of the data; rows of weight zero in groups without other rows take a random
/// intercept of zero.
fn fitted(data: &Data<'_>, model: &RateModel<'_>, fit: &RateFit, modes: &[Vec<Mode>]) -> Vec<f64> {
    let layout = &model.layout;
    let mut fitted = vec![0.0; data.x.nrows()];
    linear_predictor(data, &fit.beta, &mut fitted);
    let one_level = [0, layout.groups()];
    let borders: &[usize] = if modes.len() == 1 { &one_level } else { &layout.outer };
    for (k, border) in borders.windows(2).enumerate() {
        let above = if modes.len() == 1 { 0.0 } else { modes[0][k].mode };
        for g in border[0]..border[1] {
            for row in layout.starts[g]..layout.starts[g + 1] {
                fitted[layout.original(row)] += above + modes[modes.len() - 1][g].mode;
            }
        }
    }
    Processor::default().run(
        #[inline(always)]
        || exp_in_place(&mut fitted),
    );
    if model.options.family == Family::Binomial {
        for (i, value) in fitted.iter_mut().enumerate() {
            let share = if value.is_finite() { *value / (1.0 + *value) } else { 1.0 };
            *value = share * data.trials.map_or(1.0, |trials| trials[i]);
        }
    }
    fitted
}

/// `x'b + offset` of every row of the data.
pub(super) fn linear_predictor(data: &Data<'_>, beta: &[f64], to: &mut [f64]) {
    let n = data.x.nrows();
    match data.offset {
        None => to.fill(0.0),
        Some(offset) => to.copy_from_slice(offset),
    }
    for (j, beta) in beta.iter().enumerate() {
        for (to, x) in to.iter_mut().zip(&data.x.as_slice()[j * n..(j + 1) * n]) {
            *to += beta * x;
        }
    }
}

/// Sum of the squared Pearson residuals.
fn pearson(data: &Data<'_>, fit: &RateFit, fitted: &[f64]) -> f64 {
    let mut total = 0.0;
    for (i, (y, mean)) in data.y.iter().zip(fitted).enumerate() {
        let variance = match (fit.theta, data.trials) {
            (Some(theta), _) => mean + mean * mean / theta,
            (None, Some(trials)) => mean * (1.0 - mean / trials[i]),
            (None, None) => *mean,
        };
        let weight = data.weights.map_or(1.0, |weights| weights[i]);
        if variance > 0.0 {
            total += weight * (y - mean).powi(2) / variance;
        }
    }
    total
}
