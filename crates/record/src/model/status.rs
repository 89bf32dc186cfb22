//! Where a child stands with children's services.

/// Where a child stands at the reference date of a return, the weightiest that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// No live return has the child: every file that had it was corrected.
    NotInReturn,
    /// Every episode is closed, or led to no further action.
    Closed,
    /// An episode is open and nothing has been started in it.
    Referral,
    /// An assessment is open and none has been completed in the open episode.
    Assessment,
    /// An episode is open after its assessment, or with a child in need plan.
    InNeed,
    /// A child protection plan is open.
    ProtectionPlan,
}

impl Status {
    /// Every status, lightest first.
    pub const ALL: [Self; 6] = [
        Self::NotInReturn,
        Self::Closed,
        Self::Referral,
        Self::Assessment,
        Self::InNeed,
        Self::ProtectionPlan,
    ];

    /// The stored name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::NotInReturn => "not-in-return",
            Self::Closed => "closed",
            Self::Referral => "referral",
            Self::Assessment => "assessment",
            Self::InNeed => "in-need",
            Self::ProtectionPlan => "protection-plan",
        }
    }

    /// The name on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::NotInReturn => "Not in any return",
            Self::Closed => "Closed",
            Self::Referral => "Referred",
            Self::Assessment => "Being assessed",
            Self::InNeed => "Child in need",
            Self::ProtectionPlan => "Child protection plan",
        }
    }

    /// The status of that stored name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.slug() == slug)
    }
}
