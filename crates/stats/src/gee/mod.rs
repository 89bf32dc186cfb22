//! Generalised estimating equations with sandwich standard errors and small-sample corrections.
//!
//! Liang and Zeger (1986): `sum_g D_g' V_g^-1 (y_g - mu_g) = 0` with `V_g = phi A_g^1/2 R(alpha) A_g^1/2`, `A_g` the variances of the family
//! and `R` a working correlation within clusters. The estimates are those of population averages, and the sandwich covariance holds
//! whatever the true correlation is, if there are enough clusters; with few, take a [`Correction`].
//!
//! The inverse of the working correlation is applied in closed form, so that the cost is linear in the rows: for the exchangeable one
//! `R^-1 = (I - alpha / (1 + (n - 1) alpha) 11') / (1 - alpha)`, for the first-order autoregression a difference of neighbours.

mod clusters;
mod covariance;
mod fit;
mod sums;

pub use covariance::Correction;
pub use fit::{Correlation, GeeFit, Moments, Options, fit};
