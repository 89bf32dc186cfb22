//! What clusters are and how they are chosen. Nothing here reads a database or a clock, but for the limit in seconds
//! that keeps the search from hanging.

mod choice;
mod explain;
mod link;
mod network;
mod optimum;
mod plan;
mod question;
mod settings;

pub(crate) use choice::listed;
pub use choice::{Alternative, Choice, Cluster, Member, Variation};
pub use explain::{Go, choose, choose_and_tell};
pub use link::{Basis, Decision, Link, Moves};
pub use network::{Left, LeftOut, Network, Site, network};
pub use optimum::{Answer, Contested, Head, Problem, Proof, solve};
pub(crate) use plan::digest;
pub use plan::{Frozen, Sealed};
pub use question::Question;
pub use settings::{Need, Settings, Wrong};
