//! Statistical methods for evaluating programmes that act on groups of people: schools, teams, areas.
//!
//! The library takes numbers and arrays and knows nothing of where they come from. Every estimator has a page of its own
//! under `docs/methods/`, with the formula, the paper, the assumptions and the reference values that it was held against.
//!
//! # Conventions
//!
//! * Rows are observations, columns are variables; matrices are [`Matrix`] (column by column in memory).
//! * A function that can fail returns [`StatsError`], which says what is wrong with the input or where the method ended.
//!   A fit that did not converge is an error or says so in its [`Convergence`], never a number without a word.
//! * Randomness is a parameter: a [`random::Seed`] and a stream number for every replicate, so that the same seed gives the
//!   same bits on any number of threads.
//! * Intervals are two-sided; `level` is 0.95 for a 95% interval.
#![doc(test(attr(deny(warnings))))]

mod error;
mod estimates;

pub mod absorb;
pub mod allocation;
pub mod bayes;
pub mod cluster;
pub mod data;
pub mod did;
pub mod economics;
pub mod effects;
pub mod gee;
pub mod glm;
pub mod matching;
pub mod missing;
pub mod mixed;
pub mod numeric;
pub mod power;
pub mod random;
pub mod rates;
pub mod series;
pub mod synthetic;
pub mod wedge;

pub use error::{Result, StatsError};
pub use estimates::{Convergence, Estimate, Estimates};

/// A dense matrix of `f64`, stored column by column.
pub type Matrix = nalgebra::DMatrix<f64>;
/// A column vector of `f64`.
pub type Vector = nalgebra::DVector<f64>;
