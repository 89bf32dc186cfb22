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

/// When a session ends if it is not used again: the nearer of its two limits.
pub fn end(last_seen: DateTime<Utc>, absolute_end: DateTime<Utc>) -> DateTime<Utc> {
    (last_seen + IDLE).min(absolute_end)
}

/// The last use of a session as it is to be written down at a use now. What was written within the last minute
/// stays, so a page promises exactly the end that the next request will be judged by.
pub fn last_use(last_seen: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    if now - last_seen >= TOUCH_EVERY { now } else { last_seen }
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
    fn a_session_ends_at_the_nearer_of_its_two_limits() {
        let end = nine() + ABSOLUTE;
        let second = Duration::seconds(1);
        assert_eq!(super::end(nine(), end), nine() + IDLE);
        assert_eq!(super::end(end - second, end), end);
        assert_eq!(last_use(nine(), nine() + Duration::seconds(59)), nine());
        assert_eq!(last_use(nine(), nine() + TOUCH_EVERY), nine() + TOUCH_EVERY);
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
                if now >= super::end(last, end) {
                    break;
                }
                last = last_use(last, now);
                let promised = super::end(last, end);
                prop_assert!(promised > now && promised <= end && promised <= now + IDLE);
                prop_assert!(promised > now + IDLE - TOUCH_EVERY || promised == end);
            }
        }
    }
}
