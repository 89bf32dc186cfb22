//! A length of time as the sector sets it, and how it is counted.

use chrono::{Days, Months, NaiveDate};
use platform::calendar::add_working_days;

/// What a limit is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Working days of England; the day of the event is day zero.
    WorkingDays,
    /// Calendar days; the day of the event is day zero.
    Days,
    /// Calendar months, to the same day of the month; where that month has no such day, its last day. So
    /// 31 January and one month is 28 February, or the 29th in a leap year.
    Months,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 3] = [Self::WorkingDays, Self::Days, Self::Months];

    /// The name stored and sent by forms.
    pub fn slug(self) -> &'static str {
        match self {
            Self::WorkingDays => "working-days",
            Self::Days => "days",
            Self::Months => "months",
        }
    }

    /// The unit of that stored name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.slug() == slug)
    }

    /// The longest limit that this unit may express: five years, beyond which no clock of this sector runs.
    pub fn most(self) -> u32 {
        match self {
            Self::WorkingDays => 1_250,
            Self::Days => 1_826,
            Self::Months => 60,
        }
    }

    /// The name on screen after a number.
    pub fn title(self, number: u32) -> &'static str {
        match (self, number) {
            (Self::WorkingDays, 1) => "working day",
            (Self::WorkingDays, _) => "working days",
            (Self::Days, 1) => "day",
            (Self::Days, _) => "days",
            (Self::Months, 1) => "month",
            (Self::Months, _) => "months",
        }
    }
}

/// A length of time: 45 working days, 3 months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limit {
    /// How many.
    pub number: u32,
    /// Of what.
    pub unit: Unit,
}

impl Limit {
    /// So many working days.
    pub const fn working_days(number: u32) -> Self {
        Self { number, unit: Unit::WorkingDays }
    }

    /// So many calendar months.
    pub const fn months(number: u32) -> Self {
        Self { number, unit: Unit::Months }
    }

    /// So many calendar days.
    pub const fn days(number: u32) -> Self {
        Self { number, unit: Unit::Days }
    }

    /// The last day on which what started on `start` is in time. Beyond what the calendar can hold, or above
    /// [`Unit::most`], it is as late as that allows.
    pub fn due(self, start: NaiveDate) -> NaiveDate {
        let number = self.number.min(self.unit.most());
        match self.unit {
            Unit::WorkingDays => add_working_days(start, number),
            Unit::Days => start.checked_add_days(Days::new(u64::from(number))).unwrap_or(NaiveDate::MAX),
            Unit::Months => start.checked_add_months(Months::new(number)).unwrap_or(NaiveDate::MAX),
        }
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.number, self.unit.title(self.number))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_ends_on_the_same_day_or_on_the_last_of_a_shorter_month() {
        let pinned = [
            ("2019-01-31", 1, "2019-02-28"),
            ("2020-01-31", 1, "2020-02-29"),
            ("2019-01-30", 1, "2019-02-28"),
            ("2019-03-31", 1, "2019-04-30"),
            ("2019-11-30", 3, "2020-02-29"),
            ("2018-11-30", 3, "2019-02-28"),
            ("2019-08-31", 6, "2020-02-29"),
            ("2019-02-28", 6, "2019-08-28"),
            ("2020-02-29", 12, "2021-02-28"),
            ("2019-12-15", 3, "2020-03-15"),
        ];
        for (start, months, due) in pinned {
            assert_eq!(Limit::months(months).due(day(start)), day(due), "{start} + {months}");
        }
    }

    #[test]
    fn working_days_skip_weekends_and_bank_holidays() {
        // Good Friday 19 April and Easter Monday 22 April 2019.
        assert_eq!(Limit::working_days(1).due(day("2019-04-18")), day("2019-04-23"));
        assert_eq!(Limit::working_days(15).due(day("2019-07-01")), day("2019-07-22"));
        assert_eq!(Limit::days(10).due(day("2019-04-18")), day("2019-04-28"));
    }

    #[test]
    fn an_absurd_limit_is_cut_and_never_panics() {
        for unit in Unit::ALL {
            let limit = Limit { number: u32::MAX, unit };
            assert!(limit.due(day("2019-07-01")) <= day("2024-07-31"));
            assert_eq!(limit.due(NaiveDate::MAX), NaiveDate::MAX);
        }
    }

    proptest! {
        #[test]
        fn more_is_never_sooner(number in 0_u32..400, more in 0_u32..50, offset in 0_u64..9_000, unit in 0_usize..3) {
            let start = day("2010-01-01") + Days::new(offset);
            let unit = Unit::ALL[unit];
            let (short, long) = (Limit { number, unit }, Limit { number: number + more, unit });
            prop_assert!(short.due(start) <= long.due(start));
            prop_assert!(start <= short.due(start));
        }
    }
}
