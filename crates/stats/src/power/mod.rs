//! Power and minimal detectable effects, in closed form and by simulation.
//!
//! **Simulation.** A [`ClusterTrial`] makes outcomes, an [`Estimator`] analyses them, [`simulate()`] counts power, coverage, bias; [`minimal_effect`]
//! and [`curve`] search.
//!
//! **Closed form.** A [`Design`] knows the standard error of its estimator; [`power`], [`clusters`], [`members`] and
//! [`detectable`] then answer the four questions of planning by one mechanism: the noncentral t (or normal) distribution
//! and a root search. The designs are [`TTest`], [`ClusterMeans`], [`ClusterProportions`], [`ClusterRates`] and, for
//! stepped wedges and any other layout of clusters over periods, those of [`crate::wedge`].

mod closed;
mod convert;
mod individual;
mod means;
mod proportions;
mod rates;
mod simulate;

pub use closed::{Design, Direction, Sides, Size, Test, clusters, detectable, members, power};
pub use convert::{design_effect, icc_from_k, k_from_icc, relative_efficiency};
pub use individual::{Samples, TTest};
pub use means::{Baseline, ClusterMeans, UnequalSizes};
pub use proportions::ClusterProportions;
pub use rates::ClusterRates;
pub use simulate::{
    ClusterSummaries, ClusterTrial, Distribution, Estimator, Found, Frame, LinearRobust, Point, PoissonMixed,
    PoissonRobust, Prepared, Progress, Run, Scratch, Share, Simulated, Sizes, Watch, curve, minimal_effect,
    simulate,
};
