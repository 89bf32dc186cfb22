use super::data::{Data, Family, Groups, Options};
use super::rate::{RateFit, RateModel, Start, Workspace};
use super::result::{Intercepts, LikelihoodRatio, MixedFit, Mode};
use crate::numeric::vector::{Processor, exp_in_place};
use crate::{Estimates, Result};

/// Fits a model with random intercepts by maximum likelihood (Gaussian: restricted likelihood, unless asked otherwise).
///
/// See [`RateModel`] for the model of counts and proportions, and `docs/methods/mixed-models.md` for the method.
///
/// # Errors
/// Inputs of the wrong length or range (naming the row); collinear or separating columns (naming them); an outcome that is
/// the same everywhere; [`StatsError::NotConverged`](crate::StatsError::NotConverged).
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
    if let Groups::Nested { .. } = data.groups {
        return super::nested::fit(data, options);
    }
    let model =
        RateModel::prepare(data.x, data.offset, data.weights, data.groups, data.column_names()?, *options)?;
    let mut workspace = Workspace::default();
    let fit = model.fit_trials(&mut workspace, data.y, data.trials, Start::Data)?;
    Ok(report(data, &model, &mut workspace, fit))
}

/// Likelihood-ratio test that the standard deviation of the random intercepts is zero, by refitting without it; the p-value
/// is that of the equal mixture of chi-squared with 0 and 1 degrees of freedom.
///
/// # Errors
/// As [`fit`]; nested groups and Gaussian models are compared by [`MixedFit::likelihood_ratio`].
pub fn test_no_variance(data: &Data<'_>, options: &Options) -> Result<LikelihoodRatio> {
    data.check(options.family)?;
    let model =
        RateModel::prepare(data.x, data.offset, data.weights, data.groups, data.column_names()?, *options)?;
    let mut workspace = Workspace::default();
    let fit = model.fit_trials(&mut workspace, data.y, data.trials, Start::Data)?;
    let p = data.x.ncols();
    let free: Vec<usize> = (0..model.parameters()).filter(|j| *j != p).collect();
    let mut at = model.start(&mut workspace, Start::Data)?;
    at[p] = 0.0;
    let without = model.search(&mut workspace, &at, &free)?;
    Ok(LikelihoodRatio::new(2.0 * (fit.log_likelihood - without.evaluation.value), 1, true))
}

/// Everything a reader asks of a fit.
fn report(data: &Data<'_>, model: &RateModel<'_>, workspace: &mut Workspace, fit: RateFit) -> MixedFit {
    let p = data.x.ncols();
    let options = model.options;
    let modes = modes(model, workspace, &fit);
    let fitted = fitted(data, model, &fit, &modes);
    let rows = model.rows();
    let parameters = p + 1 + usize::from(options.family == Family::NegativeBinomial);
    let dispersion = pearson(data, &fit, &fitted) / (rows as f64 - parameters as f64).max(1.0);
    let error = |j: usize| fit.covariance[(j, j)].sqrt();
    let at_theta = p + usize::from(fit.sd > 0.0);
    MixedFit {
        estimates: Estimates {
            names: model.names.clone(),
            beta: fit.beta.clone(),
            covariance: fit.covariance.view((0, 0), (p, p)).into_owned(),
            df: None,
        },
        df: None,
        family: options.family,
        integral: options.integral,
        restricted: false,
        intercepts: vec![Intercepts {
            sd: fit.sd,
            log_sd_error: (fit.sd > 0.0).then(|| error(p)),
            groups: model.groups(),
            modes,
        }],
        residual_sd: None,
        theta: fit.theta,
        log_theta_error: fit.theta.filter(|theta| theta.is_finite()).map(|_| error(at_theta)),
        covariance: fit.covariance.clone(),
        log_likelihood: fit.log_likelihood,
        parameters,
        rows,
        fitted,
        dispersion,
        convergence: fit.convergence,
    }
}

/// Conditional modes and variances. The mode of the last evaluation is a last Newton step away from that of the estimates,
/// so it is found again at the estimates themselves.
fn modes(model: &RateModel<'_>, workspace: &mut Workspace, fit: &RateFit) -> Vec<Mode> {
    let layout = &model.layout;
    let mut at = fit.beta.clone();
    at.push(fit.sd);
    let finite_theta = fit.theta.filter(|theta| theta.is_finite());
    if let Some(theta) = finite_theta {
        at.push(theta.ln());
    }
    let (u, curvature) = model.modes_at(workspace, &at, finite_theta.is_some());
    let variance = fit.sd * fit.sd;
    layout
        .labels
        .iter()
        .zip(u.iter().zip(curvature))
        .map(|(label, (u, d))| Mode { label: *label, mode: fit.sd * u, variance: variance / d })
        .collect()
}

/// Expected outcomes at the modes, by row of the data; rows of weight zero in groups without other rows take a random
/// intercept of zero.
fn fitted(data: &Data<'_>, model: &RateModel<'_>, fit: &RateFit, modes: &[Mode]) -> Vec<f64> {
    let layout = &model.layout;
    let mut fitted = vec![0.0; data.x.nrows()];
    linear_predictor(data, &fit.beta, &mut fitted);
    for (g, mode) in modes.iter().enumerate() {
        for row in layout.starts[g]..layout.starts[g + 1] {
            fitted[layout.original(row)] += mode.mode;
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
