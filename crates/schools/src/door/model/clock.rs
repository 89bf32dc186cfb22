//! By when the sender is told and the front door decides: one working day, by the working days of England.

use chrono::NaiveDate;
use platform::calendar::{add_working_days, working_days_between};

/// Working days in which the sender of a concern is told what became of it.
pub const TELL_WITHIN: u32 = 1;
/// Working days in which the front door decides on a referral (model.md 5.2 no. 8).
pub const DECIDE_WITHIN: u32 = 1;
/// Days after which a decision on a referral that nobody wrote down is asked for no more as overdue, but as missing.
const LONG: u32 = 20;

/// The last day on which telling the sender is in time. A concern that comes on a day without work counts from the
/// next working day, as if it had come then: the clock gives one whole working day.
pub fn tell_by(recorded_on: NaiveDate) -> NaiveDate {
    add_working_days(recorded_on, TELL_WITHIN)
}

/// The last day on which the front door's decision is in time.
pub fn decide_by(sent_on: NaiveDate) -> NaiveDate {
    add_working_days(sent_on, DECIDE_WITHIN)
}

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// It runs, until this day.
    Running(NaiveDate),
    /// It ends today.
    Today,
    /// It ended so many working days ago (0: on a day without work since).
    Overdue(u32),
    /// Done in time.
    Met,
    /// Done, so many working days late.
    Late(u32),
}

impl Clock {
    /// How a clock that ends on `by` stands on `today`, or stood when it was `done`.
    pub fn of(by: NaiveDate, done: Option<NaiveDate>, today: NaiveDate) -> Self {
        let days = |day| working_days_between(by, day).unwrap_or(0);
        match done {
            Some(on) if on <= by => Self::Met,
            Some(on) => Self::Late(days(on)),
            None if today < by => Self::Running(by),
            None if today == by => Self::Today,
            None => Self::Overdue(days(today)),
        }
    }

    /// Whether it ended and the thing was not done.
    pub fn is_overdue(self) -> bool {
        matches!(self, Self::Overdue(_))
    }

    /// Whether it has been overdue for so long that somebody forgot to write down what happened.
    pub fn is_forgotten(self) -> bool {
        matches!(self, Self::Overdue(days) if days > LONG)
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
    fn the_sender_is_told_by_the_next_working_day() {
        for (recorded, by) in [
            ("2019-07-01", "2019-07-02"),
            // Friday: Monday.
            ("2019-07-05", "2019-07-08"),
            // Saturday and Sunday: Monday.
            ("2019-07-06", "2019-07-08"),
            // Friday before the late May bank holiday: Tuesday.
            ("2019-05-24", "2019-05-28"),
            // Maundy Thursday: Tuesday after Easter Monday.
            ("2019-04-18", "2019-04-23"),
            // Christmas Eve 2019, a Tuesday: Friday.
            ("2019-12-24", "2019-12-27"),
        ] {
            assert_eq!(tell_by(day(recorded)), day(by), "{recorded}");
        }
    }

    #[test]
    fn a_weekend_and_a_bank_holiday_make_nothing_overdue_by_a_working_day() {
        let by = tell_by(day("2019-05-23"));
        assert_eq!(by, day("2019-05-24"));
        let on = |today| Clock::of(by, None, day(today));
        assert_eq!(on("2019-05-23"), Clock::Running(by));
        assert_eq!(on("2019-05-24"), Clock::Today);
        assert_eq!(on("2019-05-27"), Clock::Overdue(0));
        assert_eq!(on("2019-05-28"), Clock::Overdue(1));
        assert_eq!(Clock::of(by, Some(day("2019-05-28")), day("2019-06-30")), Clock::Late(1));
        assert_eq!(Clock::of(by, Some(by), day("2019-06-30")), Clock::Met);
    }

    proptest! {
        #[test]
        fn a_clock_never_ends_on_a_day_without_work(offset in 0_u64..5_000) {
            let start = day("2012-06-01").checked_add_days(chrono::Days::new(offset)).unwrap();
            let by = tell_by(start);
            prop_assert!(by > start && platform::calendar::is_working_day(by));
            prop_assert_eq!(working_days_between(start, by), Some(1));
        }
    }
}
