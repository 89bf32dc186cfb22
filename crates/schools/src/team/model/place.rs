//! Which worker is at which school, on which days of the week, from when to when.

use chrono::{Datelike as _, NaiveDate};
use uuid::Uuid;

use super::Problem;

/// Days of the week on which councils and schools work: Monday to Friday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weekdays(u8);

impl Weekdays {
    /// The stored and posted names, Monday first.
    pub const NAMES: [&str; 5] = ["mon", "tue", "wed", "thu", "fri"];
    /// The names on screen.
    pub const TITLES: [&str; 5] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];

    /// The days with these names; others are left out.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let bit = |name: &str| Self::NAMES.iter().position(|known| *known == name.trim());
        Self(names.into_iter().filter_map(bit).fold(0, |days, bit| days | (1 << bit)))
    }

    /// The stored form: `mon,thu`.
    pub fn slug(self) -> String {
        self.picked(Self::NAMES).join(",")
    }

    /// The days in words: `Monday and Thursday`.
    pub fn in_words(self) -> String {
        let days = self.picked(Self::TITLES);
        match days.as_slice() {
            [] => "No day".to_owned(),
            [one] => (*one).to_owned(),
            all if all.len() == Self::NAMES.len() => "Monday to Friday".to_owned(),
            [first @ .., last] => format!("{} and {last}", first.join(", ")),
        }
    }

    fn picked(self, words: [&'static str; 5]) -> Vec<&'static str> {
        words
            .into_iter()
            .enumerate()
            .filter(|(bit, _)| self.0 & (1 << bit) != 0)
            .map(|(_, word)| word)
            .collect()
    }

    /// Whether none is chosen.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether a date falls on one of the days; never at a weekend.
    pub fn holds(self, date: NaiveDate) -> bool {
        let bit = date.weekday().num_days_from_monday();
        bit < 5 && self.0 & (1 << bit) != 0
    }

    /// Whether both have a day.
    pub fn shares(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// From one minute of the day to another, as a clock at the school shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hours {
    /// First minute after midnight.
    pub from: u32,
    /// The minute at which it is over.
    pub to: u32,
}

impl Hours {
    /// Whether both have a minute.
    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// `9am to 3:30pm`.
    pub fn in_words(self) -> String {
        format!("{} to {}", clock(self.from), clock(self.to))
    }
}

/// A minute of the day as people say it: `9am`, `12:30pm`.
pub fn clock(minute: u32) -> String {
    let (hour, rest) = (minute / 60 % 24, minute % 60);
    let half = if hour < 12 { "am" } else { "pm" };
    let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
    if rest == 0 { format!("{hour}{half}") } else { format!("{hour}:{rest:02}{half}") }
}

/// The minute of the day of a time written `14:30`.
pub fn minute_of(text: &str) -> Option<u32> {
    let (hour, minute) = text.trim().split_once(':')?;
    let two = |text: &str| (1..=2).contains(&text.len()).then(|| text.parse::<u32>().ok()).flatten();
    let (hour, minute) = (two(hour)?, two(minute)?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// The time of a minute of the day, written `14:30`.
pub fn time_of(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}

/// A worker's regular time at a school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The row.
    pub id: Uuid,
    /// The worker, a user.
    pub worker: Uuid,
    /// The school's unique reference number.
    pub urn: u32,
    /// First day.
    pub first_day: NaiveDate,
    /// Last day; `None` while no end is set.
    pub last_day: Option<NaiveDate>,
    /// On which days of the week.
    pub days: Weekdays,
    /// From when to when on each of them.
    pub hours: Hours,
}

/// The earliest and latest minute of a day at a school: 6am and 10pm.
const DAY: (u32, u32) = (6 * 60, 22 * 60);
/// The longest a place may be planned, days: five years.
const LONGEST: i64 = 5 * 366;

impl Place {
    /// Everything that is wrong with it by itself.
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        if self.days.is_empty() {
            found.push(Problem::new("days", "Select at least one day of the week"));
        }
        if self.hours.from < DAY.0 || self.hours.to > DAY.1 {
            found.push(Problem::new("from", "Times must be between 6am and 10pm"));
        } else if self.hours.to <= self.hours.from {
            found.push(Problem::new("to", "The time it ends must be after the time it starts"));
        }
        if let Some(last) = self.last_day {
            if last < self.first_day {
                found.push(Problem::new("last-day", "The last day must be the first day or after it"));
            } else if (last - self.first_day).num_days() > LONGEST {
                found.push(Problem::new("last-day", "The last day must be within five years of the first"));
            }
        }
        found
    }

    /// Whether the worker is due there on a date, by the place alone: holidays are for [`super::Calendar`].
    pub fn falls_on(&self, date: NaiveDate) -> bool {
        self.first_day <= date && self.last_day.is_none_or(|last| date <= last) && self.days.holds(date)
    }

    /// Whether nobody could keep both: the same worker, a day and a minute in common.
    pub fn clashes(&self, other: &Self) -> bool {
        let before = |one: &Self, two: &Self| one.last_day.is_some_and(|last| last < two.first_day);
        self.worker == other.worker
            && !before(self, other)
            && !before(other, self)
            && self.days.shares(other.days)
            && self.hours.overlaps(other.hours)
    }
}

/// A date as a day of the week: `Monday 1 July`.
pub fn day(date: NaiveDate) -> String {
    date.format("%A %-d %B").to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn place() -> Place {
        Place {
            id: Uuid::nil(),
            worker: Uuid::nil(),
            urn: 900_001,
            first_day: day("2019-07-01"),
            last_day: Some(day("2019-07-31")),
            days: Weekdays::of(["mon", "thu"]),
            hours: Hours { from: 540, to: 900 },
        }
    }

    #[test]
    fn a_place_falls_on_its_days_and_never_on_a_weekend() {
        assert!(place().falls_on(day("2019-07-01")) && place().falls_on(day("2019-07-04")));
        assert!(!place().falls_on(day("2019-07-02")) && !place().falls_on(day("2019-07-06")));
        assert!(!place().falls_on(day("2019-06-27")) && !place().falls_on(day("2019-08-01")));
        let all = Place { days: Weekdays::of(Weekdays::NAMES), ..place() };
        assert!(!all.falls_on(day("2019-07-06")) && !all.falls_on(day("2019-07-07")));
    }

    #[test]
    fn two_places_clash_where_one_worker_would_be_in_both_at_once() {
        let other = Place { urn: 900_002, ..place() };
        assert!(place().clashes(&other));
        assert!(!place().clashes(&Place { worker: Uuid::max(), ..other.clone() }), "two workers");
        assert!(!place().clashes(&Place { days: Weekdays::of(["tue"]), ..other.clone() }), "other days");
        let afternoon = Hours { from: 900, to: 960 };
        assert!(
            !place().clashes(&Place { hours: afternoon, ..other.clone() }),
            "one begins when the other ends"
        );
        let august = Place { first_day: day("2019-08-01"), last_day: None, ..other };
        assert!(!place().clashes(&august) && !august.clashes(&place()), "after one another");
    }

    #[test]
    fn days_hours_and_dates_have_rules() {
        let fields = |place: Place| place.problems().iter().map(|p| p.field).collect::<Vec<_>>();
        assert_eq!(fields(place()), [""; 0]);
        assert_eq!(fields(Place { days: Weekdays::default(), ..place() }), ["days"]);
        assert_eq!(fields(Place { hours: Hours { from: 900, to: 900 }, ..place() }), ["to"]);
        assert_eq!(fields(Place { hours: Hours { from: 300, to: 900 }, ..place() }), ["from"]);
        assert_eq!(fields(Place { last_day: Some(day("2019-06-30")), ..place() }), ["last-day"]);
        assert_eq!(fields(Place { last_day: Some(day("2029-06-30")), ..place() }), ["last-day"]);
    }

    #[test]
    fn words_are_those_of_people() {
        assert_eq!(Weekdays::of(["mon", "thu"]).in_words(), "Monday and Thursday");
        assert_eq!(Weekdays::of(["mon", "wed", "fri"]).in_words(), "Monday, Wednesday and Friday");
        assert_eq!(Weekdays::of(Weekdays::NAMES).in_words(), "Monday to Friday");
        assert_eq!(Weekdays::of(["sat", "fri"]).slug(), "fri");
        assert_eq!(Hours { from: 0, to: 750 }.in_words(), "12am to 12:30pm");
        assert_eq!(minute_of("14:30"), Some(870));
        for wrong in ["", "24:00", "9", "9:60", "9:5:1", "-1:00", "+1:00x"] {
            assert_eq!(minute_of(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn times_lead_back(minute in 0_u32..1_440) {
            prop_assert_eq!(minute_of(&time_of(minute)), Some(minute));
        }

        #[test]
        fn weekdays_lead_back(bits in 0_u8..32) {
            let days = Weekdays(bits);
            prop_assert_eq!(Weekdays::of(days.slug().split(',')), days);
        }

        #[test]
        fn clashing_is_mutual_and_means_a_day_in_common(
            starts in 0_u64..60, length in 0_u64..60, bits in 1_u8..32, from in 360_u32..800,
        ) {
            let first_day = day("2019-06-01") + chrono::Days::new(starts);
            let other = Place {
                first_day,
                last_day: Some(first_day + chrono::Days::new(length)),
                days: Weekdays(bits),
                hours: Hours { from, to: from + 60 },
                ..place()
            };
            prop_assert_eq!(place().clashes(&other), other.clashes(&place()));
            let common = day("2019-06-01").iter_days().take(130).any(|d| place().falls_on(d) && other.falls_on(d));
            if common && place().hours.overlaps(other.hours) {
                prop_assert!(place().clashes(&other));
            }
        }
    }
}
