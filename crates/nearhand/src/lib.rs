//! Nearhand: assembles the capabilities, the command line and the web server.
//!
//! Adding a capability is a crate and a line in [`capabilities`].

pub mod commands;
pub mod error;
pub mod installation;
pub mod serve;
pub mod settings;

use std::sync::Arc;

use platform::capability::Capability;

/// Every capability, in the order in which their migrations apply.
pub fn capabilities() -> Vec<Arc<dyn Capability>> {
    platform::capabilities()
}

/// The whole schema, in order.
pub fn migrations() -> Vec<Box<dyn platform::MigrationTrait>> {
    capabilities().iter().flat_map(|capability| capability.migrations()).collect()
}
