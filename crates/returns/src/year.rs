//! The year of a collection: 1 April to 31 March.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

/// A census year, named by the calendar year in which it closes: 2019 is 1 April 2018 to 31 March 2019.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CollectionYear(u16);

impl CollectionYear {
    /// The earliest collection whose form is known here: 2017-18.
    pub const FIRST: Self = Self(2018);
    /// The latest collection whose form is known here: 2026-27.
    pub const LAST: Self = Self(2027);

    /// The year that closes on 31 March of `closing`, when its form is known (2018 to 2027).
    pub fn new(closing: u16) -> Option<Self> {
        (Self::FIRST.0..=Self::LAST.0).contains(&closing).then_some(Self(closing))
    }

    /// The year that contains `date`, when its form is known.
    pub fn containing(date: NaiveDate) -> Option<Self> {
        let year =
            if (date.month(), date.day()) > (3, 31) { date.year().checked_add(1)? } else { date.year() };
        Self::new(u16::try_from(year).ok()?)
    }

    /// The calendar year in which the collection closes.
    pub fn closing(self) -> u16 {
        self.0
    }

    /// First and last day, both within the year: 1 April and 31 March.
    pub fn window(self) -> (NaiveDate, NaiveDate) {
        (day(i32::from(self.0) - 1, 4, 1), self.reference_date())
    }

    /// 31 March that closes the year.
    pub fn reference_date(self) -> NaiveDate {
        day(i32::from(self.0), 3, 31)
    }

    /// Every collection whose form is known here, earliest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (Self::FIRST.0..=Self::LAST.0).map(Self)
    }
}

/// A date that exists by construction: the years here are four digits and the days are fixed.
fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

impl fmt::Display for CollectionYear {
    /// The sector's form: `2018-19`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.0 - 1, self.0 % 100)
    }
}

/// The text is not a collection year such as `2018-19`, or not one whose form is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a known collection year: write it as 2018-19, from 2017-18 to 2026-27")]
pub struct YearError;

impl FromStr for CollectionYear {
    type Err = YearError;

    fn from_str(text: &str) -> Result<Self, YearError> {
        let (opening, short) = text.split_once('-').ok_or(YearError)?;
        if opening.len() != 4 || short.len() != 2 {
            return Err(YearError);
        }
        let opening: u16 = opening.parse().map_err(|_| YearError)?;
        let year = Self::new(opening.checked_add(1).ok_or(YearError)?).ok_or(YearError)?;
        if short.parse() == Ok(year.0 % 100) { Ok(year) } else { Err(YearError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_windows_and_bounds() {
        let year = CollectionYear::new(2019).unwrap();
        assert_eq!(year.to_string(), "2018-19");
        assert_eq!("2018-19".parse(), Ok(year));
        assert_eq!(year.window(), (day(2018, 4, 1), day(2019, 3, 31)));
        assert_eq!(CollectionYear::containing(day(2019, 3, 31)), Some(year));
        assert_eq!(CollectionYear::containing(day(2019, 4, 1)), CollectionYear::new(2020));
        assert_eq!(CollectionYear::new(2017), None);
        assert_eq!(CollectionYear::new(2028), None);
        assert!("2018-20".parse::<CollectionYear>().is_err());
        assert_eq!(CollectionYear::all().count(), 10);
    }

    #[test]
    fn the_turn_of_a_century_keeps_two_digits() {
        for year in CollectionYear::all() {
            assert_eq!(year.to_string().parse(), Ok(year));
        }
    }
}
