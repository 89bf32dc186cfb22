//! What happens to children known to social care.

use crate::calendar::{CensusYear, Day};
use crate::table::Id;
use crate::world::people::Person;

/// A child as the authority's case system knows it: one local authority child id.
pub(crate) struct Record {
    pub(crate) person: Id<Person>,
    pub(crate) episodes: Vec<Id<Episode>>,
    /// The episode of need that is open now.
    pub(crate) open: Option<Id<Episode>>,
    pub(crate) last_referral: Option<Day>,
    /// Protection plans so far, those before the simulated time included.
    pub(crate) plans: u16,
    /// A second record of a person who already has one: a fault to be found and merged.
    pub(crate) duplicate_of: Option<Id<Record>>,
    /// Left out of the first returns by mistake and supplied only in the resubmission.
    pub(crate) withheld: bool,
}

/// What became of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    NoFurtherAction,
    /// Assessed and closed: RC8, from 2022-23 also RC9. Always within the year of referral.
    NotInNeed,
    InNeed,
}

/// One assessment. It may end after the year that is being simulated.
#[derive(Clone)]
pub(crate) struct Assessment {
    pub(crate) start: Day,
    pub(crate) end: Day,
    pub(crate) factors: Vec<&'static str>,
}

/// One section 47 enquiry.
#[derive(Clone)]
pub(crate) struct Enquiry {
    pub(crate) start: Day,
    /// The day of the initial child protection conference; without one, none was required.
    pub(crate) conference: Option<Day>,
}

/// One child protection plan.
#[derive(Clone)]
pub(crate) struct ProtectionPlan {
    pub(crate) start: Day,
    pub(crate) end: Option<Day>,
    pub(crate) initial_category: &'static str,
    pub(crate) latest_category: &'static str,
    pub(crate) previous_plans: u16,
    /// Planned review conferences; those after the end did not happen.
    pub(crate) reviews: Vec<Day>,
}

/// One referral and what followed.
pub(crate) struct Episode {
    pub(crate) record: Id<Record>,
    pub(crate) referral: Day,
    pub(crate) source: &'static str,
    pub(crate) need: &'static str,
    pub(crate) outcome: Outcome,
    pub(crate) closure: Option<Day>,
    pub(crate) reason: &'static str,
    /// In need when its first year closed, but assessed and closed as not in need in the next.
    pub(crate) assessed_out: bool,
    pub(crate) assessments: Vec<Assessment>,
    pub(crate) enquiries: Vec<Enquiry>,
    /// A conference without an enquiry, for a child who came with a plan from elsewhere.
    pub(crate) transfer_conference: Option<Day>,
    pub(crate) plans: Vec<ProtectionPlan>,
    /// The last day of work already arranged; the episode cannot close before it.
    pub(crate) busy_until: Day,
}

impl Episode {
    /// Whether the episode belongs in the return of a year: referred in it, or open in it.
    pub(crate) fn in_return(&self, year: &CensusYear) -> bool {
        year.holds(self.referral) || self.open_during(year)
    }

    fn open_during(&self, year: &CensusYear) -> bool {
        self.outcome == Outcome::InNeed
            && self.referral <= year.end
            && self.closure.is_none_or(|closure| closure >= year.start)
    }

    /// Whether it is an episode of need open at any point in the year, as the year's own return shows it: one
    /// that was assessed and closed as not in need by the end of the year is none.
    pub(crate) fn in_need_during(&self, year: &CensusYear) -> bool {
        let assessed_out = self.assessed_out && self.closure.is_some_and(|closure| closure <= year.end);
        self.open_during(year) && !assessed_out
    }

    /// Whether it is an episode of need open at the end of a day.
    pub(crate) fn open_at(&self, day: Day) -> bool {
        self.outcome == Outcome::InNeed
            && self.referral <= day
            && self.closure.is_none_or(|closure| closure > day)
    }

    /// Initial conferences of the episode, with the enquiry's start where there was one.
    pub(crate) fn conferences(&self) -> impl Iterator<Item = (Day, Option<Day>)> + '_ {
        let held = self.enquiries.iter().filter_map(|e| e.conference.map(|day| (day, Some(e.start))));
        held.chain(self.transfer_conference.map(|day| (day, None)))
    }

    /// The plan that has not ended.
    pub(crate) fn open_plan(&mut self) -> Option<&mut ProtectionPlan> {
        self.plans.last_mut().filter(|plan| plan.end.is_none())
    }

    /// Whether a plan is running at the end of a day.
    pub(crate) fn on_plan_at(&self, day: Day) -> bool {
        self.plans.iter().any(|plan| plan.start <= day && plan.end.is_none_or(|end| end > day))
    }

    /// Work goes on at least until this day.
    pub(crate) fn keep_busy(&mut self, until: Day) {
        self.busy_until = self.busy_until.max(until);
    }
}
