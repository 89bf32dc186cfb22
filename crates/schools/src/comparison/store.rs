//! Rows of frozen comparisons in and out.

use platform::{Ctx, Error, Result};
use record::{entity::school, known::AsKnown};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, SqlErr,
};
use uuid::Uuid;

use super::entity::{Column, Entity, Model};
use crate::figures::Kind;

/// So many comparisons are listed.
const LISTED: u64 = 500;
/// So many schools can be picked from.
const PICKED: u64 = 3_000;

/// Adds a row; [`Error::Conflict`] where somebody else took its number.
pub(super) async fn insert(transaction: &DatabaseTransaction, row: Model) -> Result<()> {
    match Entity::insert(row.into_active_model()).exec_without_returning(transaction).await {
        Ok(_) => Ok(()),
        Err(error) => Err(match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Error::Conflict,
            _ => error.into(),
        }),
    }
}

/// The comparisons of a purpose, the first first.
pub(super) async fn of_purpose(db: &impl ConnectionTrait, key: &str) -> Result<Vec<Model>> {
    let query = Entity::find().filter(Column::PurposeKey.eq(key)).order_by_asc(Column::Number).limit(LISTED);
    Ok(query.all(db).await?)
}

/// One comparison.
pub(super) async fn one(ctx: &Ctx, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(ctx.db()).await?)
}

/// The latest comparisons, the newest first.
pub(super) async fn list(ctx: &Ctx) -> Result<Vec<Model>> {
    Ok(Entity::find().order_by_desc(Column::FrozenAt).limit(LISTED).all(ctx.db()).await?)
}

/// A school that can be picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its URN.
    pub urn: u32,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
}

/// The open schools of the authority, by name.
pub(super) async fn register(ctx: &Ctx) -> Result<Vec<Listed>> {
    let mut query = school::Entity::find()
        .filter(AsKnown::Now.condition(school::Column::KnownFrom, school::Column::KnownTo))
        .filter(Condition::any().add(school::Column::Status.ne("2")).add(school::Column::Status.is_null()))
        .order_by_asc(school::Column::Name)
        .limit(PICKED);
    if let Some(code) = ctx.org.organisation.la_code {
        query = query.filter(school::Column::LaCode.eq(i32::from(code)));
    }
    let rows = query.all(ctx.db()).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let kind = Kind::of(row.type_code.as_deref(), row.phase.as_deref());
            Some(Listed { urn: u32::try_from(row.urn).ok()?, name: row.name, kind })
        })
        .collect())
}
