//! Days, working days of England, school terms and census years.

use std::fmt;
use std::ops::{Add, Sub};
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A day, counted from the start of the common era.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Day(pub(crate) i32);

impl Day {
    /// The day with this date; 1 January of the year when there is no such date.
    pub(crate) fn of(year: i32, month: u32, day: u32) -> Self {
        let date = NaiveDate::from_ymd_opt(year, month, day).or_else(|| NaiveDate::from_ymd_opt(year, 1, 1));
        Self(date.map_or(0, |d| d.num_days_from_ce()))
    }

    fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0).unwrap_or_default()
    }

    /// Year, month (1 to 12) and day of the month.
    pub(crate) fn parts(self) -> (i32, u32, u32) {
        let date = self.date();
        (date.year(), date.month(), date.day())
    }

    /// The day of the week, Monday being 0.
    pub(crate) fn weekday(self) -> i32 {
        (self.0 - 1).rem_euclid(7)
    }

    /// Saturday or Sunday.
    pub(crate) fn is_weekend(self) -> bool {
        self.weekday() >= 5
    }

    /// The same date in another year (29 February becomes 28 February).
    pub(crate) fn plus_years(self, years: i32) -> Self {
        let (y, m, d) = self.parts();
        if m == 2 && d == 29 { Self::of(y + years, 2, 28) } else { Self::of(y + years, m, d) }
    }

    /// Whole years of age on another day, for a person born on this one.
    pub(crate) fn age_on(self, other: Day) -> i32 {
        let (y, m, d) = self.parts();
        let (oy, om, od) = other.parts();
        oy - y - i32::from((om, od) < (m, d))
    }

    /// The closing year of the census year (1 April to 31 March) that holds this day.
    pub(crate) fn closing_year(self) -> u16 {
        let (y, m, _) = self.parts();
        (if m >= 4 { y + 1 } else { y }) as u16
    }

    /// The year in which the school year (September to August) of this day begins.
    pub(crate) fn school_year(self) -> i32 {
        let (y, m, _) = self.parts();
        if m >= 9 { y } else { y - 1 }
    }
}

impl Add<i32> for Day {
    type Output = Day;
    fn add(self, days: i32) -> Day {
        Day(self.0 + days)
    }
}

impl Sub<Day> for Day {
    type Output = i32;
    fn sub(self, other: Day) -> i32 {
        self.0 - other.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m, d) = self.parts();
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

static BANK_HOLIDAYS: LazyLock<Vec<Day>> = LazyLock::new(|| {
    include_str!("../data/bank-holidays.txt")
        .lines()
        .filter_map(|line| line.parse::<NaiveDate>().ok())
        .map(|date| Day(date.num_days_from_ce()))
        .collect()
});

/// Whether a day is a working day in England: Monday to Friday and no bank holiday (known from 2014 to 2028).
pub(crate) fn is_working_day(day: Day) -> bool {
    !day.is_weekend() && BANK_HOLIDAYS.binary_search(&day).is_err()
}

/// The day itself, or the first working day after it.
pub(crate) fn next_working_day(mut day: Day) -> Day {
    while !is_working_day(day) {
        day = day + 1;
    }
    day
}

/// The day itself, or the last working day before it.
pub(crate) fn last_working_day(mut day: Day) -> Day {
    while !is_working_day(day) {
        day = day + -1;
    }
    day
}

/// The day that is so many working days after another; the start is day zero.
pub(crate) fn add_working_days(mut day: Day, working_days: i32) -> Day {
    for _ in 0..working_days {
        day = next_working_day(day + 1);
    }
    next_working_day(day)
}

/// One census year, 1 April to 31 March.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct CensusYear {
    /// The calendar year in which it closes.
    pub(crate) closing: u16,
    /// 1 April.
    pub(crate) start: Day,
    /// 31 March, the reference date.
    pub(crate) end: Day,
}

impl CensusYear {
    /// The census year that closes in the given calendar year.
    pub(crate) fn closing(closing: u16) -> Self {
        let year = i32::from(closing);
        Self { closing, start: Day::of(year - 1, 4, 1), end: Day::of(year, 3, 31) }
    }

    /// Whether the day lies in the year, both ends included.
    pub(crate) fn holds(&self, day: Day) -> bool {
        self.start <= day && day <= self.end
    }
}

/// A school term, named after its census.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Season {
    /// Census on the third Thursday of January.
    Spring,
    /// Census on the third Thursday of May.
    Summer,
    /// Census on the third Thursday of October.
    Autumn,
}

impl Season {
    /// The lower-case word used in the names of files.
    pub fn word(self) -> &'static str {
        match self {
            Season::Spring => "spring",
            Season::Summer => "summer",
            Season::Autumn => "autumn",
        }
    }
}

/// One school census: the term and the calendar year in which it is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Term {
    /// The calendar year.
    pub year: u16,
    /// The term.
    pub season: Season,
}

impl Term {
    /// The census day, the third Thursday of its month.
    pub(crate) fn census_day(self) -> Day {
        let month = match self.season {
            Season::Spring => 1,
            Season::Summer => 5,
            Season::Autumn => 10,
        };
        let first = Day::of(i32::from(self.year), month, 1);
        first + (3 - first.weekday()).rem_euclid(7) + 14
    }

    /// The term before this one.
    pub(crate) fn before(self) -> Term {
        match self.season {
            Season::Spring => Term { year: self.year - 1, season: Season::Autumn },
            Season::Summer => Term { year: self.year, season: Season::Spring },
            Season::Autumn => Term { year: self.year, season: Season::Summer },
        }
    }
}

/// The last day of the summer term that ends a school year, a Friday in the third week of July.
pub(crate) fn end_of_summer_term(school_year: i32) -> Day {
    let day = Day::of(school_year + 1, 7, 17);
    day + (4 - day.weekday()).rem_euclid(7)
}

/// The first day of the autumn term: the first working day from 2 September.
pub(crate) fn start_of_autumn_term(school_year: i32) -> Day {
    next_working_day(Day::of(school_year, 9, 2))
}

/// Whether schools are in session, by the usual pattern of holidays.
pub(crate) fn in_school_term(day: Day) -> bool {
    let (year, month, date) = day.parts();
    if !is_working_day(day) || month == 8 {
        return false;
    }
    let summer = day > end_of_summer_term(year - 1) && day < start_of_autumn_term(year);
    let christmas = (month == 12 && date >= 21) || (month == 1 && date <= 3);
    let easter = (month == 4 && date <= 14) || (month == 3 && date >= 30);
    let half_terms = (month == 10 && date >= 25)
        || (month == 2 && (13..=20).contains(&date))
        || (month == 5 && date >= 26);
    !(summer || christmas || easter || half_terms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_know_their_week_and_year() {
        let day = Day::of(2019, 4, 1);
        assert_eq!(day.weekday(), 0);
        assert_eq!(day.closing_year(), 2020);
        assert_eq!((day + -1).closing_year(), 2019);
        assert_eq!(day.to_string(), "2019-04-01");
        assert_eq!(Day::of(2016, 2, 29).plus_years(1), Day::of(2017, 2, 28));
        assert_eq!(Day::of(2010, 9, 2).age_on(Day::of(2019, 9, 1)), 8);
    }

    #[test]
    fn working_days_skip_easter() {
        // Good Friday 2019 was 19 April and Easter Monday 22 April.
        assert_eq!(add_working_days(Day::of(2019, 4, 18), 1), Day::of(2019, 4, 23));
        assert_eq!(last_working_day(Day::of(2019, 4, 22)), Day::of(2019, 4, 18));
    }

    #[test]
    fn census_days_are_third_thursdays() {
        let day = |year, season| Term { year, season }.census_day();
        assert_eq!(day(2019, Season::Autumn), Day::of(2019, 10, 17));
        assert_eq!(day(2020, Season::Spring), Day::of(2020, 1, 16));
        assert_eq!(day(2019, Season::Summer), Day::of(2019, 5, 16));
    }
}
