//! Time as a parameter.
//!
//! Nothing else in the workspace asks the machine for the time (`clippy.toml` forbids it), so every test can
//! say what time it is and every figure can be repeated.

use std::sync::Mutex;

use chrono::{DateTime, Duration, NaiveDate, SubsecRound, Utc};
use chrono_tz::Europe::London;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The present instant in UTC, to the microsecond (the finest that both databases keep).
    fn now(&self) -> DateTime<Utc>;

    /// Today's date as people in England read it off the wall.
    fn today(&self) -> NaiveDate {
        self.now().with_timezone(&London).date_naive()
    }
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine is asked for the time")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// The machine's own time of day on a date of its own: for demonstrations, whose invented files end on a day of
/// the past. Statutory clocks, ages and caseloads read as they did then, while sessions, one-time codes and the
/// chains run by the true time.
#[derive(Debug, Clone, Copy)]
pub struct DatedClock {
    today: NaiveDate,
}

impl DatedClock {
    /// A clock on which it is always `today`.
    pub fn on(today: NaiveDate) -> Self {
        Self { today }
    }
}

impl Clock for DatedClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now()
    }

    fn today(&self) -> NaiveDate {
        self.today
    }
}

/// A clock that stands still until it is moved, for tests and for replays.
#[derive(Debug)]
pub struct MovableClock(Mutex<DateTime<Utc>>);

impl MovableClock {
    /// A clock that stands at `start`.
    pub fn at(start: DateTime<Utc>) -> Self {
        Self(Mutex::new(start.trunc_subsecs(6)))
    }

    /// Moves the clock forward (or back, with a negative duration).
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for MovableClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// An instant as people in England read it: `22 November 2026 at 1:05pm`.
pub fn in_words(at: DateTime<Utc>) -> String {
    at.with_timezone(&London).format("%-d %B %Y at %-I:%M%P").to_string()
}

/// A date in the form of the GOV.UK style guide: `22 November 2026`.
pub fn date_in_words(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn today_is_the_date_in_london_not_in_greenwich() {
        let clock = MovableClock::at(Utc.with_ymd_and_hms(2019, 6, 30, 23, 30, 0).unwrap());
        assert_eq!(clock.today(), NaiveDate::from_ymd_opt(2019, 7, 1).unwrap());
        assert_eq!(in_words(clock.now()), "1 July 2019 at 12:30am");
    }

    #[test]
    fn a_movable_clock_moves_only_when_told() {
        let clock = MovableClock::at(Utc.with_ymd_and_hms(2019, 1, 2, 9, 0, 0).unwrap());
        let before = clock.now();
        assert_eq!(before, clock.now());
        clock.advance(Duration::hours(3));
        assert_eq!(clock.now() - before, Duration::hours(3));
    }
}
