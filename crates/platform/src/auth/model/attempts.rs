//! Lock-out: what failed attempts lead to. Counted for each user, whatever address they came from.

use chrono::{DateTime, Duration, Utc};

/// After this many failures in a row the sign-in is locked.
pub const FAILURES_MAX: i32 = 6;
/// For how long.
pub const LOCK: Duration = Duration::minutes(15);

/// Failures so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// Failures since the last whole sign-in or the last lock-out. A right password alone does not set them
    /// back, or whoever knows it could try one-time codes without end.
    pub failed: i32,
    /// Until when nothing is accepted.
    pub locked_until: Option<DateTime<Utc>>,
}

impl Attempts {
    /// Whether nothing is accepted now.
    pub fn is_locked(&self, now: DateTime<Utc>) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }

    /// After one more failure. During a lock-out nothing is counted: whoever keeps trying would otherwise keep
    /// the person out for ever.
    #[must_use]
    pub fn after_failure(self, now: DateTime<Utc>) -> Self {
        if self.is_locked(now) {
            return self;
        }
        let failed = self.failed.saturating_add(1);
        if failed >= FAILURES_MAX {
            Self { failed: 0, locked_until: Some(now + LOCK) }
        } else {
            Self { failed, locked_until: None }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use proptest::prelude::*;

    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2019, 7, 1, 9, 0, 0).unwrap() + Duration::minutes(minutes)
    }

    #[test]
    fn the_sixth_failure_locks_for_fifteen_minutes_and_then_counting_begins_anew() {
        let mut attempts = Attempts::default();
        for _ in 0..5 {
            attempts = attempts.after_failure(at(0));
            assert!(!attempts.is_locked(at(0)));
        }
        attempts = attempts.after_failure(at(0));
        assert!(attempts.is_locked(at(0)) && attempts.is_locked(at(14)));
        assert!(!attempts.is_locked(at(15)));
        attempts = attempts.after_failure(at(15));
        assert_eq!(attempts, Attempts { failed: 1, locked_until: None });
    }

    proptest! {
        #[test]
        fn nobody_gets_more_than_six_tries_in_any_fifteen_minutes(
            gaps in proptest::collection::vec(0_i64..600, 1..200),
        ) {
            let mut now = at(0);
            let mut attempts = Attempts::default();
            let mut tried: Vec<DateTime<Utc>> = vec![];
            for gap in gaps {
                now += Duration::seconds(gap);
                if attempts.is_locked(now) {
                    prop_assert_eq!(attempts.after_failure(now), attempts);
                    continue;
                }
                tried.push(now);
                attempts = attempts.after_failure(now);
                let recent = tried.iter().filter(|then| now - **then < LOCK).count();
                prop_assert!(recent <= 6, "{} tries in {} minutes", recent, LOCK.num_minutes());
            }
        }
    }
}
