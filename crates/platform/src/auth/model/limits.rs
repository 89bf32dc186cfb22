//! How long a session lasts (OWASP ASVS 5.0 section 7.3), and how much is kept of what people were typing.

use chrono::{DateTime, Duration, Utc};

/// A session ends when nothing was asked for this long.
pub const IDLE: Duration = Duration::minutes(30);
/// A session ends after this long whatever is done: a long working day.
pub const ABSOLUTE: Duration = Duration::hours(10);
/// The one-time code must follow the password within this time.
pub const CODE_AFTER_PASSWORD: Duration = Duration::minutes(10);
/// The last use of a session is written down no more often than this.
pub const TOUCH_EVERY: Duration = Duration::seconds(60);
/// A link for setting up a sign-in may be used for this long.
pub const SET_UP_LINK: Duration = Duration::days(7);
/// Sessions that are over, and drafts, are removed after this long.
pub const KEEP: Duration = Duration::days(7);
/// How many drafts one person may have; the oldest makes way.
pub const DRAFTS_MAX: u64 = 20;
/// How many bytes one draft may have, as JSON.
pub const DRAFT_BYTES_MAX: usize = 256 * 1024;
/// How many sessions one person may have at once; the oldest makes way.
pub const SESSIONS_MAX: usize = 10;

/// How far a session has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The password was right; the one-time code is awaited.
    AwaitingCode,
    /// Signed in.
    Live,
    /// Signed out, or ended by somebody.
    Ended,
}

impl State {
    /// The stored name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::AwaitingCode => "awaiting-code",
            Self::Live => "live",
            Self::Ended => "ended",
        }
    }

    /// The state of that stored name; what is not known is not live.
    pub fn from_slug(slug: &str) -> Self {
        match slug {
            "live" => Self::Live,
            "awaiting-code" => Self::AwaitingCode,
            _ => Self::Ended,
        }
    }
}

/// Whether a live session still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It holds; `until` is when it ends if nothing is asked before.
    Holds {
        /// The nearer of the two ends.
        until: DateTime<Utc>,
    },
    /// One of the two limits has passed.
    TimedOut,
}

/// Judges a live session by the time of its last use and its absolute end.
pub fn standing(last_seen: DateTime<Utc>, absolute_end: DateTime<Utc>, now: DateTime<Utc>) -> Standing {
    if now >= (last_seen + IDLE).min(absolute_end) {
        return Standing::TimedOut;
    }
    // This very request is a use, so the idle time runs from now.
    Standing::Holds { until: (now + IDLE).min(absolute_end) }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use proptest::prelude::*;

    use super::*;

    fn nine() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2019, 7, 1, 9, 0, 0).unwrap()
    }

    #[test]
    fn a_session_holds_to_the_last_second_of_both_limits_and_no_longer() {
        let end = nine() + ABSOLUTE;
        let second = Duration::seconds(1);
        assert!(matches!(standing(nine(), end, nine() + IDLE - second), Standing::Holds { .. }));
        assert_eq!(standing(nine(), end, nine() + IDLE), Standing::TimedOut);
        assert_eq!(standing(end - second, end, end - second), Standing::Holds { until: end });
        assert_eq!(standing(end - second, end, end), Standing::TimedOut);
    }

    #[test]
    fn states_keep_their_names_and_an_unknown_one_is_not_live() {
        for state in [State::AwaitingCode, State::Live, State::Ended] {
            assert_eq!(State::from_slug(state.slug()), state);
        }
        assert_eq!(State::from_slug("LIVE"), State::Ended);
    }

    proptest! {
        #[test]
        fn no_use_carries_a_session_past_its_absolute_end(
            uses in proptest::collection::vec(0_i64..3_000, 1..100),
        ) {
            let end = nine() + ABSOLUTE;
            let (mut last, mut now) = (nine(), nine());
            for gap in uses {
                now += Duration::seconds(gap);
                match standing(last, end, now) {
                    Standing::Holds { until } => {
                        prop_assert!(now < end && until <= end && now - last < IDLE && until > now);
                        last = now;
                    }
                    Standing::TimedOut => prop_assert!(now >= end || now - last >= IDLE),
                }
            }
        }
    }
}
