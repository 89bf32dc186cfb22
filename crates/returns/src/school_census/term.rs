//! The term of a school census and its reference day.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, Weekday};
use serde::Serialize;

use crate::error::FileError;

/// The three collections of a calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Season {
    /// January.
    Spring,
    /// May.
    Summer,
    /// October.
    Autumn,
}

impl Season {
    /// The lower-case word used in file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Spring => "spring",
            Self::Summer => "summer",
            Self::Autumn => "autumn",
        }
    }
}

/// A term: the calendar year of the census day and the season. Terms order by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Term {
    year: i32,
    season: Season,
}

impl Term {
    /// A term of the years 2000 to 2099.
    pub fn new(year: i32, season: Season) -> Option<Self> {
        (2000..=2099).contains(&year).then_some(Self { year, season })
    }

    /// Calendar year of the census day.
    pub fn year(self) -> i32 {
        self.year
    }

    /// Season.
    pub fn season(self) -> Season {
        self.season
    }

    /// The term that a file name tells: a year and a season among its parts, in any order, as in
    /// `2025_spring_pupilonroll.csv` or `PupilOnRoll-Autumn-2024.csv`. Folders before the name are ignored.
    ///
    /// # Errors
    /// [`FileError::UnknownTerm`] when the name has no year or no season, or more than one of either.
    pub fn from_file_name(name: &str) -> Result<Self, FileError> {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
        let mut years = Vec::new();
        let mut seasons = Vec::new();
        for part in name.split(|character: char| !character.is_ascii_alphanumeric()) {
            // "spring2025" is two parts without a mark between them.
            let middle = part.find(|character: char| character.is_ascii_digit()).unwrap_or(part.len());
            let end =
                part.rfind(|character: char| character.is_ascii_digit()).map_or(middle, |last| last + 1);
            let pieces = [part.get(..middle), part.get(middle..end), part.get(end..)];
            for piece in pieces.into_iter().flatten() {
                match piece {
                    "spring" => seasons.push(Season::Spring),
                    "summer" => seasons.push(Season::Summer),
                    "autumn" => seasons.push(Season::Autumn),
                    _ if piece.len() == 4 => years.extend(piece.parse::<i32>()),
                    _ => {}
                }
            }
        }
        years.retain(|year| Self::new(*year, Season::Spring).is_some());
        years.dedup();
        seasons.dedup();
        match (years.as_slice(), seasons.as_slice()) {
            ([year], [season]) => Self::new(*year, *season).ok_or(FileError::UnknownTerm),
            _ => Err(FileError::UnknownTerm),
        }
    }

    /// The census day: the third Thursday of January, May or October.
    pub fn reference_day(self) -> NaiveDate {
        let month = match self.season {
            Season::Spring => 1,
            Season::Summer => 5,
            Season::Autumn => 10,
        };
        // Every month of these years has a third Thursday.
        NaiveDate::from_weekday_of_month_opt(self.year, month, Weekday::Thu, 3).unwrap_or_default()
    }
}

impl fmt::Display for Term {
    /// `spring 2025`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.season.as_str(), self.year)
    }
}

impl FromStr for Term {
    type Err = FileError;

    fn from_str(text: &str) -> Result<Self, FileError> {
        Self::from_file_name(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_term() {
        for (name, expected) in [
            ("2025_spring_pupilonroll.csv", "spring 2025"),
            ("2024_autumn_pupilonroll.first500.csv", "autumn 2024"),
            ("/in/2023/summer 2022 - PupilOnRoll.CSV", "summer 2022"),
            ("spring2025pupilonroll.csv", "spring 2025"),
            ("roll_Spring2025.csv", "spring 2025"),
            ("pupilonroll.csv", ""),
            ("2024_2025_spring.csv", ""),
        ] {
            let found = Term::from_file_name(name).map(|term| term.to_string()).unwrap_or_default();
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn the_census_day_is_the_third_thursday() {
        let day = |year, season| Term::new(year, season).unwrap().reference_day().to_string();
        assert_eq!(day(2019, Season::Spring), "2019-01-17");
        assert_eq!(day(2019, Season::Summer), "2019-05-16");
        assert_eq!(day(2018, Season::Autumn), "2018-10-18");
        assert!(Term::new(2018, Season::Autumn) < Term::new(2019, Season::Spring));
    }
}
