//! What people were typing when their session ended, sealed, until they come back.

use chrono::Utc;
use sea_orm::{ConnectionTrait, QueryOrder as _, QuerySelect as _};
use sea_orm::{IntoActiveModel as _, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::Result;

/// One form of one person.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "draft")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub user_id: Uuid,
    /// The path of its page below the organisation's own.
    pub path: String,
    /// Its fields as JSON, sealed for this row.
    pub fields: Vec<u8>,
    /// When it was kept.
    pub kept_at: DateTimeUtc,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What the fields of a draft are sealed with.
pub fn seal_context(id: Uuid) -> String {
    format!("draft:{id}")
}

/// A person's draft for a path, if it was kept after an instant.
pub async fn find(
    connection: &impl ConnectionTrait,
    user: Uuid,
    path: &str,
    after: chrono::DateTime<Utc>,
) -> Result<Option<Model>> {
    let query = Entity::find()
        .filter(Column::UserId.eq(user))
        .filter(Column::Path.eq(path))
        .filter(Column::KeptAt.gt(after));
    Ok(query.one(connection).await?)
}

/// Whether a person has a draft for a path, of any age.
pub async fn exists(connection: &impl ConnectionTrait, user: Uuid, path: &str) -> Result<bool> {
    let query = Entity::find().filter(Column::UserId.eq(user)).filter(Column::Path.eq(path));
    Ok(query.exists(connection).await?)
}

/// Puts a draft in place of the one for the same path.
pub async fn put(connection: &impl ConnectionTrait, row: Model) -> Result<()> {
    remove(connection, row.user_id, &row.path).await?;
    Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Removes a person's draft for a path.
pub async fn remove(connection: &impl ConnectionTrait, user: Uuid, path: &str) -> Result<()> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user))
        .filter(Column::Path.eq(path))
        .exec(connection)
        .await?;
    Ok(())
}

/// Removes everybody's drafts from before an instant, and a person's beyond the newest `max`.
pub async fn tidy(
    connection: &impl ConnectionTrait,
    user: Uuid,
    before: chrono::DateTime<Utc>,
    max: u64,
) -> Result<()> {
    Entity::delete_many().filter(Column::KeptAt.lte(before)).exec(connection).await?;
    let beyond: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::UserId.eq(user))
        .order_by_desc(Column::KeptAt)
        .order_by_desc(Column::Id)
        .offset(max)
        .limit(1_000)
        .into_tuple()
        .all(connection)
        .await?;
    if !beyond.is_empty() {
        Entity::delete_many().filter(Column::Id.is_in(beyond)).exec(connection).await?;
    }
    Ok(())
}
