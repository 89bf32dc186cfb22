//! Power by simulation: a trial is made up and analysed many times over.
//!
//! A [`ClusterTrial`] makes the outcomes, an [`Estimator`] analyses them, [`simulate`] counts. Replicate `k` takes stream `k` of the
//! seed, whatever thread it runs on and whatever the effect is (common random numbers): results are the same to the
//! bit on any number of threads, and differences between effects are far less noisy than the figures themselves.

mod estimators;
mod frame;
mod run;
mod search;
mod trial;

pub use estimators::{
    ClusterSummaries, Estimator, LinearRobust, PoissonMixed, PoissonRobust, Prepared, Scratch,
};
pub use frame::Frame;
pub use run::{Progress, Run, Share, Simulated, Watch, simulate};
pub use search::{Found, Point, curve, minimal_effect};
pub use trial::{ClusterTrial, Distribution, Sizes};
