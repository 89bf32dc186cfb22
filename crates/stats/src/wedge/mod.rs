//! Stepped-wedge trials, and any other layout of clusters over periods: planning, analysis, permutation.
//!
//! The model is Hussey and Hughes's (2007), `y_ijk = period_j + effect x_ij + cluster_i + error_ijk`, with the extensions that
//! have become usual: a cluster-by-period effect (nested exchangeable; Girling and Hemming 2016), correlation that decays from period to
//! period (Kasza et al. 2019), people followed over periods (closed cohort), effects of treatment that differ between
//! clusters, and effects that change with the time of exposure (Kenny et al. 2022). A [`Planned`] trial is a
//! [`crate::power::Design`]; [`fit()`] analyses data by restricted maximum likelihood; [`permutation()`] tests without
//! trusting the model of the variances.

mod components;
mod data;
mod fit;
mod gram;
mod layout;
mod optimise;
mod permute;
mod planned;

pub use components::Components;
pub use data::Trial;
pub use fit::{Correlation, Fit, Settings, fit};
pub use layout::{Effect, Layout};
pub use permute::{Permutation, permutation};
pub use planned::{Outcome, Planned, Reference, hussey_hughes_variance};
