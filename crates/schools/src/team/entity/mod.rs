//! The tables of the team's work.

pub mod activity_session;
pub mod booking_notice;
pub mod duty_line;
pub mod school_holiday;
pub mod school_place;
pub mod school_slot;
pub mod worker_absence;
