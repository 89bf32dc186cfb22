//! What somebody was typing, kept on the server (never in the browser) until they come back to it.

use uuid::Uuid;

use crate::{Result, organisation::Org, web::Form};

/// Keeps a form for a user and a path.
pub async fn keep(_org: &Org, _user: Uuid, _path: &str, _form: &Form) -> Result<()> {
    Ok(())
}
