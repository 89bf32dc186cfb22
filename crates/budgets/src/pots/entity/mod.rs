//! The rows of funds and envelopes, none of which ever changes.

pub mod envelope;
pub mod envelope_closure;
pub mod fund;
pub mod fund_extension;
pub mod period_close;
