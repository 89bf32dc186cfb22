//! Recovery codes, hashed; each row is one code of a set that shares its salt.

use chrono::Utc;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction};
use sea_orm::{IntoActiveModel, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::Result;

/// One recovery code.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "recovery_code")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub user_id: Uuid,
    /// Salt of the whole set.
    pub salt: Vec<u8>,
    /// Argon2id of the code with the salt, in hexadecimal.
    pub hash: String,
    /// When it was used; none while it is good.
    pub used_at: Option<DateTimeUtc>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The codes of a user that are still good.
pub async fn unused(connection: &impl ConnectionTrait, user: Uuid) -> Result<Vec<Model>> {
    let unused = Entity::find().filter(Column::UserId.eq(user)).filter(Column::UsedAt.is_null());
    Ok(unused.all(connection).await?)
}

/// Uses a code; false where it was used in the meantime.
pub async fn take(transaction: &DatabaseTransaction, id: Uuid, now: chrono::DateTime<Utc>) -> Result<bool> {
    let done = Entity::update_many()
        .set(ActiveModel { used_at: Set(Some(now)), ..Default::default() })
        .filter(Column::Id.eq(id))
        .filter(Column::UsedAt.is_null())
        .exec(transaction)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Replaces a user's codes by a new set, or by none.
pub async fn replace(transaction: &DatabaseTransaction, user: Uuid, set: Vec<Model>) -> Result<()> {
    Entity::delete_many().filter(Column::UserId.eq(user)).exec(transaction).await?;
    if !set.is_empty() {
        let rows = set.into_iter().map(IntoActiveModel::into_active_model);
        Entity::insert_many(rows).exec_without_returning(transaction).await?;
    }
    Ok(())
}
