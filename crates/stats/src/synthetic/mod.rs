//! Synthetic control: classic, with predictors, ridge-augmented, synthetic difference-in-differences.
//!
//! A [`Panel`] holds the outcomes. A [`Method`] finds donor weights: [`OutcomesOnly`], [`Predictors`] or [`RidgeAugmented`].
//! [`SyntheticControl::fit`] gives the effect, and the same method serves placebos in space
//! ([`PlacebosInSpace`]) and in time ([`placebo_in_time`]), left-out donors ([`leave_one_out`]), conformal inference
//! ([`Conformal`]) and the jackknife+ ([`jackknife_plus()`]). [`Sdid`] is synthetic difference-in-differences.

pub mod simplex;

mod augmented;
mod conformal;
mod control;
mod jackknife_plus;
mod method;
mod panel;
mod predictors;
mod sdid;
mod space;
mod time;

pub use augmented::{Lambda, LambdaPath, RidgeAugmented};
pub use conformal::{Conformal, ConformalInterval, Permutations};
pub use control::{Fit, SyntheticControl};
pub use jackknife_plus::{JackknifePlus, jackknife_plus};
pub use method::{Method, OutcomesOnly, Weighing, Weights};
pub use panel::Panel;
pub use predictors::{Importance, PredictorBalance, PredictorFit, Predictors, Search};
pub use sdid::{Sdid, SdidError, SdidEstimate, SdidKind, SdidMode};
pub use space::{Placebo, PlaceboDonors, PlacebosInSpace, placebo_sets};
pub use time::{WithoutDonor, leave_one_out, placebo_in_time};
