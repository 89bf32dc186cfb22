//! What is known now, and what was known at an instant: the condition that every reading of the record uses.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition};

/// As of when the record is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AsKnown {
    /// What is known now.
    #[default]
    Now,
    /// What was known at an instant, whatever has been corrected since.
    At(DateTime<Utc>),
}

impl AsKnown {
    /// The condition on the `known_from` and `known_to` of a table.
    pub fn condition(self, known_from: impl ColumnTrait, known_to: impl ColumnTrait) -> Condition {
        match self {
            Self::Now => Condition::all().add(known_from.is_not_null()).add(known_to.is_null()),
            Self::At(at) => Condition::all()
                .add(known_from.lte(at))
                .add(Condition::any().add(known_to.is_null()).add(known_to.gt(at))),
        }
    }
}
