//! Bayesian rate models with the random intercepts integrated out.
//!
//! [`sample`] draws from the posterior of the coefficients, the standard deviation of the random intercepts and (for the negative
//! binomial) theta. The random intercepts themselves are integrated out by quadrature, so a chain moves in ten dimensions or so
//! instead of hundreds, and mixes almost at once.
//!
//! Methods page: `docs/methods/bayesian-rates.md`.

mod diagnostics;
mod posterior;
mod priors;
mod sampler;
mod target;

pub use diagnostics::{Diagnostics, diagnostics};
pub use posterior::{Posterior, Sensitivity, Summary};
pub use priors::{Normal, Priors, SpreadPrior};
pub use sampler::{SamplerOptions, sample};
