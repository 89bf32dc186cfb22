//! Walks a chain from its first entry to its head and names what is wrong.

use std::fmt;

use super::{
    entry::{Chain, Entry, GENESIS, head_seal},
    store,
};
use crate::{Result, db::Database, secrets::Keys};

/// How many entries are read at once.
const PAGE: u64 = 2_000;
/// How many faults are named before the walk says only that there are more.
const FAULTS_MAX: usize = 200;

/// Something that should not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The content of an entry is not what was written.
    Edited {
        /// Its number.
        seq: i64,
    },
    /// Entries are gone.
    Removed {
        /// Number of the first one missing.
        first: i64,
        /// Number of the last one missing.
        last: i64,
    },
    /// An entry stands at another place than where it was written.
    Moved {
        /// Where it stands.
        seq: i64,
        /// Where it was written.
        from: i64,
    },
    /// An entry is sound in itself but does not follow from the one before it.
    Unlinked {
        /// Its number.
        seq: i64,
    },
    /// The head was altered, or belongs to another installation's key.
    Head,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited { seq } => write!(f, "entry {seq} was edited after it was written"),
            Self::Removed { first, last } if first == last => write!(f, "entry {first} was removed"),
            Self::Removed { first, last } => write!(f, "entries {first} to {last} were removed"),
            Self::Moved { seq, from } => write!(f, "the entry at {seq} was moved there from {from}"),
            Self::Unlinked { seq } => write!(f, "entry {seq} does not follow from the entry before it"),
            Self::Head => write!(f, "the record of the last entry was altered"),
        }
    }
}

/// What a walk found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Which chain.
    pub chain: Chain,
    /// How many entries it has.
    pub entries: u64,
    /// Number and digest of the last entry: copy them to another place to prove later that nothing was cut.
    pub head: (i64, String),
    /// What is wrong; empty for a sound chain.
    pub faults: Vec<Fault>,
}

/// Verifies one chain of an organisation.
pub async fn verify(database: &Database, keys: &Keys, chain: Chain) -> Result<Report> {
    let mut walk = Walk {
        keys,
        chain,
        expected: 1,
        previous: GENESIS.to_owned(),
        entries: 0,
        suspects: vec![],
        faults: vec![],
    };
    let mut after = i64::MIN;
    loop {
        let page = store::page(database.read(), chain, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for entry in page {
            walk.step(entry);
        }
    }
    walk.finish(store::head(database.read(), chain).await?)
}

struct Walk<'a> {
    keys: &'a Keys,
    chain: Chain,
    expected: i64,
    previous: String,
    entries: u64,
    suspects: Vec<Entry>,
    faults: Vec<Fault>,
}

impl Walk<'_> {
    fn fault(&mut self, fault: Fault) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }

    fn step(&mut self, entry: Entry) {
        self.entries += 1;
        let gap = entry.seq > self.expected;
        if gap {
            self.fault(Fault::Removed { first: self.expected, last: entry.seq - 1 });
        }
        if entry.digest(self.keys, self.chain, entry.seq) != entry.hash {
            if self.suspects.len() < FAULTS_MAX {
                self.suspects.push(entry.clone());
            }
        } else if !gap
            && entry.previous != self.previous
            && self.suspects.last().is_none_or(|s| s.seq != entry.seq - 1)
        {
            // After an entry that is itself suspect the link cannot be judged, and the suspect is named anyway.
            self.fault(Fault::Unlinked { seq: entry.seq });
        }
        self.expected = entry.seq + 1;
        self.previous = entry.hash;
    }

    fn finish(mut self, head: Option<store::chain_head::Model>) -> Result<Report> {
        // An entry that proves true at another number was moved, not edited.
        let places: Vec<i64> = self.suspects.iter().map(|s| s.seq).chain(self.gaps()).collect();
        for suspect in std::mem::take(&mut self.suspects) {
            let home = places.iter().find(|seq| suspect.digest(self.keys, self.chain, **seq) == suspect.hash);
            let fault = match home {
                Some(from) => Fault::Moved { seq: suspect.seq, from: *from },
                None => Fault::Edited { seq: suspect.seq },
            };
            self.fault(fault);
        }
        let (seq, hash) = match head {
            None if self.entries == 0 => (0, GENESIS.to_owned()),
            None => {
                self.fault(Fault::Head);
                (self.expected - 1, self.previous.clone())
            }
            Some(head) => {
                if head.seal != head_seal(self.keys, self.chain, head.seq, &head.hash) {
                    self.fault(Fault::Head);
                } else if head.seq >= self.expected {
                    self.fault(Fault::Removed { first: self.expected, last: head.seq });
                } else if head.seq != self.expected - 1 || head.hash != self.previous {
                    self.fault(Fault::Head);
                }
                (head.seq, head.hash)
            }
        };
        self.faults.sort_by_key(|fault| match fault {
            Fault::Edited { seq } | Fault::Moved { seq, .. } | Fault::Unlinked { seq } => *seq,
            Fault::Removed { first, .. } => *first,
            Fault::Head => i64::MAX,
        });
        Ok(Report { chain: self.chain, entries: self.entries, head: (seq, hash), faults: self.faults })
    }

    /// Numbers that are missing, as places from which an entry may have been moved.
    fn gaps(&self) -> Vec<i64> {
        self.faults
            .iter()
            .filter_map(|fault| match fault {
                Fault::Removed { first, last } => Some((*first..=*last).take(FAULTS_MAX)),
                _ => None,
            })
            .flatten()
            .collect()
    }
}
