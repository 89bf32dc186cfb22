//! What the finance officer does: permission, rules, and the change.

pub mod handover;
pub mod periods;
pub mod statements;
