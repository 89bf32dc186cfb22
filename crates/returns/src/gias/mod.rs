//! Get Information about Schools: the daily establishments file and the links file.

mod model;

pub use model::{Coded, Establishment, Link, LinkKind};
