//! Measures of dose: how much of the team a school had, for evaluation.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Kind, Plan, Setting};

/// What is counted of one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The school.
    pub urn: u32,
    /// Whose work.
    pub worker: Uuid,
    /// The day.
    pub on: NaiveDate,
    /// What sort of work.
    pub kind: Kind,
    /// Where and how.
    pub setting: Setting,
    /// How long, minutes.
    pub minutes: u32,
    /// Staff who were there; `None` where nobody counted.
    pub staff: Option<u32>,
    /// Pupils who were there.
    pub pupils: Option<u32>,
}

/// How much of the team one school had in a window. People are counted each time they were there: somebody who came
/// to three drop-ins counts three times.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dose {
    /// Days on which a worker was due at the school; two workers on a day are two days.
    pub planned_days: u32,
    /// Days on which a worker was there, as far as is written down: those who were due and not away, who stood in, and
    /// who did something at the school on another day.
    pub actual_days: u32,
    /// Of the days on which somebody was due, those on which somebody else stood in.
    pub covered_days: u32,
    /// Sessions by kind.
    pub sessions: BTreeMap<Kind, u32>,
    /// Minutes by kind.
    pub minutes: BTreeMap<Kind, u64>,
    /// Staff who were there.
    pub staff: u64,
    /// Pupils who were there.
    pub pupils: u64,
    /// Sessions at which nobody counted staff.
    pub staff_unknown: u32,
    /// Sessions at which nobody counted pupils.
    pub pupils_unknown: u32,
}

impl Dose {
    /// All sessions.
    pub fn all_sessions(&self) -> u32 {
        self.sessions.values().sum()
    }

    /// All minutes.
    pub fn all_minutes(&self) -> u64 {
        self.minutes.values().sum()
    }

    /// Hours of a kind.
    #[expect(clippy::cast_precision_loss, reason = "minutes of a team are far below 2^52")]
    pub fn hours(&self, kind: Kind) -> f64 {
        self.minutes.get(&kind).copied().unwrap_or(0) as f64 / 60.0
    }

    /// All hours.
    #[expect(clippy::cast_precision_loss, reason = "minutes of a team are far below 2^52")]
    pub fn all_hours(&self) -> f64 {
        self.all_minutes() as f64 / 60.0
    }

    /// Consultations with staff.
    pub fn consultations(&self) -> u32 {
        self.sessions.get(&Kind::Consultation).copied().unwrap_or(0)
    }

    fn add(&mut self, done: &Done) {
        *self.sessions.entry(done.kind).or_default() += 1;
        *self.minutes.entry(done.kind).or_default() += u64::from(done.minutes);
        for (number, sum, unknown) in [
            (done.staff, &mut self.staff, &mut self.staff_unknown),
            (done.pupils, &mut self.pupils, &mut self.pupils_unknown),
        ] {
            match number {
                Some(number) => *sum += u64::from(number),
                None => *unknown += 1,
            }
        }
    }
}

/// The dose of every school that had a place or a session from one day to another, both included. Days after the last
/// one are not counted, so the caller ends at today.
pub fn dose(plan: &Plan, done: &[Done], from: NaiveDate, to: NaiveDate) -> BTreeMap<u32, Dose> {
    let mut all: BTreeMap<u32, Dose> = BTreeMap::new();
    let mut there: BTreeMap<u32, BTreeSet<(NaiveDate, Uuid)>> = BTreeMap::new();
    for date in from.iter_days().take_while(|date| *date <= to) {
        let mut due: BTreeSet<(u32, Uuid)> = BTreeSet::new();
        for (place, presence) in plan.on(date) {
            let dose = all.entry(place.urn).or_default();
            // Two places of one worker at a school on a day are one day.
            if due.insert((place.urn, place.worker)) {
                dose.planned_days += 1;
                if matches!(presence, super::Presence::Covered { .. }) {
                    dose.covered_days += 1;
                }
            }
            if let Some(worker) = presence.worker() {
                there.entry(place.urn).or_default().insert((date, worker));
            }
        }
    }
    for one in done.iter().filter(|one| from <= one.on && one.on <= to) {
        all.entry(one.urn).or_default().add(one);
        if one.setting == Setting::School {
            there.entry(one.urn).or_default().insert((one.on, one.worker));
        }
    }
    for (urn, days) in there {
        all.entry(urn).or_default().actual_days = u32::try_from(days.len()).unwrap_or(u32::MAX);
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::team::model::{Absence, Calendar, Hours, Place, Weekdays};

    const SAM: Uuid = Uuid::from_u128(1);
    const RUTH: Uuid = Uuid::from_u128(2);
    const BEECH: u32 = 100_002;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn place(id: u128, from: u32) -> Place {
        Place {
            id: Uuid::from_u128(id),
            worker: SAM,
            urn: BEECH,
            first_day: day("2019-06-01"),
            last_day: None,
            days: Weekdays::of(["mon", "thu"]),
            hours: Hours { from, to: from + 120 },
        }
    }

    fn away(first: &str, last: &str, cover: Option<Uuid>) -> Absence {
        let (first_day, last_day) = (day(first), day(last));
        Absence { id: Uuid::nil(), worker: SAM, urn: None, first_day, last_day, cover }
    }

    fn done(on: &str, worker: Uuid, kind: Kind, pupils: Option<u32>) -> Done {
        Done {
            urn: BEECH,
            worker,
            on: day(on),
            kind,
            setting: Setting::School,
            minutes: 45,
            staff: Some(2),
            pupils,
        }
    }

    #[test]
    fn days_hours_and_people_are_counted_once_each() {
        // Mondays 1 and 8, Thursdays 4 and 11 July; morning and afternoon are one day.
        let plan = Plan {
            places: vec![place(1, 540), place(2, 720)],
            absences: vec![
                away("2019-07-04", "2019-07-04", Some(RUTH)),
                away("2019-07-08", "2019-07-08", None),
            ],
            calendar: Calendar::default(),
        };
        let sessions = [
            done("2019-07-01", SAM, Kind::DropIn, Some(6)),
            done("2019-07-01", SAM, Kind::Consultation, None),
            // On a Tuesday, when nobody is due.
            done("2019-07-02", RUTH, Kind::Assembly, Some(200)),
            Done { setting: Setting::Phone, ..done("2019-07-03", SAM, Kind::Consultation, None) },
            done("2019-07-20", SAM, Kind::DropIn, Some(9)),
        ];
        let all = dose(&plan, &sessions, day("2019-07-01"), day("2019-07-12"));
        let beech = all.get(&BEECH).unwrap();
        assert_eq!((beech.planned_days, beech.covered_days), (4, 1));
        // Sam on 1 and 11, Ruth on 4 in his stead and on 2 by her own session.
        assert_eq!(beech.actual_days, 4);
        assert_eq!((beech.all_sessions(), beech.consultations()), (4, 2));
        assert_eq!(beech.all_minutes(), 180);
        assert!((beech.hours(Kind::Consultation) - 1.5).abs() < 1e-12);
        assert_eq!((beech.pupils, beech.pupils_unknown), (206, 2));
        assert_eq!((beech.staff, beech.staff_unknown), (8, 0));
    }

    #[test]
    fn a_school_with_neither_place_nor_session_has_no_dose() {
        assert!(dose(&Plan::default(), &[], day("2019-07-01"), day("2019-07-12")).is_empty());
        let backwards = dose(&Plan::default(), &[], day("2019-07-12"), day("2019-07-01"));
        assert!(backwards.is_empty());
    }

    proptest! {
        /// Cutting a window in two loses and doubles nothing.
        #[test]
        fn windows_add_up(cut in 0_u64..40, days in proptest::collection::vec((0_u64..42, 1_u32..600), 0..20)) {
            let (from, to) = (day("2019-07-01"), day("2019-08-11"));
            let middle = from + chrono::Days::new(cut);
            let plan = Plan {
                places: vec![place(1, 540)],
                absences: vec![away("2019-07-10", "2019-07-20", None)],
                calendar: Calendar::default(),
            };
            let done: Vec<Done> = days
                .into_iter()
                .map(|(day, minutes)| Done {
                    on: from + chrono::Days::new(day), minutes, ..done("2019-07-01", SAM, Kind::Group, None)
                })
                .collect();
            let sum = |f: fn(&Dose) -> u64| {
                let of = |from, to| dose(&plan, &done, from, to).get(&BEECH).map_or(0, f);
                (of(from, middle) + of(middle.succ_opt().unwrap(), to), of(from, to))
            };
            for f in [
                (|d: &Dose| u64::from(d.planned_days)) as fn(&Dose) -> u64,
                |d| u64::from(d.actual_days),
                |d| d.all_minutes(),
                |d| u64::from(d.all_sessions()),
            ] {
                let (parts, whole) = sum(f);
                prop_assert_eq!(parts, whole);
            }
        }
    }
}
