//! People of the record: who a child is, finding one, and the child's own page.

pub mod fields;
pub mod identity;
pub mod index;
pub mod name;
pub(crate) mod pages;
pub mod search;
pub(crate) mod shell;

pub use fields::Fields;
pub use identity::age;
