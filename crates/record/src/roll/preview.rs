//! How the records of a file match the other side, counted while the file is checked.

use std::collections::{BTreeMap, HashMap};

use platform::Result;
use returns::school_census::SchoolKey;
use sea_orm::ConnectionTrait;

use super::{
    book::SchoolBook,
    load::RollIndex,
    reason::{Matching, Reason},
};
use crate::import::{SchoolKeys, Slot, checking::Looked};

/// Counts how the records of a file match.
pub struct Preview {
    book: SchoolBook,
    slot: Slot,
    reasons: BTreeMap<Reason, u64>,
    schools: HashMap<String, (bool, u64)>,
}

impl Preview {
    /// Begins to count for a file of this slot.
    pub fn new(book: SchoolBook, slot: Slot) -> Self {
        Self { book, slot, reasons: BTreeMap::new(), schools: HashMap::new() }
    }

    /// Counts the records of a batch, with one query for all of them.
    pub(crate) async fn batch(&mut self, db: &impl ConnectionTrait, looked: &[Looked]) -> Result<()> {
        let numbers: Vec<&str> = looked
            .iter()
            .filter_map(|one| match one {
                Looked::Child { upn, former_upn, .. } => Some([upn.as_deref(), former_upn.as_deref()]),
                Looked::Row(_) => None,
            })
            .flatten()
            .flatten()
            .collect();
        let rolls = RollIndex::load(db, &numbers).await?;
        for one in looked {
            match one {
                Looked::Child { upn, former_upn, upn_unknown, dob, expected_dob } => {
                    let Some(year) = self.slot.year() else { continue };
                    let child = Matching {
                        upn: upn.as_deref(),
                        former_upn: former_upn.as_deref(),
                        upn_unknown: upn_unknown.as_deref(),
                        dob: *dob,
                        expected_dob: *expected_dob,
                    };
                    *self.reasons.entry(Reason::of(&child, &rolls, year.reference_date())).or_default() += 1;
                }
                Looked::Row(school) => self.row(school),
            }
        }
        Ok(())
    }

    fn row(&mut self, school: &SchoolKey) {
        let Some(term) = self.slot.term() else { return };
        let key = crate::import::school_key(school);
        let book = &self.book;
        let entry = self.schools.entry(key).or_insert_with_key(|key| {
            let urn = book.resolve(key, school.urn, school.laestab, term.reference_day());
            (urn.is_some(), 0)
        });
        entry.1 += 1;
    }

    /// Children by how they match; the keys are the stored names of [`Reason`].
    pub fn matching(&self) -> BTreeMap<String, u64> {
        self.reasons.iter().map(|(reason, count)| (reason.slug().into_owned(), *count)).collect()
    }

    /// The schools of a roll table, at most `limit` unknown ones by name.
    pub fn schools(&self, limit: usize) -> Option<SchoolKeys> {
        self.slot.term()?;
        let known = self.schools.values().filter(|(known, _)| *known).count();
        let all: BTreeMap<&String, u64> = self
            .schools
            .iter()
            .filter(|(_, (known, _))| !known)
            .map(|(key, (_, rows))| (key, *rows))
            .collect();
        let more_unknown = all.len().saturating_sub(limit) as u64;
        let unknown = all.into_iter().take(limit).map(|(key, rows)| (key.clone(), rows)).collect();
        Some(SchoolKeys { known: known as u64, unknown, more_unknown })
    }
}
