//! What parts of the program keep in memory of an organisation's record, so that they need not count again.
//!
//! What is kept must name in its key everything that it was made from: above all [`crate::audit::last_change`], because
//! nothing is ever taken back here when the record changes. Entries that were not asked for longest go first.

use std::{
    any::Any,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// Entries for one organisation, at most.
const ENTRIES_MAX: usize = 24;

type Entry = (String, Arc<dyn Any + Send + Sync>);

/// What is kept of one organisation, in the memory of this process.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<Vec<Entry>>>);

impl Kept {
    /// What was put there under this key; nothing also where it is of another type.
    pub fn get<T: Send + Sync + 'static>(&self, key: &str) -> Option<Arc<T>> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = entries.iter().position(|(other, _)| other == key)?;
        // The last are those asked for lately.
        let entry = entries.remove(place);
        let found = Arc::clone(&entry.1);
        entries.push(entry);
        found.downcast().ok()
    }

    /// Keeps a value under a key.
    pub fn put<T: Send + Sync + 'static>(&self, key: String, value: Arc<T>) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|(other, _)| *other != key);
        entries.push((key, value));
        let beyond = entries.len().saturating_sub(ENTRIES_MAX);
        entries.drain(..beyond);
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_under_its_key_and_as_its_type_only() {
        let kept = Kept::default();
        kept.put("a".to_owned(), Arc::new(1_u32));
        assert_eq!(kept.get::<u32>("a").as_deref(), Some(&1));
        assert_eq!(kept.get::<String>("a"), None);
        assert_eq!(kept.get::<u32>("b"), None);
        kept.put("a".to_owned(), Arc::new(2_u32));
        assert_eq!(kept.get::<u32>("a").as_deref(), Some(&2));
    }

    #[test]
    fn what_was_not_asked_for_longest_goes_first() {
        let kept = Kept::default();
        for n in 0..ENTRIES_MAX {
            kept.put(n.to_string(), Arc::new(n));
        }
        assert!(kept.get::<usize>("0").is_some());
        kept.put("one more".to_owned(), Arc::new(0_usize));
        assert!(kept.get::<usize>("0").is_some(), "it was asked for");
        assert!(kept.get::<usize>("1").is_none());
        assert!(kept.get::<usize>("2").is_some());
    }
}
