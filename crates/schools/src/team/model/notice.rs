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
    /// The worker, who is away then, is told of the booking that cannot be kept.
    OwnAway,
    /// The worker is there after all, and is told that the booking stands.
    OwnStands,
    /// Schools are closed that day. The other party is the holiday.
    Closed,
    /// The worker is told the same.
    OwnClosed,
    /// The holiday was taken back.
    Reopened,
}

impl Why {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Withdrawn,
        Self::Cancelled,
        Self::CancelledBySchool,
        Self::Away,
        Self::Stands,
        Self::OwnAway,
        Self::OwnStands,
        Self::Closed,
        Self::OwnClosed,
        Self::Reopened,
    ];

    /// The stored name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Cancelled => "cancelled",
            Self::CancelledBySchool => "cancelled-by-school",
            Self::Away => "away",
            Self::Stands => "stands",
            Self::OwnAway => "own-away",
            Self::OwnStands => "own-stands",
            Self::Closed => "closed",
            Self::OwnClosed => "own-closed",
            Self::Reopened => "reopened",
        }
    }

    /// The one of that stored name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.slug() == slug)
    }

    /// What is said once it no longer holds.
    pub fn after_all(self) -> Self {
        match self {
            Self::OwnAway => Self::OwnStands,
            Self::Closed | Self::OwnClosed => Self::Reopened,
            _ => Self::Stands,
        }
    }

    /// What happened, by the other party of the booking, or by the holiday's name.
    pub fn sentence(self, other: &str) -> String {
        match self {
            Self::Withdrawn => format!("{other} took this time back. Book another"),
            Self::Cancelled => format!("{other} cancelled your booking. Book another time"),
            Self::CancelledBySchool => format!("{other} cancelled. The time is free again"),
            Self::Away => format!("{other} is not at the school then. Book another time"),
            Self::Stands => format!("{other} is there after all. Your booking stands"),
            Self::OwnAway => format!("{other} has booked this time, and you are away then"),
            Self::OwnStands => format!("{other} has booked this time, and you are there after all"),
            Self::Closed => format!("{other}: schools are closed that day. Book another time"),
            Self::OwnClosed => format!("{other}: schools are closed that day. The booking cannot be kept"),
            Self::Reopened => format!("{other}: it was taken back, and schools are open. The booking stands"),
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
            assert!(why.sentence("Sam").starts_with("Sam"));
        }
        assert_eq!(Why::from_slug("lost"), None);
    }
}
