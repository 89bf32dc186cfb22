//! The finance officer's work: statements, the hand-over to the finance system, periods.

pub mod model;
