//! Nearhand: assembles the capabilities, the command line and the web server.
//!
//! Adding a capability is a crate and a line in [`capabilities`].

pub mod commands;
pub mod demonstration;
pub mod error;
pub mod installation;
pub mod serve;
pub mod settings;

use std::sync::Arc;

use platform::{
    backup::Schema,
    capability::Capability,
    clock::{Clock, SystemClock},
};

/// Every capability, in the order in which their migrations apply.
pub fn capabilities(clock: Arc<dyn Clock>) -> Vec<Arc<dyn Capability>> {
    let mut all = platform::capabilities(clock);
    all.push(Arc::new(record::Record));
    all.push(Arc::new(schools::Schools));
    all.push(Arc::new(budgets::Budgets));
    all
}

/// The whole schema: migrations in order, and every table.
pub fn schema() -> Schema {
    Schema::of(&capabilities(Arc::new(SystemClock)))
}
