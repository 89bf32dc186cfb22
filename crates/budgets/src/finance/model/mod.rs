//! The rules of the finance officer's work, without any database.

pub mod decision;
pub mod handover;
pub mod matching;
pub mod statement;
