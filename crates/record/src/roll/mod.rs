//! Which pupil was on which school's roll when, and which child is which pupil.
//!
//! A census return names no school. A child is found on the roll by pupil number ([`Reason`]); the rows of
//! successive terms make spells at schools ([`spells()`]); schools are known by whatever identifier the tables use,
//! and followed through academy conversions and mergers ([`SchoolBook`]).

mod alias;
mod book;
mod load;
mod preview;
mod reason;
mod report;
mod spells;

pub use alias::{aliases, remove_alias, set_alias};
pub use book::{School, SchoolBook, SchoolRef};
pub use load::{ChildKeys, RollIndex, spells_of, table_days};
pub use preview::Preview;
pub use reason::{Matching, Reason, UpnFaultKind};
pub use report::{MatchRow, Report, report};
pub use spells::{RollRow, Spell, TableDays, school_at, school_for_event, spells};
