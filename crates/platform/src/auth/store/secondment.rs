//! Who works in which school, from when to when.

use chrono::Utc;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction, QueryOrder as _};
use sea_orm::{IntoActiveModel as _, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::Result;

/// One person's time at one school.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "secondment")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The person.
    pub user_id: Uuid,
    /// The school's unique reference number.
    pub urn: i32,
    /// From when.
    pub starts_at: DateTimeUtc,
    /// Until when; none while no end is set.
    pub ends_at: Option<DateTimeUtc>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// One secondment.
pub async fn by_id(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(connection).await?)
}

/// All of a person, newest first.
pub async fn of_user(connection: &impl ConnectionTrait, user: Uuid) -> Result<Vec<Model>> {
    let all = Entity::find().filter(Column::UserId.eq(user));
    Ok(all.order_by_desc(Column::StartsAt).order_by_desc(Column::Id).all(connection).await?)
}

/// Seconds a person to a school.
pub async fn insert(transaction: &DatabaseTransaction, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// Ends a secondment.
pub async fn end(transaction: &DatabaseTransaction, id: Uuid, at: chrono::DateTime<Utc>) -> Result<()> {
    Entity::update_many()
        .set(ActiveModel { ends_at: Set(Some(at)), ..Default::default() })
        .filter(Column::Id.eq(id))
        .filter(super::open_at(Column::EndsAt, at))
        .exec(transaction)
        .await?;
    Ok(())
}
