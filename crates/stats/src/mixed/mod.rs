//! Models with random intercepts: Poisson, negative binomial, binomial and Gaussian.
//!
//! [`fit()`] fits one model and reports everything about it; [`RateModel`] fits the same design to many outcomes. Random
//! intercepts are integrated out by Laplace's approximation or adaptive Gauss-Hermite quadrature; coefficients, standard
//! deviation and theta are found together by Newton's method with exact second derivatives of that approximation.

mod block;
mod collapsed;
mod counts;
mod data;
mod density;
mod fit;
mod gaussian;
mod layout;
mod marginal;
mod nested;
mod newton;
mod outcome;
mod poisson;
mod profile;
mod rate;
mod result;
mod rows;
mod search;
mod start;
mod target;
mod values;

pub(crate) use marginal::Marginal;

pub use data::{Data, Family, Groups, Integral, Likelihood, Options};
pub use fit::{fit, test_levels, test_no_variance};
pub use profile::{End, Parameter, ProfileInterval, profile_intervals};
pub use rate::{RateFit, RateModel, Workspace};
pub use result::{Intercepts, LikelihoodRatio, MixedFit, Mode};
pub use start::Start;

#[cfg(test)]
mod tests;
