//! Teams.

use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryOrder as _};
use sea_orm::{IntoActiveModel as _, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{Result, auth::model::Broken};

/// A team.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "team")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its name in lower case, unique.
    pub name_key: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Every team by name. A council has tens of them.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<Model>> {
    Ok(Entity::find().order_by_asc(Column::NameKey).all(connection).await?)
}

/// One team.
pub async fn by_id(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(connection).await?)
}

/// The team of that name, in any case.
pub async fn by_name(connection: &impl ConnectionTrait, name: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::NameKey.eq(name.to_lowercase())).one(connection).await?)
}

/// A new team.
pub async fn insert(transaction: &DatabaseTransaction, row: Model) -> Result<()> {
    match Entity::insert(row.into_active_model()).exec_without_returning(transaction).await {
        Ok(_) => Ok(()),
        Err(error) => Err(match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Broken::TeamNameTaken.into(),
            _ => error.into(),
        }),
    }
}
