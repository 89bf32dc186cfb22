//! Devolved budgets: pots for families, young people or workers; the rules of each council as data; spending in under a
//! minute; a ledger that cannot be overspent.
//!
//! - [`money`]: whole pence, read from what people type.
//! - [`ledger`]: double entry that only grows; the database itself refuses a penny over, at any level.
//! - [`pots`]: grants, who may use them, and the pots at the end of the tree.
//! - [`policy`]: the rules of each council as data, in versions.
//! - [`families`]: families nominated and drawn at random by a sealed list.
//! - [`spend`]: requests to spend: asked, agreed, paid, followed up.
//! - [`insight`]: what was not used and why, fairness, gaps, earlier decisions, dose.

mod capability;
pub mod error;
pub mod families;
pub mod finance;
pub mod insight;
pub mod ledger;
pub mod money;
pub mod policy;
pub mod pots;
pub mod spend;
mod ui;

pub use capability::Budgets;
pub use error::{Error, Result};
pub use money::Pence;
