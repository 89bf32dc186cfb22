//! Taking a file from one state to the next, so that two never do it at once.

use platform::{
    Ctx, Error, Result,
    audit::{Change, Subject},
    policy::Action,
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait as _, DatabaseTransaction,
    DbBackend, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
};
use uuid::Uuid;

use super::{files::load, state::State};
use crate::entity::import_file;

/// A change of one import.
pub(super) async fn change(ctx: &Ctx, action: Action, id: Uuid) -> Result<Change<'_>> {
    ctx.change(action, Subject::of("import", id)).await
}

/// Takes a file into a state if `may` allows it from where it is. Only one file is being applied at a time.
pub(super) async fn take(
    ctx: &Ctx,
    action: Action,
    id: Uuid,
    to: State,
    may: fn(State) -> bool,
) -> Result<import_file::Model> {
    let mut change = change(ctx, action, id).await?;
    lock(change.tx()).await?;
    let file = load(change.tx(), id).await?;
    let from = file.state()?;
    if !may(from) {
        return Err(refused(&file, from, to));
    }
    if to == State::Applying {
        let other = import_file::Entity::find()
            .filter(import_file::Column::State.eq(State::Applying.slug()))
            .filter(import_file::Column::Id.ne(id))
            .one(change.tx())
            .await?;
        if let Some(other) = other {
            return Err(Error::invalid(
                format!("import of `{}`", file.name),
                format!(
                    "`{}` is being imported, or was cut off on the way; wait for it, take it up again or \
                     abandon it first",
                    other.name
                ),
            ));
        }
    }
    let mut row = file.into_active_model();
    row.state = Set(to.slug().to_owned());
    let file = row.update(change.tx()).await?;
    change.note("from", from.slug()).note("to", to.slug());
    change.commit().await?;
    Ok(file)
}

fn refused(file: &import_file::Model, from: State, to: State) -> Error {
    let what = format!("import of `{}`", file.name);
    let why = match (from, to, &file.blocked) {
        (State::Refused, _, Some(blocked)) => format!("it cannot be confirmed: {blocked}"),
        (State::Applied, ..) => "it is already part of the record".to_owned(),
        (State::Abandoned, ..) => "it was abandoned; send the file again".to_owned(),
        (State::Received | State::Checking, State::Applying, _) => {
            "it has no preview yet; check it first".to_owned()
        }
        (State::Applying, ..) => "it is being imported; let it finish or abandon it".to_owned(),
        _ => format!("it is in the state `{}`", from.slug()),
    };
    Error::invalid(what, why)
}

/// On PostgreSQL several writers work side by side: the second waits here until the first has committed.
/// SQLite has a single writer anyway.
async fn lock(tx: &DatabaseTransaction) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("LOCK TABLE import_file IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    Ok(())
}
