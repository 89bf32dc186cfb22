//! Difference-in-differences: two-way, event study, group-time effects, sensitivity to violated parallel trends.
//!
//! All methods start from a checked [`Panel`].

mod event_study;
mod group_time;
mod honest;
mod labels;
mod panel;
mod placebo;
mod pretrend;
mod sun_abraham;
mod swept;
mod two_way;

pub use event_study::{EventStudy, EventStudyOptions, EventTimes};
pub use group_time::{
    Aggregate, AggregateRow, Aggregation, Bands, BasePeriod, Bootstrap, CellEstimate, Comparison,
    GroupTimeEffects, GroupTimeMethod, GroupTimeOptions, Multiplier, NotEstimated, Window,
};
pub use honest::{
    FixedLength, RelativeMagnitudes, RobustSet, SensitivityInput, relative_magnitudes,
    relative_magnitudes_breakdown, smoothness, smoothness_breakdown,
};
pub use panel::{Panel, PanelRows};
pub use placebo::{PlaceboDate, PlaceboGroups, leave_one_cohort_out, placebo_dates, placebo_groups};
pub use pretrend::{JointTest, SlopePower};
pub use sun_abraham::SunAbraham;
pub use swept::Levels;
pub use two_way::{EFFECT, NegativeWeight, TwoWay};
