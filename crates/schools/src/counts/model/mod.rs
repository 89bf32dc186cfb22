//! What is counted and how: pure rules, no database, no clock.

pub mod child;
pub mod measure;
pub mod place;
pub mod suppression;
pub mod table;
pub mod tally;
pub mod window;

#[cfg(test)]
mod tests;
