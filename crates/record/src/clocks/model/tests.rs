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
    assert_eq!(state(&episode, ClockKind::AssessmentOwnStart, "2019-10-02"), [State::Met, State::Running]);
    assert_eq!(state(&episode, ClockKind::AssessmentOwnStart, "2019-12-30"), [State::Met, State::Overdue]);
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
    assert_eq!(due("2019-06-01"), (day("2019-07-22"), Basis::National), "before the enquiry: not believed");
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
