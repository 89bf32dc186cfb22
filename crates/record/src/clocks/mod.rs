//! Statutory and local clocks: what is due by when, by whose rule, and how it stands.

pub mod kind;
pub mod limit;
pub mod model;
pub(crate) mod pages;
pub mod policy;
pub mod service;

pub use kind::{Basis, ClockKind};
pub use limit::{Limit, Unit};
pub use model::{Clock, State, clocks, most_pressing};
pub use policy::{ClockPolicy, DueBy, LocalLimit};
