//! One child's events from the returns of several years. Pure: no database, no clock.

mod status;

pub use status::Status;
