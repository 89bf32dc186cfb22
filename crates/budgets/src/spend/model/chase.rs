//! What follows from days alone: when a receipt is due, when a pot is held, when to ask what changed.

use chrono::{Days, NaiveDate};
use record::choices;

use crate::policy::model::Receipts;

/// Days after a payment at which the worker says what changed.
pub const OUTCOME_DAYS: [u16; 2] = [30, 90];

choices! {
    /// What changed for the child, in the worker’s judgement.
    Outcome {
        /// Better.
        Better = "better", "Better";
        /// The same.
        Same = "same", "The same";
        /// Worse.
        Worse = "worse", "Worse";
        /// It cannot be said.
        CannotSay = "cannot-say", "Cannot say";
    }
}

/// How far a missing receipt is chased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chase {
    /// Nothing is said yet.
    Quiet,
    /// The worker is reminded, so many times by now.
    Reminded(usize),
    /// The day on which it was due has passed.
    Overdue,
    /// Nothing more is spent from the pot.
    Held,
}

/// The day after a number of days; the last day of the calendar where there is none.
fn after(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX)
}

/// The last day on which a receipt is in time.
pub fn due_on(rules: &Receipts, paid_on: NaiveDate) -> NaiveDate {
    after(paid_on, rules.due_days)
}

/// The first day on which the pot is held for want of the receipt.
pub fn held_from(rules: &Receipts, paid_on: NaiveDate) -> NaiveDate {
    after(paid_on, rules.hold_after_days)
}

/// How far a receipt that is missing is chased today.
pub fn chase(rules: &Receipts, paid_on: NaiveDate, today: NaiveDate) -> Chase {
    if today >= held_from(rules, paid_on) {
        return Chase::Held;
    }
    if today > due_on(rules, paid_on) {
        return Chase::Overdue;
    }
    match rules.remind_days.iter().filter(|days| today >= after(paid_on, **days)).count() {
        0 => Chase::Quiet,
        times => Chase::Reminded(times),
    }
}

/// The day on which the worker is asked what changed.
pub fn outcome_due(paid_on: NaiveDate, days: u16) -> NaiveDate {
    after(paid_on, days.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rules() -> Receipts {
        Receipts { due_days: 14, remind_days: vec![7, 14, 21], hold_after_days: 28, none_under: None }
    }

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2019, 7, 1).unwrap() + Days::new(number)
    }

    #[test]
    fn a_receipt_is_chased_in_steps() {
        for (number, step) in [
            (0, Chase::Quiet),
            (6, Chase::Quiet),
            (7, Chase::Reminded(1)),
            (14, Chase::Reminded(2)),
            (15, Chase::Overdue),
            (27, Chase::Overdue),
            (28, Chase::Held),
            (400, Chase::Held),
        ] {
            assert_eq!(chase(&rules(), day(0), day(number)), step, "day {number}");
        }
        assert_eq!((due_on(&rules(), day(0)), held_from(&rules(), day(0))), (day(14), day(28)));
    }

    proptest! {
        #[test]
        fn a_chase_never_goes_back(a in 0_u64..100, b in 0_u64..100) {
            prop_assert!(chase(&rules(), day(0), day(a.min(b))) <= chase(&rules(), day(0), day(a.max(b))));
        }
    }
}
