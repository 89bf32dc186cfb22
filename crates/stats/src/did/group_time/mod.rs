//! Group-time average treatment effects (Callaway and Sant'Anna 2021, Journal of Econometrics 225, 200-230).

mod aggregate;
mod bootstrap;
mod cell;
mod estimate;
mod influence;
mod options;
mod plan;
mod propensity;
mod wide;

pub use aggregate::{Aggregate, AggregateRow, Aggregation, Window};
pub use bootstrap::{Bands, Bootstrap, Multiplier};
pub use estimate::{CellEstimate, GroupTimeEffects, NotEstimated};
pub use options::{BasePeriod, Comparison, GroupTimeMethod, GroupTimeOptions};
