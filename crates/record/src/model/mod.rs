//! One child's events from the returns of several years. Pure: no database, no clock.
//!
//! A return tells every episode of need that was open in its year, with what happened in that year; an episode
//! that lasts longer stands in several returns. [`merge()`] makes one history of them.

mod merge;
mod outline;
mod returned;
mod status;

pub use merge::{CpPlan, Episode, Event, History, merge};
pub use outline::{Days, EpisodeOutline, MergedOutline, Planned, Referred, ReturnOutline, merge_outlines};
pub use returned::{ReturnedCpPlan, ReturnedEpisode, YearReturn};
pub use status::{Standing, Status};
