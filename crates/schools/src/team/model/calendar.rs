//! On which days schools are open.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use platform::calendar;

use super::Problem;

/// A school holiday of the council.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// Its name, such as `Easter holiday`.
    pub name: String,
    /// First day.
    pub first_day: NaiveDate,
    /// Last day.
    pub last_day: NaiveDate,
}

/// The longest school holiday, days.
const HOLIDAY_MAX: i64 = 62;
/// The longest name, characters.
const NAME_MAX: usize = 60;

impl Holiday {
    /// Everything that is wrong with it.
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        if !(1..=NAME_MAX).contains(&self.name.trim().chars().count()) {
            found.push(Problem::new("name", "Enter the name of the holiday in 60 characters or fewer"));
        }
        let days = (self.last_day - self.first_day).num_days();
        if days < 0 {
            found.push(Problem::new("last-day", "The last day must be the first day or after it"));
        } else if days > HOLIDAY_MAX {
            found.push(Problem::new("last-day", "A school holiday must be two months or shorter"));
        }
        found
    }
}

/// What sort of day it is for a team in schools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayKind {
    /// Schools are open, as far as is known.
    Open,
    /// Saturday or Sunday.
    Weekend,
    /// A bank holiday of England.
    BankHoliday,
    /// A school holiday of the council, by its name.
    SchoolHoliday(String),
}

/// Working days of England and the school holidays of the council.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    /// The holidays, in any order.
    pub holidays: Vec<Holiday>,
}

impl Calendar {
    /// What sort of day it is.
    pub fn kind(&self, date: NaiveDate) -> DayKind {
        if matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
            return DayKind::Weekend;
        }
        if !calendar::is_working_day(date) {
            return DayKind::BankHoliday;
        }
        self.holidays
            .iter()
            .find(|holiday| holiday.first_day <= date && date <= holiday.last_day)
            .map_or(DayKind::Open, |holiday| DayKind::SchoolHoliday(holiday.name.clone()))
    }

    /// Whether schools are open.
    pub fn is_open(&self, date: NaiveDate) -> bool {
        self.kind(date) == DayKind::Open
    }
}

/// Monday to Friday of the week of a date; at a weekend, of the week that follows, because that is the one that people
/// look for.
pub fn week_of(date: NaiveDate) -> Vec<NaiveDate> {
    let back = u64::from(date.weekday().num_days_from_monday());
    let monday = if back >= 5 {
        date.checked_add_days(Days::new(7 - back))
    } else {
        date.checked_sub_days(Days::new(back))
    };
    let monday = monday.unwrap_or(date);
    (0..5).filter_map(|day| monday.checked_add_days(Days::new(day))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn weekends_bank_holidays_and_school_holidays_are_told_apart() {
        let easter =
            Holiday { name: "Easter".to_owned(), first_day: day("2020-04-06"), last_day: day("2020-04-17") };
        let calendar = Calendar { holidays: vec![easter] };
        assert_eq!(calendar.kind(day("2020-04-03")), DayKind::Open);
        assert_eq!(calendar.kind(day("2020-04-04")), DayKind::Weekend);
        assert_eq!(calendar.kind(day("2020-04-06")), DayKind::SchoolHoliday("Easter".to_owned()));
        assert_eq!(calendar.kind(day("2020-04-10")), DayKind::BankHoliday, "Good Friday");
        assert_eq!(calendar.kind(day("2020-04-20")), DayKind::Open);
        assert_eq!(calendar.kind(day("2020-05-08")), DayKind::BankHoliday, "moved from the Monday in 2020");
    }

    #[test]
    fn a_week_is_the_present_one_or_at_a_weekend_the_next() {
        let monday = day("2019-07-01");
        assert_eq!(week_of(day("2019-07-03")).first(), Some(&monday));
        assert_eq!(week_of(day("2019-06-29")).first(), Some(&monday));
        assert_eq!(week_of(day("2019-06-30")), week_of(day("2019-07-05")));
        assert_eq!(week_of(monday).last(), Some(&day("2019-07-05")));
    }

    #[test]
    fn a_holiday_has_a_name_and_an_end() {
        let fields = |name: &str, first, last| {
            let holiday = Holiday { name: name.to_owned(), first_day: day(first), last_day: day(last) };
            holiday.problems().iter().map(|p| p.field).collect::<Vec<_>>()
        };
        assert_eq!(fields("Easter", "2020-04-06", "2020-04-17"), [""; 0]);
        assert_eq!(fields(" ", "2020-04-06", "2020-04-17"), ["name"]);
        assert_eq!(fields("Easter", "2020-04-06", "2020-04-05"), ["last-day"]);
        assert_eq!(fields("Easter", "2020-04-06", "2020-07-05"), ["last-day"]);
    }
}
