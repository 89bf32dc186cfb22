//! The tables of the school's door.

pub mod concern;
pub mod concern_draft;
pub mod concern_told;
pub mod early_help_episodes;
pub mod pupil_outline;
pub mod referral_outcome;
pub mod referral_sent;
