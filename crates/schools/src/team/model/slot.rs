//! Hours that a worker offers at a school, to be booked by the safeguarding lead.

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::{Calendar, DayKind, Hours, Problem, place};

/// The shortest and longest time to book, minutes.
pub const SLOT_MINUTES: std::ops::RangeInclusive<u32> = 10..=120;
/// The most times that are offered at once.
pub const SLOTS_AT_ONCE: usize = 24;
/// How many days ahead times may be offered.
const DAYS_AHEAD: u64 = 182;

/// Times to be offered one after another on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The school's unique reference number.
    pub urn: u32,
    /// The day.
    pub on: NaiveDate,
    /// The first begins and the last ends within these hours.
    pub hours: Hours,
    /// How long each is, minutes.
    pub minutes: u32,
}

impl Offer {
    /// Everything that is wrong with it on the day `today`.
    pub fn problems(&self, today: NaiveDate, calendar: &Calendar) -> Vec<Problem> {
        let mut found = Vec::new();
        if self.on < today {
            found.push(Problem::new("day-day", "The date must be today or in the future"));
        } else if today.checked_add_days(Days::new(DAYS_AHEAD)).is_none_or(|last| self.on > last) {
            found.push(Problem::new("day-day", "The date must be in the next six months"));
        } else {
            match calendar.kind(self.on) {
                DayKind::Open => {}
                DayKind::Weekend => found.push(Problem::new("day-day", "The date must not be at a weekend")),
                DayKind::BankHoliday => {
                    found.push(Problem::new("day-day", "The date must not be a bank holiday"));
                }
                DayKind::SchoolHoliday(_) => {
                    found.push(Problem::new("day-day", "The date must not be in a school holiday"));
                }
            }
        }
        if !SLOT_MINUTES.contains(&self.minutes) {
            found.push(Problem::new("minutes", "Each must be from 10 to 120 minutes"));
        } else if self.hours.to < self.hours.from.saturating_add(self.minutes) {
            found.push(Problem::new("to", "There must be room for at least one between the two times"));
        } else if self.starts().len() > SLOTS_AT_ONCE {
            found.push(Problem::new("to", "Offer at most 24 at once"));
        }
        if self.hours.to > 24 * 60 {
            found.push(Problem::new("to", "It must end on the same day"));
        }
        found
    }

    /// When each begins, minutes of the day; at most one more than may be offered.
    pub fn starts(&self) -> Vec<u32> {
        let step = self.minutes.max(1);
        std::iter::successors(Some(self.hours.from), |at| at.checked_add(step))
            .take_while(|at| at.saturating_add(step) <= self.hours.to)
            .take(SLOTS_AT_ONCE + 1)
            .collect()
    }
}

/// One time that can be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The row.
    pub id: Uuid,
    /// Who offers it, a user.
    pub worker: Uuid,
    /// The school's unique reference number.
    pub urn: u32,
    /// The day.
    pub on: NaiveDate,
    /// From when to when.
    pub hours: Hours,
    /// Who booked it; `None` while it is free.
    pub booked: Option<Booking>,
}

impl Slot {
    /// `10am to 10:30am`.
    pub fn time(&self) -> String {
        self.hours.in_words()
    }

    /// When it begins, in words.
    pub fn starts(&self) -> String {
        place::clock(self.hours.from)
    }
}

/// Who booked a time and about what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Who, a user.
    pub by: Uuid,
    /// Their name.
    pub name: String,
    /// About what; no child is named.
    pub topic: super::Topic,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::team::model::Holiday;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn offer() -> Offer {
        Offer { urn: 1, on: day("2019-07-02"), hours: Hours { from: 600, to: 690 }, minutes: 30 }
    }

    fn fields(offer: &Offer) -> Vec<&'static str> {
        let summer =
            Holiday { name: "Summer".to_owned(), first_day: day("2019-07-24"), last_day: day("2019-08-31") };
        let calendar = Calendar { holidays: vec![summer] };
        offer.problems(day("2019-07-01"), &calendar).iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn times_stand_one_after_another_and_none_runs_over() {
        assert_eq!(offer().starts(), [600, 630, 660]);
        assert_eq!(Offer { minutes: 40, ..offer() }.starts(), [600, 640]);
        assert_eq!(Offer { minutes: 100, ..offer() }.starts(), [0; 0]);
    }

    #[test]
    fn offers_are_for_days_on_which_schools_are_open() {
        assert_eq!(fields(&offer()), [""; 0]);
        for (on, right) in [
            ("2019-06-28", false),
            ("2019-07-01", true),
            ("2019-07-06", false),
            ("2019-07-24", false),
            ("2019-08-26", false),
            ("2019-09-02", true),
            ("2020-01-06", false),
        ] {
            assert_eq!(fields(&Offer { on: day(on), ..offer() }).is_empty(), right, "{on}");
        }
    }

    #[test]
    fn minutes_and_number_have_bounds() {
        assert_eq!(fields(&Offer { minutes: 9, ..offer() }), ["minutes"]);
        assert_eq!(fields(&Offer { minutes: 121, ..offer() }), ["minutes"]);
        assert_eq!(fields(&Offer { minutes: 100, ..offer() }), ["to"]);
        let all_day = Offer { hours: Hours { from: 540, to: 1_020 }, minutes: 10, ..offer() };
        assert_eq!(fields(&all_day), ["to"]);
        let endless = Offer { hours: Hours { from: 0, to: u32::MAX }, minutes: 10, ..offer() };
        assert_eq!(fields(&endless), ["to", "to"]);
    }
}
