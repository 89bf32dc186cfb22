//! Working days of England, by which the statutory clocks run.
//!
//! A working day is Monday to Friday and not a bank holiday in England and Wales. Day zero is the day of the
//! event; counting starts with the next working day. Bank holidays come from `data/bank-holidays.csv`
//! (GOV.UK, Open Government Licence v3, to 2025; later years computed by rule). Outside the years of that
//! file only weekends are skipped, and [`knows`] says so.

use std::{collections::BTreeSet, sync::LazyLock};

use chrono::{Datelike, Days, NaiveDate, Weekday};

static BANK_HOLIDAYS: LazyLock<BTreeSet<NaiveDate>> = LazyLock::new(|| {
    include_str!("../data/bank-holidays.csv")
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next()?.parse().ok())
        .collect()
});

/// Whether the bank holidays of this date's year are known.
pub fn knows(date: NaiveDate) -> bool {
    let known = |edge: Option<&NaiveDate>| edge.map(Datelike::year);
    known(BANK_HOLIDAYS.first()).is_some_and(|first| date.year() >= first)
        && known(BANK_HOLIDAYS.last()).is_some_and(|last| date.year() <= last)
}

/// Whether councils in England work on this day.
pub fn is_working_day(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && !BANK_HOLIDAYS.contains(&date)
}

/// The date `days` working days after `start`; `start` itself is day zero, whatever day of the week it is.
///
/// With zero days the answer is `start`. The count is limited to 2,000 working days (eight years), beyond
/// which no clock of this sector runs.
pub fn add_working_days(start: NaiveDate, days: u32) -> NaiveDate {
    let mut date = start;
    let mut left = days.min(2_000);
    while left > 0 {
        let Some(next) = date.checked_add_days(Days::new(1)) else { return date };
        date = next;
        if is_working_day(date) {
            left -= 1;
        }
    }
    date
}

/// How many working days lie after `start` up to and including `end`; 0 for the same day, negative never:
/// an `end` before `start` gives `None`.
pub fn working_days_between(start: NaiveDate, end: NaiveDate) -> Option<u32> {
    let days = u32::try_from((end - start).num_days()).ok()?;
    let weeks = days / 7;
    let mut count = weeks * 5;
    let mut date = start.checked_add_days(Days::new(u64::from(weeks) * 7))?;
    while date < end {
        date = date.checked_add_days(Days::new(1))?;
        if !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
            count += 1;
        }
    }
    let holidays = BANK_HOLIDAYS
        .range((std::ops::Bound::Excluded(start), std::ops::Bound::Included(end)))
        .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
        .count();
    u32::try_from(holidays).ok().map(|holidays| count.saturating_sub(holidays))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn easter_and_may_are_skipped() {
        // Maundy Thursday 2019: Good Friday, the weekend and Easter Monday do not count.
        assert_eq!(add_working_days(day("2019-04-18"), 1), day("2019-04-23"));
        assert_eq!(working_days_between(day("2019-04-18"), day("2019-04-23")), Some(1));
        // VE Day moved the early May holiday of 2020 to the Friday.
        assert!(is_working_day(day("2020-05-04")) && !is_working_day(day("2020-05-08")));
    }

    #[test]
    fn a_weekend_start_counts_from_the_next_working_day() {
        assert_eq!(add_working_days(day("2019-06-01"), 1), day("2019-06-03"));
        assert_eq!(working_days_between(day("2019-06-01"), day("2019-06-02")), Some(0));
    }

    #[test]
    fn forty_five_and_fifteen_working_days() {
        assert_eq!(add_working_days(day("2019-01-07"), 45), day("2019-03-11"));
        assert_eq!(add_working_days(day("2019-12-20"), 15), day("2020-01-15"));
    }

    #[test]
    fn an_end_before_the_start_has_no_count() {
        assert_eq!(working_days_between(day("2019-06-02"), day("2019-06-01")), None);
    }

    proptest! {
        #[test]
        fn adding_and_counting_agree(offset in 0_u64..5_000, days in 0_u32..300) {
            let start = day("2012-06-01").checked_add_days(Days::new(offset)).unwrap();
            let end = add_working_days(start, days);
            prop_assert_eq!(working_days_between(start, end), Some(days));
        }

        #[test]
        fn the_fast_count_is_the_slow_count(offset in 0_u64..5_000, length in 0_u64..800) {
            let start = day("2012-06-01").checked_add_days(Days::new(offset)).unwrap();
            let end = start.checked_add_days(Days::new(length)).unwrap();
            let slow = start.iter_days().skip(1).take_while(|d| *d <= end).filter(|d| is_working_day(*d)).count();
            prop_assert_eq!(working_days_between(start, end), Some(u32::try_from(slow).unwrap()));
        }
    }
}
