//! The rules of comparison, without any database.

mod balance;
mod document;
mod outcome;
mod participants;
mod problem;
mod run;
mod settings;
#[cfg(test)]
mod tests;
mod values;

pub use balance::{BALANCED, BalanceRow};
pub(crate) use document::hash_of;
pub use document::{Document, Frozen, PURPOSE_MAX, key_of};
pub use outcome::{Group, LeftOut, Match, Outcome, Unit, Unmatched};
pub use problem::Problem;
pub use run::run;
pub(crate) use run::thirds;
pub use settings::{
    Caliper, Covariate, EACH_MAX, Exact, Exclusion, OfPlan, RateKind, SCHOOLS_MAX, Settings, WINDOWS_MAX,
};
pub(crate) use values::Reckoning;
