//! Sensitivity of event-study effects to violated parallel trends
//! (Rambachan and Roth 2023, Review of Economic Studies 90, 2555-2591).

mod conditional;
mod effects;
mod fixed_length;
mod relative;
mod simplex;

pub use effects::SensitivityInput;
pub use fixed_length::{FixedLength, smoothness, smoothness_breakdown};
pub use relative::{RelativeMagnitudes, RobustSet, relative_magnitudes, relative_magnitudes_breakdown};
