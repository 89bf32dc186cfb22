//! Analyses of evaluations from a written plan.
//!
//! A [`plan::Plan`] says in a statistician's words what is asked, of which data, by which method. [`run::analyse`] reads the data,
//! accounts for every row, fits, checks the model, asks the same in subgroups and by other roads, and says in plain words
//! what the result shows ([`verdict`]). [`report`] shows it as text, as JSON and as an HTML page that needs nothing else.
//!
//! The same plan, data, version and seed give the same bytes, on any number of threads: no part of a result depends on the
//! time or the machine.
#![doc(test(attr(deny(warnings))))]

pub mod command;
pub mod data;
mod error;
pub mod estimators;
pub mod figure;
pub mod plan;
mod pooled;
pub mod power;
pub mod prepare;
mod progress;
pub mod report;
pub mod result;
pub mod run;
mod subgroup;
pub mod verdict;

pub use error::{AnalysisError, PlanError, Position, Result};
pub use progress::{Progress, Quiet, Stop};
