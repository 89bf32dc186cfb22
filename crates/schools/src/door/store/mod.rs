//! Rows of the school's door.

pub(crate) mod casework;
pub(crate) mod concerns;
pub(crate) mod pupils;
pub(crate) mod roll;

use platform::{Error, Result};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, ModelTrait,
};

/// Adds a row.
pub(crate) async fn add<M, A>(transaction: &DatabaseTransaction, row: M) -> Result<()>
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
{
    <M::Entity as EntityTrait>::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// One row was to change; where none did, somebody else was first.
pub(crate) fn one(rows: u64) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// A URN as the tables keep it.
pub(crate) fn key(urn: u32) -> i32 {
    i32::try_from(urn).unwrap_or(i32::MAX)
}

/// A URN as the rest of the program has it.
pub(crate) fn urn(key: i32) -> u32 {
    u32::try_from(key).unwrap_or(0)
}
