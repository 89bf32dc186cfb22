//! Interrupted time series with autocorrelation.
//!
//! A [`Design`] holds time, interruptions, season and comparison series; [`segmented`] fits it as a generalised linear model
//! with Newey-West standard errors, [`autoregressive()`] with first-order autoregressive errors. Both give a [`SeriesFit`],
//! which tells what would have been without the interruptions and the effect at a time or in total. Tests of
//! autocorrelation: [`durbin_watson`], [`ljung_box`], [`breusch_godfrey`].

mod autocorrelation;
mod autoregressive;
mod counterfactual;
mod design;
mod hac;
mod model;

pub use autocorrelation::{BreuschGodfrey, DurbinWatson, LagTest, breusch_godfrey, durbin_watson, ljung_box};
pub use autoregressive::{Ar1, ArMethod, RhoEstimate, autoregressive};
pub use counterfactual::{Counterfactual, SeriesEffect};
pub use design::{Design, Interruption, Season, Segments};
pub use hac::Lag;
pub use model::{Covariance, Outcome, SeriesFit, segmented};
