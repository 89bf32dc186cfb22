//! Identifiers used twice in a file, found at a bounded cost.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

/// Remembers identifiers by a 64-bit hash and the line of their first use.
///
/// Two different identifiers share a hash with a chance of about one in 70 million among 700,000, so what is
/// found is worth a look by a person and no more. About 40 bytes are held for each identifier.
#[derive(Debug)]
pub struct DuplicateIds {
    seen: HashMap<u64, u64, BuildHasherDefault<DefaultHasher>>,
    limit: usize,
    overflow: u64,
}

impl DuplicateIds {
    /// A check that remembers at most `limit` identifiers.
    pub fn new(limit: usize) -> Self {
        Self { seen: HashMap::default(), limit, overflow: 0 }
    }

    /// Takes an identifier and its line. Gives the line of its first use when there was one.
    pub fn check(&mut self, id: &str, line: u64) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let full = self.seen.len() >= self.limit;
        match self.seen.entry(hasher.finish()) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(_) if full => {
                self.overflow += 1;
                None
            }
            Entry::Vacant(place) => {
                place.insert(line);
                None
            }
        }
    }

    /// Identifiers that were not remembered because the check was full.
    pub fn unchecked(&self) -> u64 {
        self.overflow
    }

    /// Whether the latest identifier was the first that was not remembered, in a check that remembers any.
    pub(crate) fn just_filled(&self) -> bool {
        self.overflow == 1 && self.limit > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_told() {
        let mut ids = DuplicateIds::new(10);
        assert_eq!(ids.check("A", 1), None);
        assert_eq!(ids.check("B", 2), None);
        assert_eq!(ids.check("A", 3), Some(1));
        assert_eq!(ids.check("A", 4), Some(1));
    }

    #[test]
    fn a_full_check_counts_what_it_cannot_remember() {
        let mut ids = DuplicateIds::new(1);
        assert_eq!(ids.check("A", 1), None);
        assert_eq!(ids.check("B", 2), None);
        assert!(ids.just_filled());
        assert_eq!(ids.check("B", 3), None);
        assert_eq!(ids.check("A", 4), Some(1));
        assert_eq!(ids.unchecked(), 2);
        assert!(!ids.just_filled());
    }
}
