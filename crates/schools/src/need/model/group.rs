//! Kinds that are compared with each other.

use crate::figures::Kind;

/// Schools that are compared with one another, and with no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Primary schools.
    Primary,
    /// Secondary schools, with all-through schools.
    Secondary,
    /// Special schools.
    Special,
    /// Pupil referral units and other alternative provision.
    PupilReferralUnit,
}

impl Group {
    /// Every group, in the order of pages.
    pub const ALL: [Self; 4] = [Self::Primary, Self::Secondary, Self::Special, Self::PupilReferralUnit];

    /// The group of a kind; none for independent schools and colleges, whose rolls the council does not hold.
    pub fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Primary => Some(Self::Primary),
            Kind::Secondary | Kind::AllThrough => Some(Self::Secondary),
            Kind::Special => Some(Self::Special),
            Kind::PupilReferralUnit => Some(Self::PupilReferralUnit),
            Kind::Other => None,
        }
    }

    /// The name in addresses and files.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Special => "special",
            Self::PupilReferralUnit => "pupil-referral-unit",
        }
    }

    /// The group of that name; `pru` is understood too.
    pub fn from_slug(slug: &str) -> Option<Self> {
        if slug == "pru" {
            return Some(Self::PupilReferralUnit);
        }
        Self::ALL.into_iter().find(|group| group.slug() == slug)
    }

    /// The name of several in a sentence.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Primary => "primary schools",
            Self::Secondary => "secondary schools",
            Self::Special => "special schools",
            Self::PupilReferralUnit => "pupil referral units",
        }
    }

    /// The name of one in a sentence.
    pub fn one(self) -> &'static str {
        match self {
            Self::Primary => "primary school",
            Self::Secondary => "secondary school",
            Self::Special => "special school",
            Self::PupilReferralUnit => "pupil referral unit",
        }
    }

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Primary => "Primary schools",
            Self::Secondary => "Secondary and all-through schools",
            Self::Special => "Special schools",
            Self::PupilReferralUnit => "Pupil referral units",
        }
    }
}
