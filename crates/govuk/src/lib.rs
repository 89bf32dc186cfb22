//! The GOV.UK Design System as typed Rust components
