//! Costs beside effects: consequences, increments, their ratio and its uncertainty, and the value of knowing more.
//!
//! Everything rests on the increments of mean cost and mean effect between two arms and on their joint uncertainty, which
//! comes in two ways that should be shown side by side: by formula ([`Clusters::increment`], [`regression()`]: covariance by
//! clusters, then [`Increment::acceptability`] and [`Increment::fieller`]) and by resampling clusters within arms
//! ([`Clusters::bootstrap`], [`two_stage_bootstrap`], then [`Draws::acceptability`]).
//!
//! An effect is something of which more is better; for events to be averted, pass minus the events.

mod acceptability;
mod bootstrap;
mod clusters;
mod consequences;
mod discount;
mod increment;
mod ratio;
mod regression;
mod sensitivity;
mod two_stage;

pub use acceptability::Acceptability;
pub use bootstrap::{Draws, DrawsInterval};
pub use clusters::Clusters;
pub use consequences::{Consequence, Measure, consequences};
pub use discount::{discount_factor, present_value};
pub use increment::Increment;
pub use ratio::{Fieller, Quadrant, QuadrantShares, Ratio};
pub use regression::{NetBenefitRegression, regression};
pub use sensitivity::{Bar, CostEffect, Parameter, Tornado, one_way};
pub use two_stage::two_stage_bootstrap;
