//! Comparison units that resemble the treated ones: propensity scores, distances, optimal and nearest matching, coarsened
//! exact matching, balance.
//!
//! Nothing here looks at outcomes. [`propensity()`] and [`Distance`] say how alike two units are, [`Rules`] which may be compared
//! at all, [`optimal()`] and [`nearest()`] choose, [`coarsened_exact`] weighs instead of choosing, and [`balance()`] shows what came of it.

mod assignment;
mod balance;
mod candidates;
mod cem;
mod coarsen;
mod distance;
mod imbalance;
mod nearest;
mod optimal;
mod propensity;
mod result;

pub use assignment::{Assignment, assign};
pub use balance::{Balance, BalanceTable, Denominator, balance, effective_sample_size};
pub use candidates::{Caliper, Rules};
pub use cem::{CoarsenedExact, CoarsenedMeasure, coarsened_exact};
pub use coarsen::{Coarsened, Cuts, coarsen};
pub use distance::Distance;
pub use imbalance::{Imbalance, imbalance};
pub use nearest::{NearestOptions, Order, nearest};
pub use optimal::optimal;
pub use propensity::{Propensity, propensity};
pub use result::{Group, Matched, Reason, Unmatched};
