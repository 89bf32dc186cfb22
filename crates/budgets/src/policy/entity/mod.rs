//! The rows of policies, none of which ever changes.

pub mod budget_policy;
pub mod budget_policy_live;
pub mod budget_policy_preview;
pub mod budget_policy_version;
