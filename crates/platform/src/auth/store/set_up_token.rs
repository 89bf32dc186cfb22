//! Links for setting up a sign-in: one use, one week.

use chrono::Utc;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction};
use sea_orm::{IntoActiveModel as _, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::Result;

/// One link.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "set_up_token")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// For whom.
    pub user_id: Uuid,
    /// Digest of the token in the link.
    pub token_hash: String,
    /// The secret of the one-time codes that this link offers, sealed for this row.
    pub code_secret: Vec<u8>,
    /// The password that was chosen, as Argon2id, until the code confirms both.
    pub password_hash: Option<String>,
    /// When the link ends.
    pub expires_at: DateTimeUtc,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What the secret that a link offers is sealed with.
pub fn seal_context(id: Uuid) -> String {
    format!("set-up-code-secret:{id}")
}

/// The link with that digest, while it is good.
pub async fn good(
    connection: &impl ConnectionTrait,
    token_hash: &str,
    now: chrono::DateTime<Utc>,
) -> Result<Option<Model>> {
    let query = Entity::find().filter(Column::TokenHash.eq(token_hash)).filter(Column::ExpiresAt.gt(now));
    Ok(query.one(connection).await?)
}

/// Puts a user's only link: earlier ones end.
pub async fn replace(transaction: &DatabaseTransaction, row: Model) -> Result<()> {
    remove_of_user(transaction, row.user_id).await?;
    Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// Ends a user's links.
pub async fn remove_of_user(transaction: &DatabaseTransaction, user: Uuid) -> Result<()> {
    Entity::delete_many().filter(Column::UserId.eq(user)).exec(transaction).await?;
    Ok(())
}

/// Uses a link up; false where that was done in the meantime.
pub async fn take(transaction: &DatabaseTransaction, id: Uuid) -> Result<bool> {
    Ok(Entity::delete_many().filter(Column::Id.eq(id)).exec(transaction).await?.rows_affected == 1)
}

/// Keeps the password that was chosen until the code confirms it.
pub async fn set_password(transaction: &DatabaseTransaction, id: Uuid, hash: String) -> Result<()> {
    Entity::update_many()
        .set(ActiveModel { password_hash: Set(Some(hash)), ..Default::default() })
        .filter(Column::Id.eq(id))
        .exec(transaction)
        .await?;
    Ok(())
}
