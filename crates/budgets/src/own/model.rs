//! What a family sees of its money, without any database.

use chrono::NaiveDate;
use record::choices;
use uuid::Uuid;

use crate::{
    money::Pence,
    spend::model::{State, Told},
};

/// Characters of what somebody asks for.
pub const WHAT_MAX: usize = 200;
/// Characters of why, and of an answer.
pub const WORDS_MAX: usize = 500;
/// Questions that one person may have waiting.
pub const WAITING_MAX: usize = 10;

choices! {
    /// As what somebody sees the money.
    Part {
        /// The young person themselves.
        YoungPerson = "young-person", "The young person";
        /// A parent or carer.
        Parent = "parent", "A parent or carer";
    }
}

choices! {
    /// What was answered.
    Answer {
        /// The worker asks for it.
        WillAsk = "will-ask", "Yes, I will ask for it";
        /// It is had in another way.
        OtherWay = "other-way", "Yes, in another way";
        /// Not this time.
        NotNow = "not-now", "Not this time";
    }
}

/// A request as the family sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The request.
    pub request: Uuid,
    /// When it was asked for.
    pub on: NaiveDate,
    /// What for.
    pub what: String,
    /// How much.
    pub pence: Pence,
    /// Where it stands, in their words.
    pub stands: &'static str,
    /// Why not; empty where there is nothing to say.
    pub why_not: String,
}

/// Where a request stands in plain words for the family; `None` where it is not shown.
pub fn stands(state: State) -> Option<&'static str> {
    Some(match state {
        State::Submitted | State::Awaiting | State::Queried => "Being decided",
        State::Rejected => "Not agreed",
        State::Approved | State::Committed => "Agreed, not paid yet",
        State::ReceiptDue | State::Paid | State::Reconciled => "Agreed and paid",
        State::Voided | State::Expired | State::Cancelled => "Not needed any more",
        // The payment was written down wrongly and never was.
        State::Reversed => return None,
    })
}

/// Whether the family knows of a request, so that it may stand on their page.
pub fn is_told(told: &str) -> bool {
    told == Told::Yes.slug()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_words_but_one_that_never_was() {
        for state in State::ALL {
            assert_eq!(stands(*state).is_none(), *state == State::Reversed, "{}", state.slug());
        }
        assert!(is_told("yes") && !is_told("no") && !is_told("not-yet") && !is_told(""));
    }
}
