//! Linear and Poisson models whose factors with many levels are absorbed instead of estimated one by one.
//!
//! * [`linear`]: least squares with any number of absorbed factors.
//!
//! Methods page: `docs/methods/absorbed-effects.md`.

mod covariance;
mod demean;
mod factor;
mod linear;
mod problem;
mod sample;

pub use covariance::{Covariance, Degrees};
pub use factor::Factor;
pub use linear::{LinearFit, linear};
pub use problem::{Options, Problem};
