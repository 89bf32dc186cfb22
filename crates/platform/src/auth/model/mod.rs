//! The rules of signing in. Nothing here reads or writes: time, secrets and rows come in as values.

pub mod attempts;
pub mod code;
pub mod limits;
pub mod password;
pub mod recovery;
pub mod rules;

pub use rules::Broken;
