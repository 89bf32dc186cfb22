//! Linear and Poisson models whose factors with many levels are absorbed instead of estimated one by one.
//!
//! * [`linear()`]: least squares with any number of absorbed factors.
//! * [`poisson()`]: Poisson regression likewise; one factor in closed form, separation found and told.
//!
//! Methods page: `docs/methods/absorbed-effects.md`.

mod covariance;
mod demean;
mod factor;
mod iterate;
mod linear;
mod one;
mod poisson;
mod problem;
mod sample;
mod separation;

pub(crate) use demean::residual;

pub use covariance::{Covariance, Degrees};
pub use factor::Factor;
pub use linear::{LinearFit, linear};
pub use poisson::{PoissonFit, poisson};
pub use problem::{Options, Problem};
