//! The last change of the record, as a name for the state that it is in.

use std::sync::Arc;

use super::store;
use crate::{Ctx, Result, policy::Action};

/// How far the chain has been looked through already, and the last entry that counted.
struct Looked {
    newest: (i64, String),
    last: String,
}

/// Changes that are passed over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ButFor {
    /// Those of these kinds of subject, whatever was done.
    pub subjects: Vec<&'static str>,
    /// Those under these actions, whatever they were done to.
    pub actions: Vec<Action>,
}

impl ButFor {
    fn name(&self) -> String {
        let actions: Vec<&str> = self.actions.iter().map(|action| action.slug()).collect();
        format!("last change but for {} and {}", self.subjects.join(" "), actions.join(" "))
    }
}

/// Number and digest of the last change but for some: `1234:9f…`. Two equal answers mean that
/// nothing else was changed between them, because every change of any process writes its entry in its own transaction. A
/// digest stands on all entries before it, so that a database set back to an earlier state gives another answer as soon as
/// it goes on differently.
///
/// Whoever reads the record for this name asks for the name first: what is read may then be newer than its name, and the next
/// to ask gets another name, but never is something old kept under a new name.
///
/// # Errors
/// When the database fails.
pub async fn last_change(ctx: &Ctx, but_for: &ButFor) -> Result<String> {
    let key = but_for.name();
    let newest = store::newest(ctx.db()).await?.unwrap_or_default();
    let mut before = ctx.org.kept.get::<Looked>(&key);
    if let Some(looked) = &before {
        if looked.newest == newest {
            return Ok(looked.last.clone());
        }
        let (seq, hash) = &looked.newest;
        if store::digest_at(ctx.db(), *seq).await?.as_ref() != Some(hash) {
            // The database was set back behind the entry, so all is looked through anew.
            before = None;
        }
    }
    // Entries that were looked through are not looked through again.
    let (after, last) = before.map_or_else(Default::default, |looked| (looked.newest.0, looked.last.clone()));
    let later = store::newest_but_for(ctx.db(), but_for, after).await?;
    let last = later.map_or(last, |(seq, hash)| format!("{seq}:{hash}"));
    ctx.org.kept.put(key, Arc::new(Looked { newest, last: last.clone() }));
    Ok(last)
}
