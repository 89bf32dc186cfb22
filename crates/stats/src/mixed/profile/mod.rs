//! Intervals by profile likelihood.

mod end;
mod measurements;
mod rates;

use super::data::{Data, Family, Options};
use crate::numeric::distributions::normal_quantile;
use crate::{Result, StatsError};
pub use end::End;

/// Which parameter of a mixed model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// A coefficient, by the position of its column, from 0.
    Coefficient(usize),
    /// The standard deviation of the random intercepts of a level, from 0, the outer level first.
    Sd(usize),
    /// Theta of the negative binomial.
    Theta,
    /// The standard deviation within groups, of measurements.
    ResidualSd,
}

/// An interval by profile likelihood.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileInterval {
    /// Which parameter.
    pub parameter: Parameter,
    /// Its name: of the column, `sd`, `outer sd`, `inner sd`, `theta` or `residual sd`.
    pub name: String,
    /// Estimate by maximum likelihood.
    pub estimate: f64,
    /// Lower end.
    pub low: End,
    /// Upper end.
    pub high: End,
}

/// Intervals by profile likelihood for the given parameters (for all, where the list is empty).
///
/// The interval holds the values that a likelihood-ratio test would not reject: with `l_p(v)` the log-likelihood maximised over
/// all other parameters while this one is held at `v`, those with `2 (l_max - l_p(v)) <= chi^2_1(level)` (Venzon and Moolgavkar
/// 1988). The ends are found by Newton's method on the signed root of the deviance, whose slope is the score of the held
/// parameter, inside a bracket; every search over the others begins where the last one ended. The ends do not depend on the scale
/// of the parameter, and need not be symmetric.
///
/// Measurements ([`Family::Gaussian`]) are profiled by the full likelihood, as in lme4, whatever the options say: restricted
/// likelihoods at different coefficients cannot be compared.
///
/// # Errors
/// As [`fit`](super::fit()); a level outside 0 to 1; a parameter that the model does not have. An end that could not be found is not an
/// error: see [`End`].
///
/// ```
/// use stats::Matrix;
/// use stats::mixed::{Data, Family, Groups, Options, Parameter, profile_intervals};
///
/// let x = Matrix::from_element(8, 1, 1.0);
/// let data = Data {
///     x: &x,
///     y: &[4.0, 9.0, 1.0, 3.0, 22.0, 41.0, 9.0, 7.0],
///     offset: None,
///     weights: None,
///     trials: None,
///     groups: Groups::One(&[1, 1, 2, 2, 3, 3, 4, 4]),
///     names: &["(intercept)".to_owned()],
/// };
/// let sd = &profile_intervals(&data, &Options::new(Family::Poisson), &[Parameter::Sd(0)], 0.95)?[0];
/// assert!(sd.low.value().unwrap() < sd.estimate && sd.estimate < sd.high.value().unwrap());
/// # Ok::<(), stats::StatsError>(())
/// ```
pub fn profile_intervals(
    data: &Data<'_>,
    options: &Options,
    parameters: &[Parameter],
    level: f64,
) -> Result<Vec<ProfileInterval>> {
    StatsError::check_probability("the level of an interval", level)?;
    data.check(options.family)?;
    options.check()?;
    let root = normal_quantile(0.5 + level / 2.0);
    if options.family == Family::Gaussian {
        return measurements::intervals(data, options, parameters, root);
    }
    rates::intervals(data, options, parameters, root)
}

/// The parameters that were asked for, checked against those that there are.
fn asked(parameters: &[Parameter], family: Family, columns: usize, levels: usize) -> Result<Vec<Parameter>> {
    let mut all: Vec<Parameter> = (0..columns).map(Parameter::Coefficient).collect();
    all.extend((0..levels).map(Parameter::Sd));
    match family {
        Family::NegativeBinomial => all.push(Parameter::Theta),
        Family::Gaussian => all.push(Parameter::ResidualSd),
        _ => {}
    }
    if parameters.is_empty() {
        return Ok(all);
    }
    match parameters.iter().find(|parameter| !all.contains(parameter)) {
        None => Ok(parameters.to_vec()),
        Some(other) => Err(StatsError::Setting(format!("the model has no parameter {other:?} to profile"))),
    }
}

/// Name of a parameter.
fn name_of(parameter: Parameter, names: &[String], levels: usize) -> String {
    match parameter {
        Parameter::Coefficient(j) => names[j].clone(),
        Parameter::Sd(_) if levels == 1 => "sd".to_owned(),
        Parameter::Sd(0) => "outer sd".to_owned(),
        Parameter::Sd(_) => "inner sd".to_owned(),
        Parameter::Theta => "theta".to_owned(),
        Parameter::ResidualSd => "residual sd".to_owned(),
    }
}
