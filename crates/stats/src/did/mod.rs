//! Difference-in-differences: two-way, event study, group-time effects, sensitivity to violated parallel trends.
//!
//! All methods start from a checked [`Panel`].

mod group_time;
mod labels;
mod panel;
mod pretrend;

pub use group_time::{
    Aggregate, AggregateRow, Aggregation, Bands, BasePeriod, Bootstrap, CellEstimate, Comparison,
    GroupTimeEffects, GroupTimeMethod, GroupTimeOptions, Multiplier, NotEstimated, Window,
};
pub use panel::{Panel, PanelRows};
pub use pretrend::JointTest;
