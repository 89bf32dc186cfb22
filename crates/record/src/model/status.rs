//! Where a child stands with children's services.

use chrono::NaiveDate;
use returns::cin::{Child, CinEpisode};

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

/// Where a child stands, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Where.
    pub status: Status,
    /// Since when, where a date tells.
    pub since: Option<NaiveDate>,
}

impl Standing {
    /// Where an entry of a return says that the child stands at the end of it.
    ///
    /// Only open episodes count that did not end in no further action. An open protection plan weighs most. A
    /// child in need is one whose assessment is complete, or who has an open child in need plan; before that the
    /// child is being assessed, or referred. An enquiry under section 47 alone leaves the child where it is.
    pub fn of(child: &Child) -> Self {
        let open = child
            .episodes
            .iter()
            .filter(|episode| episode.closure_date.is_none() && episode.referral_nfa != Some(true));
        let mut standing = Self::closed(child);
        for episode in open {
            let here = Self::of_episode(episode);
            if here.status > standing.status {
                standing = here;
            }
        }
        standing
    }

    fn closed(child: &Child) -> Self {
        let since = child.episodes.iter().filter_map(|episode| episode.closure_date).max();
        Self { status: Status::Closed, since }
    }

    fn of_episode(episode: &CinEpisode) -> Self {
        if let Some(plan) = episode.cp_plans.iter().find(|plan| plan.end_date.is_none()) {
            return Self { status: Status::ProtectionPlan, since: plan.start_date };
        }
        if let Some(plan) = episode.cin_plans.iter().find(|plan| plan.end_date.is_none()) {
            return Self { status: Status::InNeed, since: plan.start_date };
        }
        let complete = episode.assessments.iter().filter_map(|one| one.authorisation_date).min();
        if complete.is_some() {
            return Self { status: Status::InNeed, since: complete };
        }
        if let Some(assessment) = episode.assessments.first() {
            return Self { status: Status::Assessment, since: assessment.start_date };
        }
        Self { status: Status::Referral, since: episode.referral_date }
    }
}
