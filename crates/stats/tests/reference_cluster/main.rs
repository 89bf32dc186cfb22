//! Cluster-robust covariances against clubSandwich 0.5.8 (R 4.2.2), pyfixest 0.60 and sandwich 3.0-2.
//!
//! The values were printed by those packages on the files under `tests/data`.
#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

#[path = "../common/mod.rs"]
mod common;
mod linear;
mod models;
mod rules;
mod support;
mod wild;
