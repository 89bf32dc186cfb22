use chrono::NaiveDate;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::team::model::{Holiday, Hours, Weekdays};

const SAM: Uuid = Uuid::from_u128(1);
const RUTH: Uuid = Uuid::from_u128(2);
const JO: Uuid = Uuid::from_u128(3);
const BEECH: u32 = 100_002;
const ASHDOWN: u32 = 140_001;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn place(worker: Uuid, urn: u32, days: &[&str]) -> Place {
    Place {
        id: Uuid::from_u128(u128::from(urn)),
        worker,
        urn,
        first_day: day("2019-06-01"),
        last_day: None,
        days: Weekdays::of(days.iter().copied()),
        hours: Hours { from: 540, to: 900 },
    }
}

fn away(worker: Uuid, first: &str, last: &str, cover: Option<Uuid>) -> Absence {
    Absence { id: Uuid::nil(), worker, urn: None, first_day: day(first), last_day: day(last), cover }
}

/// Sam is at Beech Lane on Mondays and Thursdays.
fn plan(absences: Vec<Absence>) -> Plan {
    Plan { places: vec![place(SAM, BEECH, &["mon", "thu"])], absences, calendar: Calendar::default() }
}

fn at(plan: &Plan, date: &str) -> Option<Presence> {
    plan.presence(plan.places.first().unwrap(), day(date))
}

#[test]
fn somebody_is_there_on_their_days_when_schools_are_open() {
    let mut plan = plan(vec![]);
    assert_eq!(at(&plan, "2019-07-01"), Some(Presence::Here(SAM)));
    assert_eq!(at(&plan, "2019-07-02"), None, "a Tuesday");
    assert_eq!(at(&plan, "2019-07-06"), None, "a Saturday");
    assert_eq!(at(&plan, "2019-08-26"), None, "a bank holiday on a Monday");
    let summer =
        Holiday { name: "Summer".to_owned(), first_day: day("2019-07-24"), last_day: day("2019-08-31") };
    plan.calendar.holidays.push(summer);
    assert_eq!(at(&plan, "2019-07-25"), None, "a Thursday of the holiday");
    assert_eq!(at(&plan, "2019-09-02"), Some(Presence::Here(SAM)));
}

#[test]
fn who_is_away_is_covered_or_nobody_is_there() {
    let one = plan(vec![away(SAM, "2019-07-01", "2019-07-01", Some(RUTH))]);
    assert_eq!(at(&one, "2019-07-01"), Some(Presence::Covered { away: SAM, by: RUTH }));
    assert_eq!(at(&one, "2019-07-04"), Some(Presence::Here(SAM)), "for the one day only");
    let none = plan(vec![away(SAM, "2019-07-01", "2019-07-05", None)]);
    assert_eq!(at(&none, "2019-07-04"), Some(Presence::Nobody { away: SAM }));
}

#[test]
fn cover_that_falls_ill_is_covered_in_turn_and_a_circle_is_nobody() {
    let chain = plan(vec![
        away(SAM, "2019-07-01", "2019-07-05", Some(RUTH)),
        away(RUTH, "2019-07-01", "2019-07-01", Some(JO)),
    ]);
    assert_eq!(at(&chain, "2019-07-01"), Some(Presence::Covered { away: SAM, by: JO }));
    assert_eq!(at(&chain, "2019-07-04"), Some(Presence::Covered { away: SAM, by: RUTH }));
    let circle = plan(vec![
        away(SAM, "2019-07-01", "2019-07-01", Some(RUTH)),
        away(RUTH, "2019-07-01", "2019-07-01", Some(SAM)),
    ]);
    assert_eq!(at(&circle, "2019-07-01"), Some(Presence::Nobody { away: SAM }));
    let gap = plan(vec![
        away(SAM, "2019-07-01", "2019-07-01", Some(RUTH)),
        away(RUTH, "2019-07-01", "2019-07-01", None),
    ]);
    assert_eq!(at(&gap, "2019-07-01"), Some(Presence::Nobody { away: SAM }));
}

#[test]
fn away_from_one_school_is_not_away_from_another() {
    let mut both = plan(vec![Absence { urn: Some(ASHDOWN), ..away(SAM, "2019-07-01", "2019-07-01", None) }]);
    both.places.push(Place { hours: Hours { from: 900, to: 1_000 }, ..place(SAM, ASHDOWN, &["mon"]) });
    let found = both.of_worker(SAM, day("2019-07-01"));
    assert_eq!(
        found.iter().map(|(place, presence)| (place.urn, *presence)).collect::<Vec<_>>(),
        [(BEECH, Presence::Here(SAM)), (ASHDOWN, Presence::Nobody { away: SAM })]
    );
    assert_eq!(both.of_worker(RUTH, day("2019-07-01")), []);
}

#[test]
fn nobody_covers_while_away_or_at_another_school() {
    let mut plan = plan(vec![away(JO, "2019-07-04", "2019-07-04", None)]);
    plan.places.push(place(RUTH, ASHDOWN, &["thu"]));
    let by = |cover, first: &str, last: &str| plan.cannot_cover(&away(SAM, first, last, Some(cover)));
    assert_eq!(by(RUTH, "2019-07-01", "2019-07-03"), None);
    assert_eq!(
        by(RUTH, "2019-07-01", "2019-07-05"),
        Some(CannotCover::Elsewhere { on: day("2019-07-04"), urn: ASHDOWN })
    );
    assert_eq!(by(JO, "2019-07-01", "2019-07-03"), None);
    assert_eq!(by(JO, "2019-07-01", "2019-07-05"), Some(CannotCover::Away(day("2019-07-04"))));
    // Taken out of the own school for the day, Ruth can.
    let mut freed = plan.clone();
    freed.absences.push(Absence { urn: Some(ASHDOWN), ..away(RUTH, "2019-07-04", "2019-07-04", None) });
    assert_eq!(freed.cannot_cover(&away(SAM, "2019-07-01", "2019-07-05", Some(RUTH))), None);
}

#[test]
fn an_absence_ends_after_it_begins_and_is_covered_by_somebody_else() {
    let fields = |absence: Absence| absence.problems().iter().map(|p| p.field).collect::<Vec<_>>();
    assert_eq!(fields(away(SAM, "2019-07-01", "2019-07-01", Some(RUTH))), [""; 0]);
    assert_eq!(fields(away(SAM, "2019-07-02", "2019-07-01", None)), ["last-day"]);
    assert_eq!(fields(away(SAM, "2019-07-02", "2021-07-01", None)), ["last-day"]);
    assert_eq!(fields(away(SAM, "2019-07-01", "2019-07-01", Some(SAM))), ["cover"]);
    let week = away(SAM, "2019-07-01", "2019-07-05", None);
    assert!(week.overlaps(&away(SAM, "2019-07-05", "2019-07-09", None)));
    assert!(!week.overlaps(&away(SAM, "2019-07-06", "2019-07-09", None)));
    assert!(!week.overlaps(&away(RUTH, "2019-07-01", "2019-07-05", None)));
    let of = |urn| Absence { urn: Some(urn), ..week.clone() };
    assert!(!of(BEECH).overlaps(&of(ASHDOWN)) && week.overlaps(&of(BEECH)));
}

proptest! {
    /// Whatever absences there are, the search for cover ends, and whoever is found is not away.
    #[test]
    fn whoever_is_there_is_not_away(
        absences in proptest::collection::vec((0_u128..5, 0_u64..10, 0_u64..10, proptest::option::of(0_u128..5)), 0..12),
    ) {
        let absences = absences.into_iter().map(|(worker, starts, length, cover)| {
            let first_day = day("2019-07-01") + chrono::Days::new(starts);
            Absence {
                id: Uuid::nil(),
                worker: Uuid::from_u128(worker),
                urn: None,
                first_day,
                last_day: first_day + chrono::Days::new(length),
                cover: cover.map(Uuid::from_u128),
            }
        });
        let plan = plan(absences.collect());
        for date in day("2019-07-01").iter_days().take(21) {
            for (place, presence) in plan.on(date) {
                if let Some(worker) = presence.worker() {
                    prop_assert!(!plan.is_away(worker, place.urn, date));
                }
                let here = presence == Presence::Here(SAM);
                prop_assert_eq!(here, !plan.is_away(SAM, BEECH, date));
            }
        }
    }
}
