//! Clearing an import away.

use platform::{
    Ctx, Error, Result,
    policy::{Action, Object},
};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, IntoActiveModel as _};
use uuid::Uuid;

use super::{
    claim::change,
    files::{copy_of, load},
    projection::{remove_invisible, unmark_ending},
    state::State,
};
use crate::entity::import_file;

/// Rows removed in one transaction.
const ROWS_AT_ONCE: u32 = 500;

/// Removes what an import has written and nobody has seen, its private copy, and its claim on the record. Its
/// report stays. What is part of the record cannot be abandoned: send the file that should stand instead.
///
/// # Errors
/// [`Error::Invalid`] when it is already part of the record.
pub async fn abandon(ctx: &Ctx, id: Uuid) -> Result<import_file::Model> {
    ctx.require(Action::ConfirmImport, Object::None)?;
    let file = load(ctx.db(), id).await?;
    if !file.state()?.may_abandon() {
        let why = format!("it is in the state `{}`", file.state);
        return Err(Error::invalid(format!("import of `{}`", file.name), why));
    }
    let kind = file.slot()?.kind();
    loop {
        let mut change = change(ctx, Action::ConfirmImport, id).await?;
        let removed = remove_invisible(change.tx(), kind, id, ROWS_AT_ONCE).await?;
        if removed == 0 {
            break;
        }
        change.note("removed", removed);
        change.commit().await?;
    }
    let mut last = change(ctx, Action::ConfirmImport, id).await?;
    unmark_ending(last.tx(), kind, id).await?;
    let file = load(last.tx(), id).await?;
    if !file.state()?.may_abandon() {
        return Err(Error::Conflict);
    }
    let mut row = file.into_active_model();
    row.state = Set(State::Abandoned.slug().to_owned());
    let file = row.update(last.tx()).await?;
    last.note("to", State::Abandoned.slug());
    last.commit().await?;
    remove_copy(ctx, id);
    Ok(file)
}

/// Removes the private copy; one that is left over is only logged, because the record is right without it.
pub(super) fn remove_copy(ctx: &Ctx, id: Uuid) {
    if let Err(error) = std::fs::remove_file(copy_of(ctx, id))
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(import = %id, %error, "the copy of an imported file could not be removed");
    }
}
