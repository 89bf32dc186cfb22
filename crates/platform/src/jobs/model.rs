//! The states of a job, the moves between them, and how a job reads in words. Pure.

use chrono::{DateTime, Duration, Utc};

use super::Progress;
use crate::{Error, Result};

/// How long a runner may be silent before its job is taken from it.
pub const LEASE: Duration = Duration::seconds(30);
/// How often a job may be started, crashes included, before somebody must look at it and resume it by hand.
pub const ATTEMPTS_MAX: i32 = 5;
/// Longest parameters, checkpoint or result, in bytes of JSON.
pub const JSON_BYTES_MAX: usize = 256 * 1024;
/// Longest step or error that is kept, in characters.
pub const WORDS_MAX: usize = 500;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Waits for its turn.
    Queued,
    /// Runs.
    Running,
    /// Runs, and has been asked to stop.
    Stopping,
    /// Stopped on request; may be resumed.
    Stopped,
    /// Done.
    Done,
    /// Ended with an error; may be resumed.
    Failed,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Running, Self::Stopping, Self::Stopped, Self::Done, Self::Failed];

    /// The stored name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// The name on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Queued => "Waiting",
            Self::Running => "Running",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::Done => "Done",
            Self::Failed => "Failed",
        }
    }

    /// The state of that stored name.
    pub fn from_slug(slug: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|state| state.slug() == slug)
            .ok_or_else(|| Error::Corrupt { what: "job state", why: format!("`{slug}` is not one") })
    }

    /// Whether the job is in somebody's hands now.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Running | Self::Stopping)
    }

    /// Whether nothing more happens unless somebody asks for it.
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Stopped | Self::Done | Self::Failed)
    }

    /// The state after somebody asked it to stop.
    pub fn stop(self) -> Result<Self> {
        match self {
            Self::Queued => Ok(Self::Stopped),
            Self::Running | Self::Stopping => Ok(Self::Stopping),
            Self::Stopped | Self::Done | Self::Failed => {
                Err(Error::invalid("job", "it has ended already, so it cannot be stopped"))
            }
        }
    }

    /// The state after somebody asked for it to be taken up again.
    pub fn resume(self) -> Result<Self> {
        match self {
            Self::Stopped | Self::Failed => Ok(Self::Queued),
            Self::Queued | Self::Running => Ok(self),
            Self::Stopping => Err(Error::invalid("job", "it is still stopping; wait until it has stopped")),
            Self::Done => Err(Error::invalid("job", "it is done, so there is nothing to resume")),
        }
    }

    /// The state of a job whose runner was silent for the length of a lease.
    pub fn lease_ran_out(self, attempts: i32) -> Self {
        match self {
            Self::Stopping => Self::Stopped,
            Self::Running if attempts >= ATTEMPTS_MAX => Self::Failed,
            Self::Running => Self::Queued,
            ended => ended,
        }
    }
}

impl Progress {
    /// Parts of a hundred, where the total is known.
    pub fn percent(&self) -> Option<u64> {
        match self.total {
            Some(0) | None => None,
            Some(total) => Some((u128::from(self.done.min(total)) * 100 / u128::from(total)) as u64),
        }
    }

    /// In words: `3,200 of 10,000 (32%)`.
    pub fn in_words(&self) -> String {
        match (self.total, self.percent()) {
            (Some(total), Some(percent)) => {
                format!("{} of {} ({percent}%)", thousands(self.done), thousands(total))
            }
            _ if self.done == 0 => String::new(),
            _ => format!("{} so far", thousands(self.done)),
        }
    }
}

/// A whole number with commas, as the style guide has it: `12,345`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A text cut to what is kept.
pub fn cut(words: &str) -> String {
    words.chars().take(WORDS_MAX).collect()
}

/// When a lease taken or renewed now runs out.
pub fn lease_until(now: DateTime<Utc>) -> DateTime<Utc> {
    now + LEASE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_come_back_as_the_same_states() {
        for state in State::ALL {
            assert_eq!(State::from_slug(state.slug()).unwrap(), state);
        }
        assert!(State::from_slug("asleep").is_err());
    }

    #[test]
    fn only_what_has_not_ended_stops_and_only_what_was_cut_short_resumes() {
        assert_eq!(State::Queued.stop().unwrap(), State::Stopped);
        assert_eq!(State::Running.stop().unwrap(), State::Stopping);
        assert!(State::Done.stop().is_err());
        assert_eq!(State::Failed.resume().unwrap(), State::Queued);
        assert_eq!(State::Stopped.resume().unwrap(), State::Queued);
        assert!(State::Done.resume().is_err());
        assert!(State::Stopping.resume().is_err());
    }

    #[test]
    fn a_job_that_keeps_crashing_fails_in_the_end() {
        assert_eq!(State::Running.lease_ran_out(1), State::Queued);
        assert_eq!(State::Running.lease_ran_out(ATTEMPTS_MAX), State::Failed);
        assert_eq!(State::Stopping.lease_ran_out(1), State::Stopped);
    }

    #[test]
    fn progress_reads_in_words() {
        let progress = |done, total| Progress { done, total, step: String::new() };
        assert_eq!(progress(3_200, Some(10_000)).in_words(), "3,200 of 10,000 (32%)");
        assert_eq!(progress(1_234_567, None).in_words(), "1,234,567 so far");
        assert_eq!(progress(0, None).in_words(), "");
        assert_eq!(progress(9, Some(0)).in_words(), "9 so far");
        assert_eq!(progress(u64::MAX, Some(u64::MAX)).percent(), Some(100));
    }
}
