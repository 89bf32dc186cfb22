//! Inference robust to clustering: sandwich covariances with small-sample corrections, wild cluster bootstrap.
//!
//! * [`sandwich()`] takes a fit as [`Working`] pieces (design, working weights, working residuals, bread) and returns a
//!   [`Robust`] covariance: CR0, CR1 with its variants, CR2 and CR3, each with Satterthwaite degrees of freedom for every
//!   coefficient and combination, and the approximate Hotelling test for several at once.
//! * [`two_way()`] clusters in two directions.
//! * [`wild_bootstrap`] tests and interval for linear models; [`score_bootstrap`] for generalised linear ones.
//!
//! Methods page: `docs/methods/cluster-robust.md`.

mod correction;
mod groups;
mod joint;
mod least_squares;
mod pieces;
mod root;
mod sandwich;
mod two_way;
mod wild;
mod working;

pub(crate) use least_squares::solve_normal_equations;
pub(crate) use working::check_weights;

pub use correction::{Adjustment, Correction, Factor};
pub use groups::Clusters;
pub use joint::JointTest;
pub use least_squares::{LeastSquares, least_squares};
pub use sandwich::{DegreesOfFreedom, Robust, sandwich};
pub use two_way::{TwoWayFactor, two_way};
pub use wild::{Null, Tails, WildOptions, WildTest, WildWeights, score_bootstrap, wild_bootstrap};
pub use working::{Target, Working};
