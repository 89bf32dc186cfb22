//! Rows of the finance officer’s work, none of which ever changes.

pub mod card_statement;
pub mod journal_file;
pub mod statement_line;
pub mod statement_match;
