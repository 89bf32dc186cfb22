//! How often one address may try to sign in, whoever it says it is.

use std::{num::NonZeroU32, ops::Add, sync::Arc, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as GovernorClock, Reference},
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::keyed::DashMapStateStore,
};

use crate::{clock::Clock, web::Failure};

/// Attempts a minute from one address.
pub const ATTEMPTS_A_MINUTE: NonZeroU32 = NonZeroU32::new(30).unwrap();
/// Beyond so many addresses those that have long been quiet are forgotten.
const ADDRESSES_MAX: usize = 10_000;

/// An instant of our clock, as the limiter reads it: nanoseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Instant(u64);

impl Add<Nanos> for Instant {
    type Output = Self;

    fn add(self, other: Nanos) -> Self {
        Self(self.0.saturating_add(other.as_u64()))
    }
}

impl Reference for Instant {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_sub(earlier.0).into()
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.checked_sub(duration.as_u64()).unwrap_or(self.0))
    }
}

/// The application's clock, so that a test can let a minute pass.
#[derive(Clone)]
struct OurClock(Arc<dyn Clock>);

impl GovernorClock for OurClock {
    type Instant = Instant;

    fn now(&self) -> Instant {
        Instant(self.0.now().timestamp_nanos_opt().and_then(|n| u64::try_from(n).ok()).unwrap_or(0))
    }
}

type Limiter = RateLimiter<String, DashMapStateStore<String>, OurClock, NoOpMiddleware<Instant>>;

/// Counts attempts by organisation and address, in memory: a restart forgives.
#[derive(Clone)]
pub struct Throttle(Arc<Limiter>);

impl Throttle {
    /// A throttle that goes by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let each = Duration::from_secs(60) / ATTEMPTS_A_MINUTE.get();
        let quota = Quota::with_period(each)
            .unwrap_or_else(|| Quota::per_minute(ATTEMPTS_A_MINUTE))
            .allow_burst(ATTEMPTS_A_MINUTE);
        Self(Arc::new(RateLimiter::new(quota, DashMapStateStore::default(), OurClock(clock))))
    }

    /// Counts an attempt; beyond the limit it is refused.
    pub fn attempt(&self, organisation: &str, address: &str) -> Result<(), Failure> {
        if self.0.len() > ADDRESSES_MAX {
            self.0.retain_recent();
        }
        self.0.check_key(&format!("{organisation} {address}")).map_err(|_| Failure::TooMany)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};

    use super::*;
    use crate::clock::MovableClock;

    #[test]
    fn an_address_gets_thirty_attempts_a_minute_and_others_are_not_touched() {
        let clock = Arc::new(MovableClock::at(Utc.with_ymd_and_hms(2019, 7, 1, 9, 0, 0).unwrap()));
        let throttle = Throttle::new(Arc::clone(&clock) as Arc<dyn Clock>);
        for _ in 0..30 {
            assert_eq!(throttle.attempt("southampton", "192.0.2.1"), Ok(()));
        }
        assert_eq!(throttle.attempt("southampton", "192.0.2.1"), Err(Failure::TooMany));
        assert_eq!(throttle.attempt("southampton", "192.0.2.2"), Ok(()));
        assert_eq!(throttle.attempt("walsall", "192.0.2.1"), Ok(()));
        clock.advance(chrono::Duration::seconds(2));
        assert_eq!(throttle.attempt("southampton", "192.0.2.1"), Ok(()));
        assert_eq!(throttle.attempt("southampton", "192.0.2.1"), Err(Failure::TooMany));
        clock.advance(chrono::Duration::seconds(60));
        for _ in 0..30 {
            assert_eq!(throttle.attempt("southampton", "192.0.2.1"), Ok(()));
        }
    }
}
