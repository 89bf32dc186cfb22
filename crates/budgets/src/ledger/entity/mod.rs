//! The rows of the ledger, none of which ever changes.

pub mod journal;
pub mod ledger_account;
pub mod ledger_entry;
