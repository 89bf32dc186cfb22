//! Received files and what was found in them, for reading.

use platform::{
    Ctx, Error, Result,
    policy::{Action, Object},
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::{slot::Slot, state::State, summary::Summary};
use crate::entity::{import_change, import_file, import_problem};

/// Lines on one page of a list at most.
const PER_PAGE: u64 = 500;

impl import_file::Model {
    /// What it speaks for.
    pub fn slot(&self) -> Result<Slot> {
        Slot::parse(&self.slot)
            .ok_or_else(|| Error::Corrupt { what: "slot of an import", why: format!("`{}`", self.slot) })
    }

    /// How far it has come.
    pub fn state(&self) -> Result<State> {
        State::from_slug(&self.state)
            .ok_or_else(|| Error::Corrupt { what: "state of an import", why: format!("`{}`", self.state) })
    }

    /// Its preview, empty while it is not checked.
    pub fn summary(&self) -> Result<Summary> {
        serde_json::from_str(&self.summary)
            .map_err(|error| Error::Corrupt { what: "preview of an import", why: error.to_string() })
    }
}

/// One file.
pub async fn by_id(ctx: &Ctx, id: Uuid) -> Result<import_file::Model> {
    ctx.require(Action::ViewImports, Object::None)?;
    load(ctx.db(), id).await
}

/// One file, without asking for permission: for work that was allowed before.
pub(super) async fn load(db: &impl ConnectionTrait, id: Uuid) -> Result<import_file::Model> {
    import_file::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)
}

/// Files, newest first: up to `limit` (at most 500) after the first `skip`.
pub async fn list(ctx: &Ctx, skip: u64, limit: u64) -> Result<Vec<import_file::Model>> {
    ctx.require(Action::ViewImports, Object::None)?;
    let files = import_file::Entity::find()
        .order_by_desc(import_file::Column::ReceivedAt)
        .order_by_desc(import_file::Column::Id)
        .offset(skip)
        .limit(limit.min(PER_PAGE));
    Ok(files.all(ctx.db()).await?)
}

/// Listed problems of a file: up to `limit` (at most 500) after number `after`, of one kind or of all.
pub async fn problems(
    ctx: &Ctx,
    id: Uuid,
    code: Option<&str>,
    after: i32,
    limit: u64,
) -> Result<Vec<import_problem::Model>> {
    ctx.require(Action::ViewImports, Object::None)?;
    let mut query = import_problem::Entity::find()
        .filter(import_problem::Column::ImportFileId.eq(id))
        .filter(import_problem::Column::Seq.gt(after));
    if let Some(code) = code {
        query = query.filter(import_problem::Column::Code.eq(code));
    }
    let query = query.order_by_asc(import_problem::Column::Seq).limit(limit.min(PER_PAGE));
    Ok(query.all(ctx.db()).await?)
}

/// Listed changed and gone records of a file: up to `limit` (at most 500) after number `after`.
pub async fn changes(ctx: &Ctx, id: Uuid, after: i32, limit: u64) -> Result<Vec<import_change::Model>> {
    ctx.require(Action::ViewImports, Object::None)?;
    let query = import_change::Entity::find()
        .filter(import_change::Column::ImportFileId.eq(id))
        .filter(import_change::Column::Seq.gt(after))
        .order_by_asc(import_change::Column::Seq)
        .limit(limit.min(PER_PAGE));
    Ok(query.all(ctx.db()).await?)
}

/// How many files have become part of the record in a slot: another number than at the preview means that the
/// preview is out of date.
pub async fn applied_in(db: &impl ConnectionTrait, slot: Slot) -> Result<i64> {
    let count = import_file::Entity::find()
        .filter(import_file::Column::Slot.eq(slot.to_string()))
        .filter(import_file::Column::State.eq(State::Applied.slug()))
        .count(db)
        .await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The file that was last applied to a slot.
pub(super) async fn latest_in(db: &impl ConnectionTrait, slot: Slot) -> Result<Option<import_file::Model>> {
    let query = import_file::Entity::find()
        .filter(import_file::Column::Slot.eq(slot.to_string()))
        .filter(import_file::Column::State.eq(State::Applied.slug()))
        .order_by_desc(import_file::Column::AppliedAt)
        .order_by_desc(import_file::Column::CheckedAgainst);
    Ok(query.one(db).await?)
}

/// The private copy of a file.
pub(super) fn copy_of(ctx: &Ctx, id: Uuid) -> std::path::PathBuf {
    ctx.org.folder.join("incoming").join(id.to_string())
}
