//! Each definition by a case worked by hand, and the promise that nothing is lost or counted twice.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use record::roll::{SchoolRef, Spell};

use super::{
    child::{Child, PlanStart, Referral},
    measure::{MEASURES, Measure},
    place::{Place, Residual},
    suppression::Policy,
    table::{Coverage, Figure, School, Table, WindowFacts},
    tally::{Counter, Tally},
    window::{TermDates, Window},
};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn windows(names: &[&str]) -> Vec<Window> {
    names.iter().map(|name| Window::parse(name, &TermDates::default()).unwrap()).collect()
}

fn count(windows: &[Window], children: &[Child]) -> Tally {
    let mut counter = Counter::new(windows);
    for child in children {
        counter.child(child);
    }
    counter.finish()
}

fn referral(on: &str, source: &str) -> Referral {
    Referral { on: date(on), source: Some(source.to_owned()) }
}

fn spell(urn: u32, start: &str) -> Spell {
    Spell { school: SchoolRef::Urn(urn), start: date(start), end: None, enrol_status: None, last_seen: None }
}

/// A pupil of school 100001 since 2015, without events.
fn pupil() -> Child {
    Child {
        born: Some(date("2008-03-01")),
        has_upn: true,
        spells: vec![spell(100_001, "2015-09-03")],
        ..Child::default()
    }
}

fn at_school(tally: &Tally, window: usize, measure: Measure) -> u64 {
    tally.of(Place::School(100_001)).map_or(0, |windows| measure.of(&windows[window]))
}

#[test]
fn referrals_count_in_the_window_of_their_date_first_and_last_day_within() {
    let child = Child {
        referrals: vec![
            referral("2018-03-31", "6"),
            referral("2018-04-01", "2A"),
            referral("2019-03-31", "2B"),
            referral("2019-04-01", "1A"),
        ],
        ..pupil()
    };
    let tally = count(&windows(&["2018-19", "2019-20"]), &[child]);
    assert_eq!(at_school(&tally, 0, Measure::Referrals), 2);
    assert_eq!(at_school(&tally, 0, Measure::FromSchool), 1);
    assert_eq!(at_school(&tally, 0, Measure::FromEducation), 2);
    assert_eq!(at_school(&tally, 0, Measure::ChildrenReferred), 1);
    assert_eq!(at_school(&tally, 1, Measure::Referrals), 1);
    assert_eq!(at_school(&tally, 1, Measure::FromEducation), 0);
}

#[test]
fn two_referrals_on_one_day_are_one_with_the_first_source() {
    let child = Child {
        referrals: vec![
            referral("2018-06-01", "6"),
            referral("2018-05-01", "2A"),
            referral("2018-05-01", "3A"),
            referral("2018-06-01", "2A"),
        ],
        ..pupil()
    };
    let tally = count(&windows(&["2018-19"]), &[child]);
    assert_eq!(at_school(&tally, 0, Measure::Referrals), 2);
    assert_eq!(at_school(&tally, 0, Measure::FromSchool), 1, "1 May is the school's, 1 June the police's");
    assert_eq!(at_school(&tally, 0, Measure::ReReferrals), 1, "a second on the same day is no re-referral");
}

#[test]
fn exactly_twelve_months_later_is_a_re_referral_and_a_day_more_is_not() {
    let again = |first: &str, second: &str| {
        let child = Child { referrals: vec![referral(first, "6"), referral(second, "6")], ..pupil() };
        let tally = count(&windows(&["2018-19", "2019-20", "2020-21"]), &[child]);
        (0..3).map(|window| at_school(&tally, window, Measure::ReReferrals)).sum::<u64>()
    };
    assert_eq!(again("2018-05-01", "2019-05-01"), 1);
    assert_eq!(again("2018-05-01", "2019-05-02"), 0);
    assert_eq!(again("2020-02-29", "2021-02-28"), 1);
    assert_eq!(again("2020-02-29", "2021-03-01"), 0);
}

#[test]
fn an_earlier_referral_before_the_window_makes_a_re_referral_within_it() {
    let child =
        Child { referrals: vec![referral("2018-03-01", "6"), referral("2018-05-01", "6")], ..pupil() };
    let tally = count(&windows(&["2018-19"]), &[child]);
    assert_eq!(at_school(&tally, 0, Measure::Referrals), 1);
    assert_eq!(at_school(&tally, 0, Measure::ReReferrals), 1);
}

#[test]
fn assessments_enquiries_conferences_and_plans_count_by_their_own_dates() {
    let child = Child {
        referrals: vec![referral("2018-02-01", "2A")],
        assessments: vec![date("2018-04-20"), date("2018-09-01")],
        enquiries: vec![date("2018-05-01"), date("2018-11-01"), date("2019-04-02")],
        conferences: vec![date("2018-05-15"), date("2018-11-20")],
        plans: vec![
            PlanStart { on: date("2018-05-15"), repeat: false },
            PlanStart { on: date("2018-11-20"), repeat: true },
        ],
        ..pupil()
    };
    let tally = count(&windows(&["2018-19"]), &[child]);
    for (measure, expected) in [
        (Measure::Referrals, 0),
        (Measure::ChildrenReferred, 0),
        (Measure::Assessments, 2),
        (Measure::Enquiries, 2),
        (Measure::ChildrenEnquired, 1),
        (Measure::Conferences, 2),
        (Measure::PlanStarts, 2),
        (Measure::RepeatPlans, 1),
    ] {
        assert_eq!(at_school(&tally, 0, measure), expected, "{measure:?}");
    }
}

#[test]
fn a_child_who_changes_school_counts_once_at_the_school_of_the_first_event() {
    let mut child =
        Child { referrals: vec![referral("2018-05-01", "6"), referral("2019-02-01", "6")], ..pupil() };
    child.spells[0].end = Some(date("2018-07-20"));
    child.spells.push(spell(100_002, "2018-09-04"));
    let tally = count(&windows(&["2018-19"]), &[child]);
    let second = &tally.of(Place::School(100_002)).unwrap()[0];
    assert_eq!((Measure::Referrals.of(second), Measure::ChildrenReferred.of(second)), (1, 0));
    assert_eq!(at_school(&tally, 0, Measure::Referrals), 1);
    assert_eq!(at_school(&tally, 0, Measure::ChildrenReferred), 1);
    assert_eq!(Measure::ReReferrals.of(second), 1);
}

#[test]
fn a_withheld_child_is_in_the_total_and_at_no_school() {
    let open = Child { referrals: vec![referral("2018-05-01", "2A")], ..pupil() };
    let withheld = Child { withheld: true, ..open.clone() };
    let tally = count(&windows(&["2018-19"]), &[open, withheld]);
    assert_eq!(at_school(&tally, 0, Measure::Referrals), 1);
    let residual = &tally.of(Place::Residual(Residual::Withheld)).unwrap()[0];
    assert_eq!(Measure::Referrals.of(residual), 1);
    assert_eq!(Measure::Referrals.of(&tally.totals()[0]), 2);
}

fn facts(window: Window) -> WindowFacts {
    let census = window.censuses().first().copied();
    WindowFacts { window, census, free_meals: true, covered: Coverage::Whole, repeats: true }
}

fn school(urn: u32, name: &str) -> School {
    School { urn, name: name.to_owned(), phase: None, previous: vec![] }
}

#[test]
fn a_table_marks_hidden_missing_and_meaningless_figures_differently() {
    let windows = windows(&["2018-19"]);
    let mut counter = Counter::new(&windows);
    for child in 0..9 {
        let day = date("2018-05-01").checked_add_days(Days::new(child)).unwrap();
        let mut child = Child { referrals: vec![Referral { on: day, source: None }], ..pupil() };
        if day < date("2018-05-03") {
            child.spells[0].school = SchoolRef::Urn(100_002);
        }
        counter.child(&child);
    }
    counter.pupils(0, Place::School(100_001), 200, 40);
    let tally = counter.finish();
    let schools = || vec![school(100_002, "Ashdown"), school(100_001, "Beech Lane")];
    let plain = Table::new(&tally, vec![facts(windows[0].clone())], schools(), None);
    let beech = &plain.school(100_001).unwrap().cells[0];
    assert_eq!(beech.figure(Measure::Referrals), Figure::Number(7));
    assert_eq!(beech.rate(Measure::Referrals).to_string(), "35.0");
    assert_eq!(beech.share(Measure::FreeMeals, Measure::Pupils).to_string(), "20.0");
    let ashdown = &plain.school(100_002).unwrap().cells[0];
    assert_eq!(ashdown.figure(Measure::Referrals), Figure::Number(2));
    assert_eq!(ashdown.figure(Measure::Pupils), Figure::NotAvailable, "it sent no roll");
    assert_eq!(ashdown.rate(Measure::Referrals).to_string(), ":");
    assert_eq!(ashdown.figure(Measure::Enquiries).to_string(), "0");
    assert_eq!(plain.residuals[0].cells[0].figure(Measure::Pupils).to_string(), "z");

    let hidden = Table::new(&tally, vec![facts(windows[0].clone())], schools(), Some(Policy::default()));
    let beech = &hidden.school(100_001).unwrap().cells[0];
    assert_eq!(beech.figure(Measure::Referrals).to_string(), "c", "hidden to protect the two of Ashdown");
    assert_eq!(beech.rate(Measure::Referrals).to_string(), "c");
    assert_eq!(hidden.totals[0].figure(Measure::Referrals), Figure::Number(9));

    let unknown =
        WindowFacts { covered: Coverage::None, census: None, repeats: false, ..facts(windows[0].clone()) };
    let empty = Table::new(&tally, vec![unknown], schools(), Some(Policy::default()));
    assert!(Measure::ALL.iter().all(|measure| empty.totals[0].figure(*measure) == Figure::NotAvailable));
}

fn any_date() -> impl Strategy<Value = NaiveDate> {
    (0_u64..1_500).prop_map(|offset| date("2016-06-01").checked_add_days(Days::new(offset)).unwrap())
}

fn any_child() -> impl Strategy<Value = Child> {
    let spell =
        (proptest::option::weighted(0.9, 1_u32..5), any_date(), proptest::option::of(0_u64..600), 0_u8..5)
            .prop_map(|(school, start, days, code)| Spell {
                school: school.map_or(SchoolRef::Unknown("SCH8".to_owned()), SchoolRef::Urn),
                start,
                end: days.and_then(|days| start.checked_add_days(Days::new(days))),
                enrol_status: ["C", "M", "S", "O", "G"].get(usize::from(code)).map(|code| (*code).to_owned()),
                last_seen: None,
            });
    let source = proptest::sample::select(vec!["2A", "2B", "6", "1A"]);
    let referral = (any_date(), proptest::option::of(source))
        .prop_map(|(on, source)| Referral { on, source: source.map(str::to_owned) });
    let plan = (any_date(), any::<bool>()).prop_map(|(on, repeat)| PlanStart { on, repeat });
    let dates = || proptest::collection::vec(any_date(), 0..4);
    (
        proptest::option::of(
            (0_u64..7_000).prop_map(|days| date("2001-01-01").checked_add_days(Days::new(days)).unwrap()),
        ),
        any::<[bool; 2]>(),
        proptest::collection::vec(spell, 0..4),
        proptest::collection::vec(referral, 0..5),
        (dates(), dates(), dates()),
        proptest::collection::vec(plan, 0..3),
    )
        .prop_map(
            |(born, [has_upn, withheld], spells, referrals, (assessments, enquiries, conferences), plans)| {
                Child {
                    born,
                    has_upn,
                    withheld,
                    spells,
                    referrals,
                    assessments,
                    enquiries,
                    conferences,
                    plans,
                }
            },
        )
}

proptest! {
    #[test]
    fn nothing_is_lost_and_nothing_counts_twice(children in proptest::collection::vec(any_child(), 0..20)) {
        let windows = windows(&["2016-17", "2017-18", "2018-19", "academic-2017-18", "autumn-2017"]);
        let tally = count(&windows, &children);
        for (index, window) in windows.iter().enumerate() {
            let mut sum = [0; MEASURES];
            for (_, counts) in tally.places() {
                for (sum, value) in sum.iter_mut().zip(counts[index]) {
                    *sum += value;
                }
            }
            prop_assert_eq!(sum, tally.totals()[index]);
            // Counted again without any place or counter.
            let within = |day: &&NaiveDate| window.holds(**day);
            let total = |measure: Measure| measure.of(&tally.totals()[index]);
            let mut referrals = 0;
            let mut referred = 0;
            for child in &children {
                let mut days: Vec<_> = child.referrals.iter().map(|referral| referral.on).collect();
                days.sort_unstable();
                days.dedup();
                referrals += days.iter().filter(within).count();
                referred += usize::from(days.iter().any(|day| window.holds(*day)));
            }
            prop_assert_eq!(total(Measure::Referrals), referrals as u64);
            prop_assert_eq!(total(Measure::ChildrenReferred), referred as u64);
            let each = |of: fn(&Child) -> &Vec<NaiveDate>| {
                children.iter().flat_map(of).filter(within).count() as u64
            };
            prop_assert_eq!(total(Measure::Assessments), each(|child| &child.assessments));
            prop_assert_eq!(total(Measure::Enquiries), each(|child| &child.enquiries));
            prop_assert_eq!(total(Measure::Conferences), each(|child| &child.conferences));
        }
    }

    #[test]
    fn every_row_obeys_what_the_suppression_assumes(children in proptest::collection::vec(any_child(), 0..20)) {
        let windows = windows(&["2016-17", "2017-18", "2018-19"]);
        let tally = count(&windows, &children);
        for (place, counts) in tally.places() {
            for counts in counts {
                for part in Measure::ALL {
                    if let Some(whole) = part.part_of() {
                        prop_assert!(part.of(counts) <= whole.of(counts), "{:?} at {:?}", part, place);
                    }
                }
                prop_assert!(
                    Measure::Referrals.of(counts)
                        <= Measure::ChildrenReferred.of(counts) + Measure::ReReferrals.of(counts)
                );
            }
        }
    }

    #[test]
    fn the_three_terms_of_a_census_year_add_up_to_it(children in proptest::collection::vec(any_child(), 0..12)) {
        let windows = windows(&["2017-18", "summer-2017", "autumn-2017", "spring-2018"]);
        let tally = count(&windows, &children);
        for measure in [Measure::Referrals, Measure::ReReferrals, Measure::Assessments, Measure::PlanStarts] {
            let of = |index: usize| measure.of(&tally.totals()[index]);
            prop_assert_eq!(of(0), of(1) + of(2) + of(3));
        }
    }
}
