//! What somebody is told when a booking of theirs is no longer what it was.

/// Why a booking is not what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The worker took the time back.
    Withdrawn,
    /// The worker cancelled the booking.
    Cancelled,
    /// Who booked it cancelled.
    CancelledBySchool,
    /// The worker is away from the school that day.
    Away,
    /// The worker was to be away and is there after all.
    Stands,
}

impl Why {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Withdrawn, Self::Cancelled, Self::CancelledBySchool, Self::Away, Self::Stands];

    /// The stored name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Cancelled => "cancelled",
            Self::CancelledBySchool => "cancelled-by-school",
            Self::Away => "away",
            Self::Stands => "stands",
        }
    }

    /// The one of that stored name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.slug() == slug)
    }

    /// What happened, by the other party of the booking.
    pub fn sentence(self, other: &str) -> String {
        match self {
            Self::Withdrawn => format!("{other} took this time back. Book another"),
            Self::Cancelled => format!("{other} cancelled your booking. Book another time"),
            Self::CancelledBySchool => format!("{other} cancelled. The time is free again"),
            Self::Away => format!("{other} is not at the school then. Book another time"),
            Self::Stands => format!("{other} is there after all. Your booking stands"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_names_come_back() {
        for why in Why::ALL {
            assert_eq!(Why::from_slug(why.slug()), Some(why));
            assert!(why.sentence("Sam").starts_with("Sam "));
        }
        assert_eq!(Why::from_slug("lost"), None);
    }
}
