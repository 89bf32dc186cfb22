//! The clocks of the sector, each with its limit and where the limit comes from.
//!
//! Sources (procedures of English safeguarding partnerships, which quote *Working Together to Safeguard
//! Children*; read for this project, not legal advice):
//! - decision on a referral, one working day: Northumberland and Surrey children's procedures, "Contacts and
//!   referrals";
//! - assessment, 45 working days from the referral: Hertfordshire children's procedures, "Assessment";
//! - initial child protection conference, 15 working days from the strategy discussion at which the section
//!   47 enquiry was initiated: Warrington safeguarding partnerships, "Child protection conferences and core
//!   groups". The census holds the start of the enquiry, not the discussion, so the clock starts there;
//! - core group, 10 working days from the conference: Newcastle children's procedures, "Core group";
//! - review conferences, 3 months after the initial one and then 6-monthly: North Yorkshire safeguarding
//!   partnership, "Managing a child protection plan";
//! - assessment authorised 45 working days from its own start: one council's performance measure (Microsoft
//!   SocialServicesAnalytics, measures for social workers in schools);
//! - visits: no national figure was seen. Camden asks for one in 10 days for a child with a protection plan,
//!   other councils for one in 28: the council says so itself.

use super::limit::Limit;

/// Who set a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// National guidance. A council may tighten it, never loosen it.
    National,
    /// The council itself.
    Local,
}

impl Basis {
    /// The word on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::National => "National",
            Self::Local => "Local",
        }
    }
}

/// A clock of the sector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClockKind {
    /// From the referral to the decision on what to do with it.
    ReferralDecision,
    /// From the referral to the completion of the child and family assessment.
    Assessment,
    /// From the start of an assessment to its authorisation.
    AssessmentOwnStart,
    /// From the start of a section 47 enquiry to the initial child protection conference.
    InitialConference,
    /// From the initial conference to the first core group.
    CoreGroup,
    /// From the initial conference to the first review conference.
    FirstReview,
    /// From one review conference to the next.
    LaterReview,
    /// From one visit to the next while a child protection plan runs.
    ProtectionVisit,
    /// From one visit to the next while a child in need plan runs.
    InNeedVisit,
}

impl ClockKind {
    /// Every clock, in the order of a case.
    pub const ALL: [Self; 9] = [
        Self::ReferralDecision,
        Self::Assessment,
        Self::AssessmentOwnStart,
        Self::InitialConference,
        Self::CoreGroup,
        Self::FirstReview,
        Self::LaterReview,
        Self::ProtectionVisit,
        Self::InNeedVisit,
    ];

    /// The name stored and sent by forms.
    pub fn slug(self) -> &'static str {
        match self {
            Self::ReferralDecision => "referral-decision",
            Self::Assessment => "assessment",
            Self::AssessmentOwnStart => "assessment-own-start",
            Self::InitialConference => "initial-conference",
            Self::CoreGroup => "core-group",
            Self::FirstReview => "first-review",
            Self::LaterReview => "later-review",
            Self::ProtectionVisit => "protection-visit",
            Self::InNeedVisit => "in-need-visit",
        }
    }

    /// The clock of that stored name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// The name on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::ReferralDecision => "Decision on the referral",
            Self::Assessment => "Child and family assessment, from the referral",
            Self::AssessmentOwnStart => "Assessment authorised, from its start",
            Self::InitialConference => "Initial child protection conference",
            Self::CoreGroup => "First core group",
            Self::FirstReview => "First review conference",
            Self::LaterReview => "Review conference",
            Self::ProtectionVisit => "Visit, child protection plan",
            Self::InNeedVisit => "Visit, child in need plan",
        }
    }

    /// What starts it, on screen.
    pub fn trigger(self) -> &'static str {
        match self {
            Self::ReferralDecision | Self::Assessment => "the referral",
            Self::AssessmentOwnStart => "the start of the assessment",
            Self::InitialConference => "the start of the section 47 enquiry",
            Self::CoreGroup | Self::FirstReview => "the initial conference",
            Self::LaterReview => "the review before",
            Self::ProtectionVisit | Self::InNeedVisit => "the start of the plan, then each visit",
        }
    }

    /// The national limit, the floor that no council can loosen; `None` where there is none.
    pub fn national(self) -> Option<Limit> {
        match self {
            Self::ReferralDecision => Some(Limit::working_days(1)),
            Self::Assessment => Some(Limit::working_days(45)),
            Self::InitialConference => Some(Limit::working_days(15)),
            Self::CoreGroup => Some(Limit::working_days(10)),
            Self::FirstReview => Some(Limit::months(3)),
            Self::LaterReview => Some(Limit::months(6)),
            Self::AssessmentOwnStart | Self::ProtectionVisit | Self::InNeedVisit => None,
        }
    }

    /// The local limit that stands until the council says otherwise; `None` where the clock does not run
    /// before it does.
    pub fn local_default(self) -> Option<Limit> {
        match self {
            Self::AssessmentOwnStart => Some(Limit::working_days(45)),
            _ => None,
        }
    }

    /// Where the limit comes from, in a few words.
    pub fn source(self) -> &'static str {
        match self {
            Self::ReferralDecision => {
                "Working Together, as quoted in Northumberland's and Surrey's procedures on referrals"
            }
            Self::Assessment => "Working Together, as quoted in Hertfordshire's procedures on assessment",
            Self::AssessmentOwnStart => "A council's own performance measure",
            Self::InitialConference => {
                "Working Together, as quoted in Warrington's procedures on conferences; counted from the start of \
                 the section 47 enquiry"
            }
            Self::CoreGroup => "Working Together, as quoted in Newcastle's procedures on core groups",
            Self::FirstReview | Self::LaterReview => {
                "Working Together, as quoted in North Yorkshire's procedures on managing a child protection plan"
            }
            Self::ProtectionVisit | Self::InNeedVisit => "The council's own limit; there is no national one",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_clock() {
        for kind in ClockKind::ALL {
            assert_eq!(ClockKind::from_slug(kind.slug()), Some(kind));
        }
        assert_eq!(ClockKind::from_slug("tea"), None);
    }

    #[test]
    fn a_national_limit_is_never_also_a_local_default() {
        for kind in ClockKind::ALL {
            assert!(kind.national().is_none() || kind.local_default().is_none(), "{}", kind.slug());
        }
    }
}
