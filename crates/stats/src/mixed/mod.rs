//! Models with random intercepts: Poisson, negative binomial, binomial and Gaussian.

#![expect(dead_code, reason = "the other families use these")]

mod collapsed;
mod data;
mod layout;
mod newton;
mod poisson;
mod rate;

pub use data::{Data, Family, Groups, Integral, Likelihood, Options};
pub use rate::{RateFit, RateModel, Start, Workspace};
