//! Rules of need: pure functions of [`crate::figures::Figures`].

mod assess;
pub mod forum;
mod group;
mod index;
mod joint;
mod parts;
mod rates;
mod silence;
mod trend;
mod units;

pub use assess::{Ask, Assessment, HIGHEST_MAX, Row, assess};
pub use group::Group;
pub use index::{Index, IndexPart, SchoolIndex, YearAgreement};
pub use joint::Span;
pub use parts::{Part, WEIGHT_MAX, WeightError, Weights};
pub use rates::{Beyond, Limit, Rates, SchoolRate};
pub use silence::Silence;
pub use trend::{SchoolTrend, Trend};
pub use units::{LeftOut, Reason};

/// The level of every interval.
pub const LEVEL: f64 = 0.9;
/// Draws behind ranks. A probability has a standard error of at most 0.011.
pub(crate) const DRAWS: usize = 2_000;

/// The seed of every draw: the same figures give the same page, to whomever and on whichever machine.
pub(crate) fn seed() -> stats::random::Seed {
    stats::random::Seed::from_number(20_190_331)
}

#[cfg(test)]
mod tests;
