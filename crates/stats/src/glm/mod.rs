//! Generalised linear models: Gaussian, binomial, Poisson, quasi-Poisson and negative binomial.
//!
//! `g(mu_i) = x_i' beta + offset_i`, `Var(y_i) = phi V(mu_i) / a_i` with link `g`, variance function `V`, dispersion `phi` and prior weights
//! `a`. [`fit()`] takes a matrix, [`fit_formula`] a [`Frame`](crate::data::Frame) and a formula;
//! [`fit_negative_binomial`] estimates `theta` as well. [`Working`] is what robust covariances are made of.
//!
//! ```
//! use stats::glm::{Family, Options, fit};
//! use stats::Matrix;
//! // Four schools, the last two with the programme: 12 and 18 events among 1,000 and 1,200 pupils, then 7 and 9 among 900 and 1,100.
//! let x = Matrix::from_row_slice(4, 2, &[1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
//! let offset: Vec<f64> = [1000.0_f64, 1200.0, 900.0, 1100.0].iter().map(|pupils| pupils.ln()).collect();
//! let model = fit(&x, &[12.0, 18.0, 7.0, 9.0], &Options::new(Family::Poisson).offset(&offset))?;
//! let rate_ratio = model.estimates.beta[1].exp();
//! assert!((rate_ratio - (16.0 / 2000.0) / (30.0 / 2200.0)).abs() < 1e-12);
//! # Ok::<(), stats::StatsError>(())
//! ```

mod basis;
mod compare;
mod family;
mod fit;
mod kernel;
mod model;
mod negative_binomial;
mod options;
mod result;
mod separation;
mod theta;

pub use compare::{Test, likelihood_ratio, wald};
pub use family::{Family, Link};
pub use fit::fit;
pub use model::{Model, fit_formula, fit_negative_binomial_formula};
pub use negative_binomial::{NegativeBinomialFit, fit_negative_binomial};
pub use options::Options;
pub use result::{GlmFit, Working};
