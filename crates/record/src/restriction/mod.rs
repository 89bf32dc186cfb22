//! Restricted records: who may see them, who must not, until when, and why.
//!
//! States as in model.md 5.2 no. 20: Requested > Active > Review due > Extended or Lifted. A restriction holds
//! from the moment it is asked for, so that a child is never exposed while a form waits; a second person then
//! confirms it. *Review due* follows from the date and is not stored.

pub(crate) mod pages;
pub mod service;

use chrono::NaiveDate;

use crate::entity::restriction;

/// The stored name of the allow list.
pub const ALLOW: &str = "allow";
/// The stored name of the deny list.
pub const DENY: &str = "deny";

choices! {
    /// How a restriction stands.
    State {
        /// Asked for, and in force; waits for a second person.
        Requested = "requested", "Requested";
        /// Confirmed and in force.
        Active = "active", "Active";
        /// In force; its date has come.
        ReviewDue = "review-due", "Review due";
        /// Looked at again and prolonged; in force.
        Extended = "extended", "Extended";
        /// No longer in force.
        Lifted = "lifted", "Lifted";
    }
}

/// What can be done to a restriction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A second person confirms it.
    Confirm,
    /// It is prolonged.
    Extend,
    /// It is lifted.
    Lift,
}

/// Why a step is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It no longer holds.
    #[error("the restriction has been lifted already")]
    Lifted,
    /// Nothing to confirm.
    #[error("the restriction has been confirmed already")]
    Confirmed,
    /// Author and approver differ.
    #[error("whoever asked for a restriction cannot confirm it")]
    OwnRequest,
}

impl State {
    /// Whether the record is restricted in this state.
    pub fn holds(self) -> bool {
        self != Self::Lifted
    }

    /// How a restriction stands on a day.
    pub fn of(row: &restriction::Model, today: NaiveDate) -> Self {
        match Self::from_slug(&row.state) {
            Some(Self::Active | Self::Extended) if row.review_on <= today => Self::ReviewDue,
            Some(state) => state,
            // A state of another version: whatever it is, the record stays shut.
            None => Self::ReviewDue,
        }
    }

    /// The state after a step.
    pub fn after(self, step: Step, by_requester: bool) -> Result<Self, Broken> {
        match (self, step) {
            (Self::Lifted, _) => Err(Broken::Lifted),
            (Self::Requested, Step::Confirm) if by_requester => Err(Broken::OwnRequest),
            (Self::Requested, Step::Confirm) => Ok(Self::Active),
            (_, Step::Confirm) => Err(Broken::Confirmed),
            (_, Step::Extend) => Ok(Self::Extended),
            (_, Step::Lift) => Ok(Self::Lifted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_person_confirms() {
        assert_eq!(State::Requested.after(Step::Confirm, true), Err(Broken::OwnRequest));
        assert_eq!(State::Requested.after(Step::Confirm, false), Ok(State::Active));
        assert_eq!(State::Active.after(Step::Confirm, false), Err(Broken::Confirmed));
    }

    #[test]
    fn what_was_lifted_stays_lifted() {
        for step in [Step::Confirm, Step::Extend, Step::Lift] {
            assert_eq!(State::Lifted.after(step, false), Err(Broken::Lifted));
        }
        for state in State::ALL.iter().filter(|state| state.holds()) {
            assert_eq!(state.after(Step::Lift, true), Ok(State::Lifted));
        }
    }
}
