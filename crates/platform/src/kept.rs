//! What parts of the program keep in memory of an organisation's record, so that they need not count again.
//!
//! What is kept must name in its key everything that it was made from: above all [`crate::audit::last_change`], because
//! nothing is ever taken back here when the record changes. Entries that were not asked for longest go first.

use std::{
    any::Any,
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError, Weak},
};

/// Entries for one organisation, at most.
const ENTRIES_MAX: usize = 24;

type Entry = (String, Arc<dyn Any + Send + Sync>);

/// What those take who make the same thing, one after another.
type Turn = tokio::sync::Mutex<()>;

/// What is kept of one organisation, in the memory of this process.
#[derive(Clone, Default)]
pub struct Kept {
    entries: Arc<Mutex<Vec<Entry>>>,
    turns: Arc<Mutex<HashMap<String, Weak<Turn>>>>,
}

impl Kept {
    /// What was put there under this key; nothing also where it is of another type.
    pub fn get<T: Send + Sync + 'static>(&self, key: &str) -> Option<Arc<T>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let place = entries.iter().position(|(other, _)| other == key)?;
        // The last are those asked for lately.
        let entry = entries.remove(place);
        let found = Arc::clone(&entry.1);
        entries.push(entry);
        found.downcast().ok()
    }

    /// What is kept under a key. Where there is nothing, it is made and kept; who asks for the same meanwhile waits for it
    /// rather than making it too. When making it fails or is given up, the next of those who wait makes it.
    ///
    /// # Errors
    /// Those of `make`; nothing is kept then.
    pub async fn get_or_make<T: Send + Sync + 'static, E>(
        &self,
        key: String,
        make: impl Future<Output = Result<T, E>>,
    ) -> Result<Arc<T>, E> {
        if let Some(found) = self.get(&key) {
            return Ok(found);
        }
        let turn = self.turn(&key);
        let _mine = turn.lock().await;
        if let Some(found) = self.get(&key) {
            return Ok(found);
        }
        let made = Arc::new(make.await?);
        self.put(key, Arc::clone(&made));
        Ok(made)
    }

    /// The turn that all take who make what stands under this key. It lives as long as somebody makes or waits.
    fn turn(&self, key: &str) -> Arc<Turn> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(key).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::default();
        turns.insert(key.to_owned(), Arc::downgrade(&turn));
        turn
    }

    /// Keeps a value under a key.
    pub fn put<T: Send + Sync + 'static>(&self, key: String, value: Arc<T>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
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
    use futures::FutureExt as _;

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

    #[tokio::test]
    async fn of_many_who_ask_at_once_one_makes_it() {
        let kept = Kept::default();
        let made = std::sync::atomic::AtomicUsize::new(0);
        let ask = || {
            kept.get_or_make("a".to_owned(), async {
                tokio::task::yield_now().await;
                made.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                Ok::<_, ()>(7_u32)
            })
        };
        let all = futures::future::join_all((0..20).map(|_| ask())).await;
        assert!(all.into_iter().all(|one| one.as_deref() == Ok(&7)));
        assert_eq!(made.into_inner(), 1);
    }

    #[tokio::test]
    async fn when_one_fails_or_is_given_up_the_next_makes_it() {
        let kept = Kept::default();
        let key = || "a".to_owned();
        {
            let given_up = kept.get_or_make(key(), std::future::pending::<Result<u32, ()>>());
            let waits = kept.get_or_make(key(), async { Err::<u32, _>(()) });
            let (mut given_up, mut waits) = (Box::pin(given_up), Box::pin(waits));
            assert!((&mut given_up).now_or_never().is_none());
            assert!((&mut waits).now_or_never().is_none());
            drop(given_up);
            assert!(waits.await.is_err());
        }
        assert_eq!(kept.get_or_make(key(), async { Ok::<_, ()>(1_u32) }).await.as_deref(), Ok(&1));
        // Another key brings the turns of earlier ones to an end.
        let other = kept.get_or_make("b".to_owned(), async { Ok::<_, ()>(1_u32) }).await;
        assert_eq!(other.as_deref(), Ok(&1));
        assert!(kept.turns.lock().unwrap_or_else(PoisonError::into_inner).len() <= 1);
    }
}
