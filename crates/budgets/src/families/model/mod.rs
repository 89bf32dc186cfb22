//! The rules of rounds, nominations and their draw, without any database.

mod places;
mod plan;

use chrono::{DateTime, NaiveDate, Utc};
use record::choices;
use uuid::Uuid;

pub use places::{Problem, Share, share};
pub use plan::{BUDGET, USUAL, plan};

/// Characters of a longer text.
pub const WORDS_MAX: usize = 1_000;
/// Nominations of a round at most.
pub const NOMINATIONS_MAX: usize = 2_000;

choices! {
    /// On what basis a family is nominated.
    Consent {
        /// The family said yes.
        Agreed = "agreed", "The family agreed to be nominated";
        /// The family was told and not asked, as the basis of the round says.
        Basis = "basis", "The family was told, and takes part on the basis agreed for the round";
        /// The family does not know yet.
        NotYet = "not-yet", "The family was not asked yet";
    }
}

/// A round of nominations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Identifier.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The policy.
    pub policy_id: Uuid,
    /// The version that holds for the whole round.
    pub version_id: Uuid,
    /// The fund from which the budgets come.
    pub fund_id: Uuid,
    /// Who agreed to the basis.
    pub agreed_by: String,
    /// When.
    pub agreed_on: NaiveDate,
    /// The basis: why it is right to let chance decide.
    pub basis: String,
    /// What families are told, when and by whom.
    pub notice: String,
    /// When somebody may go against the draw, and who decides.
    pub exceptions: String,
    /// When it was begun.
    pub at: DateTime<Utc>,
    /// By whom, by name.
    pub by: String,
    /// Its sealed draw, once there is one.
    pub draw_id: Option<Uuid>,
}

/// What a family was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// When.
    pub told_on: NaiveDate,
    /// By whom.
    pub told_by: String,
    /// What and how.
    pub words: String,
}

/// A nomination that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom, by name.
    pub by: String,
}

/// A nominated family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nomination {
    /// Identifier, under which it stands on the sealed list.
    pub id: Uuid,
    /// The round.
    pub round_id: Uuid,
    /// Its number in the round, from 1.
    pub number: i32,
    /// The family.
    pub family_id: Uuid,
    /// The child through whom it was named.
    pub child_id: Uuid,
    /// The child’s worker at the time.
    pub worker_id: Uuid,
    /// The team’s envelope below which a pot would be opened.
    pub envelope_id: Uuid,
    /// Why this family.
    pub reason: String,
    /// Why a care order is judged to be imminent.
    pub imminence: String,
    /// Age of the youngest child at the time.
    pub youngest_age: i32,
    /// Band of that age.
    pub band: String,
    /// On what basis it is nominated.
    pub consent: Consent,
    /// Further words on that.
    pub consent_note: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom, by name.
    pub by: String,
    /// What the family was told, the first first.
    pub notices: Vec<Notice>,
    /// Whether it was taken back.
    pub end: Option<End>,
    /// The pot that was opened.
    pub pot: Option<Uuid>,
}

impl Nomination {
    /// How people refer to it; it names nobody.
    pub fn reference(&self) -> String {
        format!("N-{:04}", self.number)
    }

    /// The one of that reference or identifier.
    pub fn find<'a>(all: &'a [Self], typed: &str) -> Option<&'a Self> {
        let typed = typed.trim();
        all.iter().find(|one| one.reference().eq_ignore_ascii_case(typed) || one.id.to_string() == typed)
    }
}

/// Whether a longer text is there and has an end. Line ends are allowed.
pub fn is_words(text: &str) -> bool {
    let length = text.trim().chars().count();
    (1..=WORDS_MAX).contains(&length)
        && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}
