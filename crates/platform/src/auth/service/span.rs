//! From when to when a role, a membership or a secondment holds.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Europe::London;

use crate::{Ctx, Result, auth::model::Broken};

/// From one instant to another, or without an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: Option<DateTime<Utc>>,
}

impl Span {
    /// From now on.
    pub fn from_now(ctx: &Ctx) -> Self {
        Self { from: ctx.now(), to: None }
    }

    /// From the beginning of the first day (today means at once) to the end of the last, in England's time.
    pub fn days(ctx: &Ctx, first: Option<NaiveDate>, last: Option<NaiveDate>) -> Result<Self> {
        let from = match first {
            Some(day) if day != ctx.today() => midnight(day),
            _ => ctx.now(),
        };
        let to = match last.map(|day| day.succ_opt().ok_or(Broken::EndBeforeStart)) {
            Some(after) => Some(midnight(after?)),
            None => None,
        };
        if to.is_some_and(|to| to <= from) {
            return Err(Broken::EndBeforeStart.into());
        }
        Ok(Self { from, to })
    }

    /// Whether it holds at an instant.
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

/// The beginning of a day in England.
fn midnight(day: NaiveDate) -> DateTime<Utc> {
    let local = day.and_time(NaiveTime::MIN);
    // The clocks in England change at one in the morning, so midnight is always there exactly once.
    London.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_england() {
        let summer = NaiveDate::from_ymd_opt(2019, 7, 1).unwrap();
        assert_eq!(midnight(summer).to_rfc3339(), "2019-06-30T23:00:00+00:00");
        let winter = NaiveDate::from_ymd_opt(2019, 12, 1).unwrap();
        assert_eq!(midnight(winter).to_rfc3339(), "2019-12-01T00:00:00+00:00");
    }

    #[test]
    fn a_span_holds_from_its_beginning_until_just_before_its_end() {
        let day = |d| midnight(NaiveDate::from_ymd_opt(2019, 7, d).unwrap());
        let span = Span { from: day(1), to: Some(day(2)) };
        assert!(span.holds(day(1)) && !span.holds(day(2)));
        assert!(Span { from: day(1), to: None }.holds(day(30)));
    }
}
