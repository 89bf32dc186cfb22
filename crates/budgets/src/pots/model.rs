//! The rules of funds and envelopes, without any database.

use chrono::NaiveDate;
use record::choices;
use uuid::Uuid;

use crate::money::Pence;

/// Characters of a name or of a reference.
pub const NAME_MAX: usize = 120;
/// Characters of a reason.
pub const REASON_MAX: usize = 500;
/// Envelopes of a fund at most: a pot for each of 20,000 families.
pub const ENVELOPES_MAX: u64 = 25_000;

choices! {
    /// Where an envelope stands in the tree.
    Level {
        /// The money as it came from the funder.
        Grant = "grant", "Grant";
        /// What one council may use.
        Council = "council", "Council";
        /// What one team may use.
        Team = "team", "Team";
        /// What may be spent for a family or young person, or by a worker.
        Pot = "pot", "Pot";
    }
}

impl Level {
    /// The level above.
    pub fn above(self) -> Option<Self> {
        match self {
            Self::Grant => None,
            Self::Council => Some(Self::Grant),
            Self::Team => Some(Self::Council),
            Self::Pot => Some(Self::Team),
        }
    }
}

choices! {
    /// Whose an envelope is.
    OwnerKind {
        /// The funder’s or the council’s as a whole.
        Organisation = "organisation", "Council";
        /// A team’s.
        Team = "team", "Team";
        /// A family’s: Darlington.
        Family = "family", "Family";
        /// A young person’s: Hillingdon.
        Person = "person", "Young person";
        /// A worker’s, for any family on the caseload: Wigan.
        Worker = "worker", "Worker";
    }
}

/// Whose an envelope is, by identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The funder’s or the council’s as a whole.
    Organisation,
    /// A team.
    Team(Uuid),
    /// A family of the record.
    Family(Uuid),
    /// A child of the record.
    Person(Uuid),
    /// A worker, by user.
    Worker(Uuid),
}

impl Owner {
    /// The kind and identifier as they are stored.
    pub fn parts(self) -> (OwnerKind, Option<Uuid>) {
        match self {
            Self::Organisation => (OwnerKind::Organisation, None),
            Self::Team(id) => (OwnerKind::Team, Some(id)),
            Self::Family(id) => (OwnerKind::Family, Some(id)),
            Self::Person(id) => (OwnerKind::Person, Some(id)),
            Self::Worker(id) => (OwnerKind::Worker, Some(id)),
        }
    }

    /// From what is stored.
    pub fn of(kind: OwnerKind, id: Option<Uuid>) -> Option<Self> {
        Some(match (kind, id) {
            (OwnerKind::Organisation, None) => Self::Organisation,
            (OwnerKind::Team, Some(id)) => Self::Team(id),
            (OwnerKind::Family, Some(id)) => Self::Family(id),
            (OwnerKind::Person, Some(id)) => Self::Person(id),
            (OwnerKind::Worker, Some(id)) => Self::Worker(id),
            _ => return None,
        })
    }

    /// Whether a pot may belong to it.
    pub fn may_own_a_pot(self) -> bool {
        matches!(self, Self::Family(_) | Self::Person(_) | Self::Worker(_))
    }
}

/// A fund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fund {
    /// Identifier.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Who gives it.
    pub funder: String,
    /// The funder’s reference; may be empty.
    pub reference: String,
    /// The first day on which it may be used.
    pub first_day: NaiveDate,
    /// The last day on which anything may be promised from it: the latest extension, or what was agreed at first.
    pub end_date: NaiveDate,
    /// Whether the end is a recorded extension.
    pub extended: bool,
}

impl Fund {
    /// Whether money may be promised on a day.
    pub fn is_open_on(&self, day: NaiveDate) -> bool {
        self.first_day <= day && day <= self.end_date
    }
}

/// An envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Identifier.
    pub id: Uuid,
    /// The fund.
    pub fund: Uuid,
    /// The envelope above.
    pub parent: Option<Uuid>,
    /// Where it stands.
    pub level: Level,
    /// Its name; a pot has a reference and never a person’s name.
    pub name: String,
    /// Whose it is.
    pub owner: Owner,
    /// The policy of a pot.
    pub policy: Option<Uuid>,
    /// The most that may be put into it.
    pub cap: Option<Pence>,
    /// The day from which nothing is promised from it any more.
    pub closed_on: Option<NaiveDate>,
}

/// A name that somebody typed: without line ends and within its length.
pub fn is_name(text: &str) -> bool {
    let length = text.trim().chars().count();
    (1..=NAME_MAX).contains(&length) && !text.chars().any(char::is_control)
}

/// A reason that somebody typed.
pub fn is_reason(text: &str) -> bool {
    (1..=REASON_MAX).contains(&text.trim().chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_read_as_it_was_stored() {
        let id = Uuid::from_u128(7);
        for owner in
            [Owner::Organisation, Owner::Team(id), Owner::Family(id), Owner::Person(id), Owner::Worker(id)]
        {
            let (kind, stored) = owner.parts();
            assert_eq!(Owner::of(kind, stored), Some(owner));
        }
        assert_eq!(Owner::of(OwnerKind::Family, None), None);
        assert_eq!(Owner::of(OwnerKind::Organisation, Some(id)), None);
    }

    #[test]
    fn names_have_an_end_and_no_line_ends() {
        assert!(is_name("Keeping Families Together"));
        assert!(!is_name("  ") && !is_name("a\nb") && !is_name(&"x".repeat(NAME_MAX + 1)));
    }
}
