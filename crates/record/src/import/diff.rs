//! What a file changes in its slot. Pure.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::entry::{Entry, Scope};

/// A live row of a slot, as far as comparing needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LiveRow {
    /// The row.
    pub(super) id: Uuid,
    /// Digest of its content.
    pub(super) hash: String,
    /// The part of the slot that it stands in; see [`Scope`].
    pub(super) part: Option<String>,
}

/// What becomes of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// The slot does not have it.
    New,
    /// The slot has another version, this row.
    Changed(Uuid),
    /// The slot has it just so.
    Unchanged,
    /// An earlier record of the file was the same thing.
    Repeated,
}

/// The live rows of a slot, compared with a file record by record.
#[derive(Debug, Default)]
pub(super) struct Diff {
    live: HashMap<String, LiveRow>,
    whole: bool,
    parts: HashSet<String>,
}

impl Diff {
    /// Compares with these rows, by key.
    pub(super) fn with(live: HashMap<String, LiveRow>) -> Self {
        Self { live, whole: false, parts: HashSet::new() }
    }

    /// What becomes of a record. Each key is asked once, so its row is let go.
    pub(super) fn of(&mut self, entry: &Entry) -> Change {
        if entry.occurrence > 1 && !entry.payload.repeats_count() {
            return Change::Repeated;
        }
        match entry.payload.scope() {
            Scope::Whole => self.whole = true,
            Scope::Part(part) => {
                self.parts.insert(part);
            }
            Scope::Nothing => {}
        }
        match self.live.remove(&entry.key) {
            None => Change::New,
            Some(row) if row.hash == entry.hash => Change::Unchanged,
            Some(row) => Change::Changed(row.id),
        }
    }

    /// After the last record: the rows of which the file speaks and which it no longer has, by key.
    pub(super) fn gone(&self) -> impl Iterator<Item = (&str, Uuid)> {
        self.live
            .iter()
            .filter(|(_, row)| self.whole || row.part.as_ref().is_some_and(|part| self.parts.contains(part)))
            .map(|(key, row)| (key.as_str(), row.id))
    }
}
