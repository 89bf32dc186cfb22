//! Who belongs to which team, from when to when.

use chrono::Utc;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction, QueryOrder as _, QuerySelect as _};
use sea_orm::{IntoActiveModel as _, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::Result;

/// One person's time in one team.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "team_member")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The team.
    pub team_id: Uuid,
    /// The person.
    pub user_id: Uuid,
    /// From when.
    pub starts_at: DateTimeUtc,
    /// Until when; none while no end is set.
    pub ends_at: Option<DateTimeUtc>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// One time in a team.
pub async fn by_id(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(connection).await?)
}

/// All of a team, newest first.
pub async fn of_team(connection: &impl ConnectionTrait, team: Uuid) -> Result<Vec<Model>> {
    let all = Entity::find().filter(Column::TeamId.eq(team));
    Ok(all.order_by_desc(Column::StartsAt).order_by_desc(Column::Id).all(connection).await?)
}

/// All of a person, newest first.
pub async fn of_user(connection: &impl ConnectionTrait, user: Uuid) -> Result<Vec<Model>> {
    let all = Entity::find().filter(Column::UserId.eq(user));
    Ok(all.order_by_desc(Column::StartsAt).order_by_desc(Column::Id).all(connection).await?)
}

/// How many people each team has now.
pub async fn counts(
    connection: &impl ConnectionTrait,
    now: chrono::DateTime<Utc>,
) -> Result<Vec<(Uuid, i64)>> {
    Ok(Entity::find()
        .select_only()
        .column(Column::TeamId)
        .column_as(Column::UserId.count(), "members")
        .filter(super::holds_at(Column::StartsAt, Column::EndsAt, now))
        .group_by(Column::TeamId)
        .into_tuple()
        .all(connection)
        .await?)
}

/// Whether a person is in a team at any time after an instant.
pub async fn overlaps(
    connection: &impl ConnectionTrait,
    team: Uuid,
    user: Uuid,
    from: chrono::DateTime<Utc>,
) -> Result<bool> {
    let query = Entity::find()
        .filter(Column::TeamId.eq(team))
        .filter(Column::UserId.eq(user))
        .filter(super::open_at(Column::EndsAt, from));
    Ok(query.one(connection).await?.is_some())
}

/// Puts a person into a team.
pub async fn insert(transaction: &DatabaseTransaction, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// Ends a person's time in a team.
pub async fn end(transaction: &DatabaseTransaction, id: Uuid, at: chrono::DateTime<Utc>) -> Result<()> {
    Entity::update_many()
        .set(ActiveModel { ends_at: Set(Some(at)), ..Default::default() })
        .filter(Column::Id.eq(id))
        .filter(super::open_at(Column::EndsAt, at))
        .exec(transaction)
        .await?;
    Ok(())
}

/// The times in teams of these people that hold now.
pub async fn current(
    connection: &impl ConnectionTrait,
    users: &[Uuid],
    now: chrono::DateTime<Utc>,
) -> Result<Vec<Model>> {
    let query = Entity::find().filter(Column::UserId.is_in(users.iter().copied())).filter(super::holds_at(
        Column::StartsAt,
        Column::EndsAt,
        now,
    ));
    Ok(query.all(connection).await?)
}
