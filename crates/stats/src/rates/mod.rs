//! Rates of events in many units of unequal size: shrinkage, funnel limits, ranks, trends and need indices.
//!
//! A unit is anything with a count of events and an exposure (people, person-years, expected events). What a small unit
//! shows in one year is mostly chance; every function here says how much is.
//!
//! * [`gamma_poisson()`] fits how the true rates differ and [`GammaPoisson::units`] gives each unit's rate with an interval.
//! * [`Funnel`] has control limits against a target, exact or smoothed, with the overdispersion of Spiegelhalter (2005).
//! * [`rank`] gives rank intervals and the probability of being among the highest, never a bare rank.
//! * [`trends`] shrinks the unit's own trend over periods towards the common one.
//! * [`highest_next_period`] says what regression to the mean alone will do to the units chosen for being highest.
//! * [`need_index`] weighs standardised measures and says how stable the order is.

mod dispersion;
mod funnel;
mod gamma_poisson;
mod index;
mod marginal;
mod newton;
mod order;
mod posterior;
mod ranks;
mod regression_to_mean;
mod trend;
mod trend_posterior;
mod trend_spread;

pub use dispersion::{Overdispersion, Transformation, Winsorised, winsorised_overdispersion};
pub use funnel::{ControlLimits, Denominator, Excess, Funnel, FunnelUnit};
pub use gamma_poisson::{GammaPoisson, gamma_poisson, gamma_poisson_with};
pub(crate) use index::mid_ranks;
pub use index::{IndexMeasure, IndexOptions, IndexUnit, Missing, NeedIndex, Standardisation, need_index};
pub use posterior::{Posterior, UnitRate};
pub use ranks::{RankOptions, Ranking, UnitRank, probability_among_highest, rank};
pub use regression_to_mean::{NextPeriod, highest_next_period};
pub use trend::{Trends, UnitTrend, trends};
