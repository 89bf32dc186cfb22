//! The rows of rounds and nominations, none of which ever changes.

pub mod family_nomination;
pub mod family_nomination_end;
pub mod family_notice;
pub mod family_pot;
pub mod family_round;
pub mod family_round_draw;
