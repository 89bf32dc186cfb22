//! Rows of the team's work, in and out.

pub(super) mod notices;
pub(super) mod places;
pub(super) mod schools;
pub(super) mod sessions;
pub(super) mod slots;
