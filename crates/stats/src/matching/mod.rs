//! Comparison groups: exact, by propensity, and optimal matching; balance.
