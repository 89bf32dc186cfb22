//! The rules, pure.

pub mod answers;
pub mod clock;
pub mod document;
pub mod matching;
pub mod names;
pub mod reference;
pub mod state;
pub mod words;
