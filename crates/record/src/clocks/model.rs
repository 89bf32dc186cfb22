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
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;
    use crate::clocks::{kind::Basis, limit::Limit, policy::LocalLimit};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn state(episode: &Episode, kind: ClockKind, today: &str) -> Vec<State> {
        clocks(std::slice::from_ref(episode), &ClockPolicy::default(), day(today))
            .into_iter()
            .filter(|clock| clock.kind == kind)
            .map(|clock| clock.state)
            .collect()
    }

    fn referred() -> Episode {
        Episode::referred(day("2019-04-15"))
    }

    fn with_assessment(authorised: Option<&str>) -> Episode {
        let assessment = Assessment { start: day("2019-04-16"), authorised: authorised.map(day) };
        Episode { assessments: vec![assessment], ..referred() }
    }

    #[test]
    fn an_assessment_is_due_45_working_days_after_the_referral() {
        // Easter, early May and spring bank holidays lie between: 45 working days end on 21 June.
        let clocks = clocks(&[referred()], &ClockPolicy::default(), day("2019-05-01"));
        let clock = clocks.iter().find(|clock| clock.kind == ClockKind::Assessment).unwrap();
        assert_eq!(clock.due.unwrap().on, day("2019-06-21"));
        let at = |today| state(&referred(), ClockKind::Assessment, today);
        assert_eq!(at("2019-06-13"), [State::Running]);
        assert_eq!(at("2019-06-14"), [State::DueSoon]);
        assert_eq!(at("2019-06-21"), [State::DueSoon]);
        assert_eq!(at("2019-06-22"), [State::Overdue]);
        let authorised = |on| state(&with_assessment(Some(on)), ClockKind::Assessment, "2019-09-01");
        assert_eq!(authorised("2019-06-21"), [State::Met]);
        assert_eq!(authorised("2019-06-22"), [State::MetLate]);
    }

    #[test]
    fn a_second_assessment_is_counted_from_its_own_start_only() {
        let second = Assessment { start: day("2019-10-01"), authorised: None };
        let mut episode = with_assessment(Some("2019-06-01"));
        episode.assessments.push(second);
        assert_eq!(state(&episode, ClockKind::Assessment, "2019-10-02"), [State::Met]);
        assert_eq!(
            state(&episode, ClockKind::AssessmentOwnStart, "2019-10-02"),
            [State::Met, State::Running]
        );
        assert_eq!(
            state(&episode, ClockKind::AssessmentOwnStart, "2019-12-30"),
            [State::Met, State::Overdue]
        );
    }

    #[test]
    fn nothing_runs_after_closure_and_none_is_late_for_it() {
        let closed = Episode { closed: Some(day("2019-04-16")), no_further_action: true, ..referred() };
        let states: Vec<State> = clocks(&[closed], &ClockPolicy::default(), day("2020-04-15"))
            .into_iter()
            .map(|clock| clock.state)
            .collect();
        assert_eq!(states, [State::Met], "only the decision, which the closure proves");
    }

    #[test]
    fn a_decision_is_proved_in_time_or_not_recorded_but_never_called_late() {
        assert_eq!(state(&with_assessment(None), ClockKind::ReferralDecision, "2019-07-01"), [State::Met]);
        let late = Episode {
            assessments: vec![Assessment { start: day("2019-05-10"), authorised: None }],
            ..referred()
        };
        assert_eq!(state(&late, ClockKind::ReferralDecision, "2019-07-01"), [State::NotRecorded]);
        assert_eq!(state(&referred(), ClockKind::ReferralDecision, "2019-04-15"), [State::DueSoon]);
    }

    fn enquiry(conference: Option<&str>, target: Option<&str>) -> Episode {
        let enquiry = Enquiry {
            start: day("2019-07-01"),
            target: target.map(day),
            conference: conference.map(day),
            not_required: false,
        };
        Episode { enquiries: vec![enquiry], ..referred() }
    }

    #[test]
    fn a_conference_is_due_15_working_days_after_the_enquiry_began() {
        let kind = ClockKind::InitialConference;
        assert_eq!(state(&enquiry(Some("2019-07-22"), None), kind, "2020-01-01"), [State::Met]);
        assert_eq!(state(&enquiry(Some("2019-07-23"), None), kind, "2020-01-01"), [State::MetLate]);
        assert_eq!(state(&enquiry(None, None), kind, "2019-07-23"), [State::Overdue]);
        let mut not_required = enquiry(None, None);
        not_required.enquiries[0].not_required = true;
        assert_eq!(state(&not_required, kind, "2019-08-23"), []);
    }

    #[test]
    fn a_target_of_the_council_can_tighten_but_not_loosen() {
        let due = |target| {
            let clocks = clocks(&[enquiry(None, Some(target))], &ClockPolicy::default(), day("2019-07-02"));
            let clock = clocks.iter().find(|clock| clock.kind == ClockKind::InitialConference).unwrap();
            (clock.due.unwrap().on, clock.due.unwrap().basis)
        };
        assert_eq!(due("2019-07-18"), (day("2019-07-18"), Basis::Local));
        assert_eq!(due("2019-08-30"), (day("2019-07-22"), Basis::National));
        assert_eq!(
            due("2019-06-01"),
            (day("2019-07-22"), Basis::National),
            "before the enquiry: not believed"
        );
    }

    fn plan(end: Option<&str>, reviews: &[&str]) -> Episode {
        let plan = ProtectionPlan {
            start: day("2019-01-31"),
            end: end.map(day),
            reviews: reviews.iter().map(|review| day(review)).collect(),
        };
        Episode { protection_plans: vec![plan], ..referred() }
    }

    #[test]
    fn the_first_review_comes_within_three_months_then_every_six() {
        let first = |reviews: &[&str], today| state(&plan(None, reviews), ClockKind::FirstReview, today);
        let later = |reviews: &[&str], today| state(&plan(None, reviews), ClockKind::LaterReview, today);
        assert_eq!(first(&[], "2019-04-30"), [State::DueSoon], "31 January and three months is 30 April");
        assert_eq!(first(&[], "2019-05-01"), [State::Overdue]);
        assert_eq!(later(&[], "2019-05-01"), [State::NotStarted]);
        assert_eq!(first(&["2019-04-30"], "2019-05-01"), [State::Met]);
        assert_eq!(later(&["2019-04-30"], "2019-06-01"), [State::Running]);
        assert_eq!(later(&["2019-10-31", "2019-04-30"], "2020-06-01"), [State::MetLate, State::Overdue]);
        // The same reviews told twice and out of order are the same reviews.
        assert_eq!(
            later(&["2019-10-30", "2019-04-30", "2019-04-30"], "2019-12-01"),
            [State::Met, State::Running]
        );
    }

    #[test]
    fn a_plan_that_ended_before_its_review_was_due_was_not_late() {
        assert_eq!(state(&plan(Some("2019-04-01"), &[]), ClockKind::FirstReview, "2020-01-01"), []);
        assert_eq!(
            state(&plan(Some("2019-09-01"), &[]), ClockKind::FirstReview, "2020-01-01"),
            [State::NotRecorded]
        );
    }

    #[test]
    fn what_no_file_records_is_never_called_overdue() {
        assert_eq!(state(&plan(None, &[]), ClockKind::CoreGroup, "2019-02-14"), [State::DueSoon]);
        assert_eq!(state(&plan(None, &[]), ClockKind::CoreGroup, "2019-02-15"), [State::NotRecorded]);
    }

    #[test]
    fn the_most_pressing_clock_is_the_one_due_first() {
        let mut episode = enquiry(None, None);
        episode.assessments = vec![Assessment { start: day("2019-04-16"), authorised: None }];
        let all = clocks(&[episode], &ClockPolicy::default(), day("2019-07-10"));
        assert_eq!(most_pressing(&all).unwrap().kind, ClockKind::Assessment);
        assert_eq!(most_pressing(&[]), None);
    }

    #[test]
    fn a_local_limit_shows_as_local() {
        let policy = ClockPolicy::new(vec![LocalLimit {
            kind: ClockKind::Assessment,
            limit: Some(Limit::working_days(20)),
            applies_from: day("2019-01-01"),
            version: 1,
        }]);
        let all = clocks(&[referred()], &policy, day("2019-05-01"));
        let clock = all.iter().find(|clock| clock.kind == ClockKind::Assessment).unwrap();
        assert_eq!((clock.due.unwrap().on, clock.due.unwrap().basis), (day("2019-05-16"), Basis::Local));
    }

    fn dates() -> impl Strategy<Value = NaiveDate> {
        (0_u64..2_500).prop_map(|offset| day("2015-01-01") + Days::new(offset))
    }

    prop_compose! {
        fn episodes()(
            referral in dates(),
            closed in proptest::option::of(dates()),
            no_further_action in any::<bool>(),
            assessments in proptest::collection::vec((dates(), proptest::option::of(dates())), 0..4),
            enquiries in proptest::collection::vec(
                (dates(), proptest::option::of(dates()), proptest::option::of(dates()), any::<bool>()), 0..4),
            plans in proptest::collection::vec(
                (dates(), proptest::option::of(dates()), proptest::collection::vec(dates(), 0..6)), 0..3),
            in_need_plans in proptest::collection::vec((dates(), proptest::option::of(dates())), 0..3),
        ) -> Episode {
            Episode {
                referral, no_further_action, closed, in_need_plans,
                assessments: assessments.into_iter()
                    .map(|(start, authorised)| Assessment { start, authorised }).collect(),
                enquiries: enquiries.into_iter()
                    .map(|(start, target, conference, not_required)| Enquiry { start, target, conference, not_required })
                    .collect(),
                protection_plans: plans.into_iter()
                    .map(|(start, end, reviews)| ProtectionPlan { start, end, reviews }).collect(),
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_the_dates_a_clock_says_what_it_is(episode in episodes(), today in dates()) {
            for clock in clocks(&[episode], &ClockPolicy::default(), today) {
                let due = clock.due.map(|due| due.on);
                match clock.state {
                    State::Overdue => prop_assert!(due.unwrap() < today && clock.done.is_none()),
                    State::Running | State::DueSoon => prop_assert!(due.unwrap() >= today && clock.done.is_none()),
                    State::Met => prop_assert!(clock.done.unwrap() <= due.unwrap()),
                    State::MetLate => prop_assert!(clock.done.unwrap() > due.unwrap()),
                    State::NotStarted => prop_assert!(clock.started.is_none() && due.is_none()),
                    State::NotRecorded => prop_assert!(clock.done.is_none()),
                }
                if let (Some(national), Some(start), Some(due)) = (clock.kind.national(), clock.started, due) {
                    prop_assert!(due <= national.due(start));
                }
            }
        }

        #[test]
        fn time_only_moves_a_clock_towards_overdue(episode in episodes(), today in dates(), later in 0_u64..400) {
            let at = |day| clocks(std::slice::from_ref(&episode), &ClockPolicy::default(), day);
            let (now, then) = (at(today), at(today + Days::new(later)));
            prop_assert_eq!(now.len(), then.len());
            for (now, then) in now.iter().zip(&then) {
                prop_assert!(now.state != State::Overdue || then.state == State::Overdue);
                prop_assert_eq!(now.due, then.due);
            }
        }
    }
}
