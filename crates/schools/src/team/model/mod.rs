//! Types and rules of the team's work.

mod calendar;
mod cover;
mod dose;
mod notice;
mod place;
mod session;
mod slot;
mod words;

pub use calendar::{Calendar, DayKind, Holiday, week_of};
pub use cover::{Absence, CannotCover, Plan, Presence};
pub use dose::{Done, Dose, dose};
pub use notice::Why;
pub use place::{Hours, Place, Weekdays, clock, day, minute_of, time_of};
pub use session::{MINUTES_A_DAY, MINUTES_MAX, NOTE_MAX, PEOPLE_MAX, Present, Problem, Session};
pub use slot::{Booking, Offer, SLOT_MINUTES, SLOTS_AT_ONCE, Slot};
pub use words::{Kind, Outcome, Setting, Topic};
