//! What somebody was typing, kept on the server (never in the browser) until they come back to it.
//!
//! Drafts are not changes of the record: nobody else ever sees one, and it is gone within a week. So they are
//! written beside the audit chain, like the last use of a session, and sealed, because they may hold anything.

use uuid::Uuid;

use super::{
    model::limits::{DRAFT_BYTES_MAX, DRAFTS_MAX, KEEP},
    store,
};
use crate::{Error, Result, organisation::Org, web::Form};

/// The longest path for which a draft is kept.
const PATH_MAX: usize = 500;
/// Pages whose forms are never kept: they hold nothing but passwords and codes.
const NEVER: &[&str] = &["/sign-in", "/sign-out", "/set-up", "/account", "/session"];

/// Whether a form of this path may be kept.
pub(super) fn is_kept(path: &str) -> bool {
    let never =
        |other: &str| path.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    super::paths::is_local(path) && path.len() <= PATH_MAX && !NEVER.iter().any(|other| never(other))
}

/// Keeps a form for a user and a path, in place of an earlier one.
pub async fn keep(org: &Org, user: Uuid, path: &str, form: &Form) -> Result<()> {
    if !is_kept(path) {
        return Ok(());
    }
    let fields: Vec<&(String, String)> =
        form.fields().iter().filter(|(name, _)| name != "csrf" && !name.contains("password")).collect();
    let json = serde_json::to_vec(&fields)
        .map_err(|error| Error::Corrupt { what: "draft", why: error.to_string() })?;
    if json.len() > DRAFT_BYTES_MAX {
        return Err(Error::invalid("draft", "it is too large to be kept"));
    }
    let now = org.clock.now();
    let id = org.random.id(now);
    let row = store::draft::Model {
        id,
        user_id: user,
        path: path.to_owned(),
        fields: org.keys.seal(org.random.as_ref(), &store::draft::seal_context(id), &json)?,
        kept_at: now,
    };
    let transaction = org.database.begin().await?;
    store::draft::put(&transaction, row).await?;
    store::draft::tidy(&transaction, user, now - KEEP, DRAFTS_MAX).await?;
    Ok(transaction.commit().await?)
}

/// The form that was kept for a user and a path, if it is not older than a week.
pub async fn find(org: &Org, user: Uuid, path: &str) -> Result<Option<Form>> {
    let after = org.clock.now() - KEEP;
    let Some(row) = store::draft::find(org.database.read(), user, path, after).await? else {
        return Ok(None);
    };
    let json = org.keys.open(&store::draft::seal_context(row.id), &row.fields)?;
    let fields = serde_json::from_slice(&json)
        .map_err(|error| Error::Corrupt { what: "draft", why: error.to_string() })?;
    Ok(Some(Form::of(fields)))
}

/// Forgets what was kept for a user and a path, because the form has been taken. Reads first, since there is
/// seldom anything to forget.
pub async fn forget(org: &Org, user: Uuid, path: &str) -> Result<()> {
    if store::draft::exists(org.database.read(), user, path).await? {
        store::draft::remove(org.database.writer(), user, path).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_with_passwords_and_codes_are_never_kept() {
        for path in
            ["/sign-in", "/sign-in/code", "/set-up/abc", "/account/password", "/session/draft", "//evil"]
        {
            assert!(!is_kept(path), "{path}");
        }
        for path in ["/people/1/note", "/accounts", "/"] {
            assert!(is_kept(path), "{path}");
        }
        assert!(!is_kept(&format!("/{}", "x".repeat(PATH_MAX))));
    }
}
