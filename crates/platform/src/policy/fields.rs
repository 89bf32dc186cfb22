//! Field by field: which class of data a role may read, and how what is not shown looks.

use super::{Actor, Role};

/// Classes of data about a child. A field belongs to exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataClass {
    /// Name, date of birth, sex, the council's own child identifier.
    Identity,
    /// UPN and other identifiers.
    Identifiers,
    /// Ethnicity, disability.
    Characteristics,
    /// School, address, who lives with whom.
    Whereabouts,
    /// Referrals, assessments, enquiries, conferences, plans, visits.
    SocialCare,
}

impl DataClass {
    /// Every class, in the order of the access matrix.
    pub const ALL: &[Self] =
        &[Self::Identity, Self::Identifiers, Self::Characteristics, Self::Whereabouts, Self::SocialCare];

    /// The name in the access matrix.
    pub fn title(self) -> &'static str {
        match self {
            Self::Identity => "name, date of birth, sex, council's child number",
            Self::Identifiers => "UPN and other identifiers",
            Self::Characteristics => "ethnicity and disability",
            Self::Whereabouts => "school, address, household",
            Self::SocialCare => "referrals, assessments, enquiries, plans",
        }
    }

    /// The roles that may read it, once a record is open to them.
    pub fn readers(self) -> &'static [Role] {
        use Role::{DataOfficer, DataProtection, ServiceManager, SocialWorker, TeamManager};
        match self {
            Self::Identity | Self::Identifiers | Self::Whereabouts => {
                &[SocialWorker, TeamManager, ServiceManager, DataOfficer, DataProtection]
            }
            Self::Characteristics | Self::SocialCare => {
                &[SocialWorker, TeamManager, ServiceManager, DataProtection]
            }
        }
    }
}

/// Whether the actor may read fields of this class.
pub fn may_see(actor: &Actor, class: DataClass) -> bool {
    class.readers().iter().any(|role| actor.has(*role))
}

/// A value on its way to a page or a file. Hidden, unknown and empty are three different things and look
/// different everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown<T> {
    /// The value.
    Value(T),
    /// The reader may not see it; whether there is a value is not said.
    Hidden,
    /// Nobody has recorded it.
    Unknown,
    /// Recorded as having none (no plan, no disability).
    Empty,
}

impl<T> Shown<T> {
    /// A field as the actor may see it.
    pub fn field(actor: &Actor, class: DataClass, value: Option<T>) -> Self {
        match value {
            _ if !may_see(actor, class) => Self::Hidden,
            Some(value) => Self::Value(value),
            None => Self::Unknown,
        }
    }

    /// The same state with the value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Shown<U> {
        match self {
            Self::Value(value) => Shown::Value(change(value)),
            Self::Hidden => Shown::Hidden,
            Self::Unknown => Shown::Unknown,
            Self::Empty => Shown::Empty,
        }
    }
}

impl<T: std::fmt::Display> std::fmt::Display for Shown<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Value(value) => value.fmt(f),
            Self::Hidden => f.write_str("Hidden from you"),
            Self::Unknown => f.write_str("Not known"),
            Self::Empty => f.write_str("None"),
        }
    }
}
