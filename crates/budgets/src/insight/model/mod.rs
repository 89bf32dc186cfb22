//! What is counted and how, without any database.

pub mod decisions;
pub mod dose;
pub mod fairness;
pub mod gaps;
mod quartiles;
pub mod redact;
pub mod suppress;
pub mod unused;

pub use quartiles::Quartiles;
