//! People of the record: finding them, and the child's own page.

pub mod name;
