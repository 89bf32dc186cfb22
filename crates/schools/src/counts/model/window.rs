//! Windows of time as data: census years, academic years, school terms, and any two dates.

use std::{fmt, str::FromStr};

use chrono::{Datelike, Months, NaiveDate, Weekday};

/// What sort of window it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WindowKind {
    /// 1 April to 31 March, the year of the children in need census.
    CensusYear,
    /// 1 September to 31 August.
    AcademicYear,
    /// A school term with the holiday after it.
    Term,
    /// Any two dates.
    Dates,
}

/// The three terms, named as their school censuses are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Season {
    /// January.
    Spring,
    /// May.
    Summer,
    /// October.
    Autumn,
}

impl Season {
    /// In the order of the calendar year.
    pub const ALL: [Self; 3] = [Self::Spring, Self::Summer, Self::Autumn];

    /// The lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spring => "spring",
            Self::Summer => "summer",
            Self::Autumn => "autumn",
        }
    }
}

/// A school census: the term and the calendar year in which it is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Census {
    /// Calendar year of the census day.
    pub year: i32,
    /// The term.
    pub season: Season,
}

impl Census {
    /// The census day: the third Thursday of January, May or October.
    pub fn day(self) -> NaiveDate {
        let month = match self.season {
            Season::Spring => 1,
            Season::Summer => 5,
            Season::Autumn => 10,
        };
        // Every month of the years that a window can name has a third Thursday.
        NaiveDate::from_weekday_of_month_opt(self.year, month, Weekday::Thu, 3).unwrap_or_default()
    }
}

impl fmt::Display for Census {
    /// `spring 2019`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.season.name(), self.year)
    }
}

impl FromStr for Census {
    type Err = WindowError;

    /// Reads `2019-spring` (as import slots have it) and `spring-2019`.
    fn from_str(text: &str) -> Result<Self, WindowError> {
        let (one, other) = text.split_once('-').ok_or(WindowError::Form)?;
        let (year, season) =
            if one.starts_with(|c: char| c.is_ascii_digit()) { (one, other) } else { (other, one) };
        let season = Season::ALL.into_iter().find(|known| known.name() == season).ok_or(WindowError::Form)?;
        Ok(Self { year: year_of(year)?, season })
    }
}

/// On which day of the year each term begins (month, day). A term holds the holiday that follows it, so that
/// the three fill the year without gap or overlap. Term dates differ by authority; these are the default, under
/// which a census year is a summer, an autumn and a spring term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermDates {
    /// First day of the autumn term.
    pub autumn: (u32, u32),
    /// First day of the spring term.
    pub spring: (u32, u32),
    /// First day of the summer term.
    pub summer: (u32, u32),
}

impl Default for TermDates {
    fn default() -> Self {
        Self { autumn: (9, 1), spring: (1, 1), summer: (4, 1) }
    }
}

/// A window: two dates, both within it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Window {
    /// What sort.
    pub kind: WindowKind,
    /// The name in addresses and files: `2018-19`, `academic-2018-19`, `autumn-2018`, `2018-04-01..2018-06-30`.
    pub name: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

/// The most years that two free dates may span.
pub const LONGEST_YEARS: u32 = 10;
/// The most windows that are counted side by side.
pub const WINDOWS_MAX: usize = 12;

/// Why a text is no window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// Not in one of the known forms.
    #[error("not a window: write 2018-19, academic-2018-19, autumn-2018 or two dates")]
    Form,
    /// A year outside 2000 to 2099.
    #[error("the year must be from 2000 to 2099")]
    Year,
    /// The second date is before the first.
    #[error("the last day is before the first")]
    Order,
    /// Longer than allowed.
    #[error("two dates must not be more than {LONGEST_YEARS} years apart")]
    Long,
}

fn year_of(text: &str) -> Result<i32, WindowError> {
    let year: i32 = if text.len() == 4 {
        text.parse().map_err(|_| WindowError::Form)?
    } else {
        return Err(WindowError::Form);
    };
    if (2000..=2099).contains(&year) { Ok(year) } else { Err(WindowError::Year) }
}

/// A date that exists: the callers give fixed days of checked years, or data whose months have that day.
fn day(year: i32, (month, day): (u32, u32)) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn short(year: i32) -> String {
    format!("{year}-{:02}", (year + 1).rem_euclid(100))
}

impl Window {
    /// The census year that opens on 1 April of `opening`.
    pub fn census_year(opening: i32) -> Self {
        Self {
            kind: WindowKind::CensusYear,
            name: short(opening),
            from: day(opening, (4, 1)),
            to: day(opening + 1, (3, 31)),
        }
    }

    /// The census year that holds a date.
    pub fn census_year_of(date: NaiveDate) -> Self {
        Self::census_year(if date.month() >= 4 { date.year() } else { date.year() - 1 })
    }

    /// The academic year that opens on 1 September of `opening`.
    pub fn academic_year(opening: i32) -> Self {
        Self {
            kind: WindowKind::AcademicYear,
            name: format!("academic-{}", short(opening)),
            from: day(opening, (9, 1)),
            to: day(opening + 1, (8, 31)),
        }
    }

    /// A term with the holiday that follows it, up to the day before the next term.
    pub fn term(census: Census, dates: &TermDates) -> Self {
        let (from, next) = match census.season {
            Season::Autumn => (day(census.year, dates.autumn), day(census.year + 1, dates.spring)),
            Season::Spring => (day(census.year, dates.spring), day(census.year, dates.summer)),
            Season::Summer => (day(census.year, dates.summer), day(census.year, dates.autumn)),
        };
        Self {
            kind: WindowKind::Term,
            name: format!("{}-{}", census.season.name(), census.year),
            from,
            to: next.pred_opt().unwrap_or(next),
        }
    }

    /// Any two dates, both within the window.
    pub fn dates(from: NaiveDate, to: NaiveDate) -> Result<Self, WindowError> {
        if to < from {
            return Err(WindowError::Order);
        }
        if !(2000..=2099).contains(&from.year()) || !(2000..=2099).contains(&to.year()) {
            return Err(WindowError::Year);
        }
        let limit = from.checked_add_months(Months::new(12 * LONGEST_YEARS)).ok_or(WindowError::Year)?;
        if to >= limit {
            return Err(WindowError::Long);
        }
        Ok(Self { kind: WindowKind::Dates, name: format!("{from}..{to}"), from, to })
    }

    /// Reads a window's name; terms take these dates.
    pub fn parse(text: &str, dates: &TermDates) -> Result<Self, WindowError> {
        let text = text.trim();
        if let Some((from, to)) = text.split_once("..") {
            let date = |text: &str| text.trim().parse().map_err(|_| WindowError::Form);
            return Self::dates(date(from)?, date(to)?);
        }
        if let Some(year) = text.strip_prefix("academic-") {
            return Ok(Self::academic_year(opening(year)?));
        }
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            return Ok(Self::census_year(opening(text)?));
        }
        Ok(Self::term(text.parse()?, dates))
    }

    /// Whether a day lies in the window.
    pub fn holds(&self, date: NaiveDate) -> bool {
        self.from <= date && date <= self.to
    }

    /// The censuses whose day can stand for the window, best first: of a term its own; otherwise those within
    /// it, the latest spring census first (the one that published rates use), then autumn, then summer.
    pub fn censuses(&self) -> Vec<Census> {
        let mut within: Vec<Census> = (self.from.year()..=self.to.year())
            .flat_map(|year| Season::ALL.map(|season| Census { year, season }))
            .filter(|census| self.holds(census.day()))
            .collect();
        let rank = |season| match season {
            Season::Spring => 0,
            Season::Autumn => 1,
            Season::Summer => 2,
        };
        within.sort_by_key(|census| (rank(census.season), std::cmp::Reverse(census.year)));
        within
    }

    /// The window in words for headings: `2018-19 (1 April 2018 to 31 March 2019)`.
    pub fn in_words(&self) -> String {
        let dates = format!("{} to {}", words(self.from), words(self.to));
        match self.kind {
            WindowKind::Dates => dates,
            _ => format!("{} ({dates})", self.title()),
        }
    }

    /// The short name on screen.
    pub fn title(&self) -> String {
        match self.kind {
            WindowKind::CensusYear => self.name.clone(),
            WindowKind::AcademicYear => {
                format!("Academic year {}", self.name.strip_prefix("academic-").unwrap_or(&self.name))
            }
            WindowKind::Term => {
                let (season, year) = self.name.split_once('-').unwrap_or((&self.name, ""));
                let mut letters = season.chars();
                let first = letters.next().map(|c| c.to_ascii_uppercase()).unwrap_or_default();
                format!("{first}{} term {year}", letters.as_str())
            }
            WindowKind::Dates => format!("{} to {}", words(self.from), words(self.to)),
        }
    }
}

/// The opening year of `2018-19`.
fn opening(text: &str) -> Result<i32, WindowError> {
    let (year, next) = text.split_once('-').ok_or(WindowError::Form)?;
    let year = year_of(year)?;
    if next.len() == 2 && next.parse() == Ok((year + 1).rem_euclid(100)) {
        Ok(year)
    } else {
        Err(WindowError::Form)
    }
}

fn words(date: NaiveDate) -> String {
    platform::clock::date_in_words(date)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn parse(text: &str) -> Result<Window, WindowError> {
        Window::parse(text, &TermDates::default())
    }

    #[test]
    fn names_are_read_back() {
        for (name, from, to) in [
            ("2018-19", "2018-04-01", "2019-03-31"),
            ("academic-2018-19", "2018-09-01", "2019-08-31"),
            ("autumn-2018", "2018-09-01", "2018-12-31"),
            ("spring-2019", "2019-01-01", "2019-03-31"),
            ("summer-2019", "2019-04-01", "2019-08-31"),
            ("2018-04-01..2018-04-01", "2018-04-01", "2018-04-01"),
        ] {
            let window = parse(name).unwrap();
            assert_eq!((window.from, window.to, window.name.as_str()), (date(from), date(to), name));
        }
        assert_eq!(parse("2018-19").unwrap().in_words(), "2018-19 (1 April 2018 to 31 March 2019)");
        assert_eq!(parse("autumn-2018").unwrap().title(), "Autumn term 2018");
    }

    #[test]
    fn other_texts_are_refused_with_the_reason() {
        for (text, why) in [
            ("", WindowError::Form),
            ("2018-20", WindowError::Form),
            ("2018", WindowError::Form),
            ("1899-00", WindowError::Year),
            ("winter-2018", WindowError::Form),
            ("autumn-99999", WindowError::Form),
            ("2019-01-02..2019-01-01", WindowError::Order),
            ("2000-01-01..2012-01-01", WindowError::Long),
            ("0001-01-01..0001-01-02", WindowError::Year),
            ("é-2018", WindowError::Form),
        ] {
            assert_eq!(parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn the_spring_census_stands_for_a_year_and_its_own_for_a_term() {
        let first = |name| parse(name).unwrap().censuses().first().map(ToString::to_string);
        assert_eq!(first("2018-19").as_deref(), Some("spring 2019"));
        assert_eq!(first("academic-2018-19").as_deref(), Some("spring 2019"));
        assert_eq!(first("autumn-2018").as_deref(), Some("autumn 2018"));
        assert_eq!(first("2018-06-01..2018-09-30"), None);
        assert_eq!(parse("2018-19").unwrap().censuses().len(), 3);
        assert_eq!("2019-spring".parse::<Census>().unwrap().day(), date("2019-01-17"));
    }

    proptest! {
        #[test]
        fn terms_fill_the_year_without_gap_or_overlap(year in 2001_i32..2098, offset in 0_u64..365) {
            let dates = TermDates::default();
            let day = date("2000-01-01").with_year(year).unwrap().checked_add_days(chrono::Days::new(offset)).unwrap();
            let terms = (year - 1..=year + 1)
                .flat_map(|year| Season::ALL.map(|season| Window::term(Census { year, season }, &dates)))
                .filter(|term| term.holds(day))
                .count();
            prop_assert_eq!(terms, 1);
        }

        #[test]
        fn no_text_panics(text in ".{0,30}") {
            let _ = parse(&text);
        }
    }
}
