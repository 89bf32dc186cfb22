//! The clocks of a case: pure, from its dates, the council's policy and a day.

use chrono::NaiveDate;
use platform::calendar::add_working_days;

use super::{
    kind::ClockKind,
    policy::{ClockPolicy, DueBy},
};

/// One episode of need, as far as clocks read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episode {
    /// The referral.
    pub referral: NaiveDate,
    /// The referral led to no further action.
    pub no_further_action: bool,
    /// The episode's end.
    pub closed: Option<NaiveDate>,
    /// The assessments.
    pub assessments: Vec<Assessment>,
    /// The section 47 enquiries.
    pub enquiries: Vec<Enquiry>,
    /// The child protection plans.
    pub protection_plans: Vec<ProtectionPlan>,
    /// The child in need plans, start and end.
    pub in_need_plans: Vec<(NaiveDate, Option<NaiveDate>)>,
}

impl Episode {
    /// An episode that has only been referred.
    pub fn referred(on: NaiveDate) -> Self {
        Self {
            referral: on,
            no_further_action: false,
            closed: None,
            assessments: vec![],
            enquiries: vec![],
            protection_plans: vec![],
            in_need_plans: vec![],
        }
    }
}

/// A child and family assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assessment {
    /// Its start.
    pub start: NaiveDate,
    /// Its authorisation: completion.
    pub authorised: Option<NaiveDate>,
}

/// A section 47 enquiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enquiry {
    /// Its start.
    pub start: NaiveDate,
    /// The target that the council's own system gave for the conference.
    pub target: Option<NaiveDate>,
    /// The initial conference.
    pub conference: Option<NaiveDate>,
    /// The enquiry ended without need of a conference.
    pub not_required: bool,
}

/// A child protection plan. It starts on the day of its initial conference (census rule 2885).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtectionPlan {
    /// Its start.
    pub start: NaiveDate,
    /// Its end.
    pub end: Option<NaiveDate>,
    /// The review conferences, in any order.
    pub reviews: Vec<NaiveDate>,
}

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Past its day and not done.
    Overdue,
    /// Not done, and its day is close: five working days or fewer.
    DueSoon,
    /// Not done, with time left.
    Running,
    /// What starts it has not happened yet.
    NotStarted,
    /// Past its day; whether it was done is not in any file that the record is made from.
    NotRecorded,
    /// Done after its day.
    MetLate,
    /// Done in time.
    Met,
}

impl State {
    /// The words on screen; never colour alone.
    pub fn title(self) -> &'static str {
        match self {
            Self::NotStarted => "Not started",
            Self::Running => "Running",
            Self::DueSoon => "Due soon",
            Self::Overdue => "Overdue",
            Self::Met => "Met",
            Self::MetLate => "Met late",
            Self::NotRecorded => "Not recorded",
        }
    }

    /// The design system's colour of the tag.
    pub fn colour(self) -> &'static str {
        match self {
            Self::NotStarted | Self::NotRecorded => "grey",
            Self::Running => "blue",
            Self::DueSoon => "yellow",
            Self::Overdue => "red",
            Self::Met => "green",
            Self::MetLate => "orange",
        }
    }

    /// Whether somebody still has to do something.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::DueSoon | Self::Overdue)
    }
}

/// One clock of a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Which.
    pub kind: ClockKind,
    /// When it started; `None` where it has not.
    pub started: Option<NaiveDate>,
    /// By when, and who says so; `None` where it has not started.
    pub due: Option<DueBy>,
    /// When it was done.
    pub done: Option<NaiveDate>,
    /// How it stands.
    pub state: State,
}

/// What is known of a clock's end.
#[derive(Debug, Clone, Copy)]
enum End {
    /// Done on this day.
    Done(NaiveDate),
    /// Done on this day at the latest, perhaps before: proof only of having been in time.
    ByThen(NaiveDate),
    /// Not done, as far as the record knows.
    Open,
    /// The record's files never say.
    NeverRecorded,
}

/// Every clock of these episodes as it stands on `today`, in the order of the case.
///
/// A clock whose purpose has gone (the case was closed, the plan ended before its day) is left out: nobody
/// was late.
pub fn clocks(episodes: &[Episode], policy: &ClockPolicy, today: NaiveDate) -> Vec<Clock> {
    let mut made = Maker { policy, today, clocks: vec![] };
    for episode in episodes {
        made.referral(episode);
        made.assessments(episode);
        made.conferences(episode);
        for plan in &episode.protection_plans {
            made.protection_plan(plan, episode.closed);
        }
        for (start, end) in &episode.in_need_plans {
            made.visits(ClockKind::InNeedVisit, *start, end.or(episode.closed));
        }
    }
    made.clocks
}

/// The clock that presses most: overdue before due soon before running, then the earliest day.
pub fn most_pressing(clocks: &[Clock]) -> Option<&Clock> {
    clocks
        .iter()
        .filter(|clock| clock.state.is_open())
        .min_by_key(|clock| (clock.due.map_or(NaiveDate::MAX, |due| due.on), clock.state, clock.kind))
}

struct Maker<'a> {
    policy: &'a ClockPolicy,
    today: NaiveDate,
    clocks: Vec<Clock>,
}

impl Maker<'_> {
    fn add(&mut self, kind: ClockKind, start: NaiveDate, end: End) {
        if let Some(due) = self.policy.due(kind, start) {
            self.add_due(kind, start, due, end);
        }
    }

    fn add_due(&mut self, kind: ClockKind, start: NaiveDate, due: DueBy, end: End) {
        let (state, done) = match end {
            End::Done(on) => (if on <= due.on { State::Met } else { State::MetLate }, Some(on)),
            End::ByThen(on) if on <= due.on => (State::Met, Some(on)),
            End::ByThen(_) => (State::NotRecorded, None),
            End::NeverRecorded if self.today > due.on => (State::NotRecorded, None),
            End::Open if self.today > due.on => (State::Overdue, None),
            End::Open | End::NeverRecorded if due.on <= add_working_days(self.today, 5) => {
                (State::DueSoon, None)
            }
            End::Open | End::NeverRecorded => (State::Running, None),
        };
        self.clocks.push(Clock { kind, started: Some(start), due: Some(due), done, state });
    }

    /// The census does not hold the day of the decision. The first thing that followed it (an assessment, an
    /// enquiry, the closure) proves that it had been taken by then, and nothing more.
    fn referral(&mut self, episode: &Episode) {
        let followed = episode
            .assessments
            .iter()
            .map(|assessment| assessment.start)
            .chain(episode.enquiries.iter().map(|enquiry| enquiry.start))
            .chain(episode.closed)
            .filter(|on| *on >= episode.referral)
            .min();
        let end = followed.map_or(End::NeverRecorded, End::ByThen);
        self.add(ClockKind::ReferralDecision, episode.referral, end);
    }

    /// The first assessment is counted from the referral; a later one in the same episode from its own start,
    /// as the local clock is for every one.
    fn assessments(&mut self, episode: &Episode) {
        let mut assessments = episode.assessments.clone();
        assessments.sort_by_key(|assessment| (assessment.start, assessment.authorised));
        match assessments.first() {
            Some(first) => {
                let end = match (first.authorised, episode.closed) {
                    (Some(on), _) => Some(End::Done(on)),
                    (None, Some(_)) => None,
                    (None, None) => Some(End::Open),
                };
                if let Some(end) = end {
                    self.add(ClockKind::Assessment, episode.referral, end);
                }
            }
            None if episode.no_further_action || episode.closed.is_some() => {}
            None => self.add(ClockKind::Assessment, episode.referral, End::Open),
        }
        for assessment in assessments {
            let end = match (assessment.authorised, episode.closed) {
                (Some(on), _) => End::Done(on),
                (None, Some(_)) => continue,
                (None, None) => End::Open,
            };
            self.add(ClockKind::AssessmentOwnStart, assessment.start, end);
        }
    }

    /// A target of the council's own system counts where it is earlier than the floor, never where it is later.
    fn conferences(&mut self, episode: &Episode) {
        for enquiry in &episode.enquiries {
            let end = match enquiry.conference {
                Some(on) => End::Done(on),
                None if enquiry.not_required || episode.closed.is_some() => continue,
                None => End::Open,
            };
            let Some(mut due) = self.policy.due(ClockKind::InitialConference, enquiry.start) else {
                continue;
            };
            if let Some(target) = enquiry.target.filter(|target| (enquiry.start..due.on).contains(target)) {
                due.on = target;
                due.basis = super::kind::Basis::Local;
            }
            self.add_due(ClockKind::InitialConference, enquiry.start, due, end);
        }
    }

    fn protection_plan(&mut self, plan: &ProtectionPlan, closed: Option<NaiveDate>) {
        let end = plan.end.or(closed);
        if end.is_none_or(|end| {
            self.policy.due(ClockKind::CoreGroup, plan.start).is_some_and(|due| due.on <= end)
        }) {
            self.add(ClockKind::CoreGroup, plan.start, End::NeverRecorded);
        }
        let mut reviews: Vec<NaiveDate> =
            plan.reviews.iter().copied().filter(|on| *on > plan.start).collect();
        reviews.sort_unstable();
        reviews.dedup();
        let mut before = plan.start;
        let mut kind = ClockKind::FirstReview;
        for review in reviews {
            self.add(kind, before, End::Done(review));
            (before, kind) = (review, ClockKind::LaterReview);
        }
        match end {
            None => {
                self.add(kind, before, End::Open);
                if kind == ClockKind::FirstReview {
                    self.clocks.push(Clock {
                        kind: ClockKind::LaterReview,
                        started: None,
                        due: None,
                        done: None,
                        state: State::NotStarted,
                    });
                }
            }
            // A plan that ran on past the day of its next review ended without one.
            Some(end) => {
                if let Some(due) = self.policy.due(kind, before).filter(|due| due.on < end) {
                    self.clocks.push(Clock {
                        kind,
                        started: Some(before),
                        due: Some(due),
                        done: None,
                        state: State::NotRecorded,
                    });
                }
            }
        }
        self.visits(ClockKind::ProtectionVisit, plan.start, end);
    }

    /// No census holds visits, so only the first one's day can be said, and not whether it was kept.
    fn visits(&mut self, kind: ClockKind, start: NaiveDate, end: Option<NaiveDate>) {
        if end.is_none() {
            self.add(kind, start, End::NeverRecorded);
        }
    }
}

#[cfg(test)]
mod tests;
