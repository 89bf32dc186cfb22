//! Roles that people hold, each from an instant and, where it has one, to an end.

use chrono::Utc;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbBackend, QueryOrder as _, QuerySelect as _,
    sea_query::Query,
};
use sea_orm::{IntoActiveModel as _, entity::prelude::*};
use serde::{Deserialize, Serialize};

use super::user;
use crate::{Result, policy::Role};

/// One role of one person.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "user_role")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who holds it.
    pub user_id: Uuid,
    /// [`Role::slug`].
    pub role: String,
    /// From when.
    pub starts_at: DateTimeUtc,
    /// Until when; none while no end is set.
    pub ends_at: Option<DateTimeUtc>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// One grant.
pub async fn by_id(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(connection).await?)
}

/// All that these users hold or held, newest first.
pub async fn of_users(connection: &impl ConnectionTrait, users: &[Uuid]) -> Result<Vec<Model>> {
    let all = Entity::find().filter(Column::UserId.is_in(users.iter().copied()));
    Ok(all.order_by_desc(Column::StartsAt).order_by_desc(Column::Id).all(connection).await?)
}

/// Whether a user holds a role at any time between two instants.
pub async fn overlaps(
    connection: &impl ConnectionTrait,
    user: Uuid,
    role: Role,
    from: chrono::DateTime<Utc>,
    to: Option<chrono::DateTime<Utc>>,
) -> Result<bool> {
    let mut query = Entity::find()
        .filter(Column::UserId.eq(user))
        .filter(Column::Role.eq(role.slug()))
        .filter(super::open_at(Column::EndsAt, from));
    if let Some(to) = to {
        query = query.filter(Column::StartsAt.lt(to));
    }
    Ok(query.one(connection).await?.is_some())
}

/// Gives a role.
pub async fn insert(transaction: &DatabaseTransaction, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// Ends a role.
pub async fn end(transaction: &DatabaseTransaction, id: Uuid, at: chrono::DateTime<Utc>) -> Result<()> {
    Entity::update_many()
        .set(ActiveModel { ends_at: Set(Some(at)), ..Default::default() })
        .filter(Column::Id.eq(id))
        .filter(super::open_at(Column::EndsAt, at))
        .exec(transaction)
        .await?;
    Ok(())
}

/// How many people other than `except` are administrators now and stay so: active, without an end. Two
/// administrators who remove each other at once take turns here: the second waits, and then counts anew.
pub async fn lasting_administrators(
    transaction: &DatabaseTransaction,
    except: Uuid,
    now: chrono::DateTime<Utc>,
) -> Result<usize> {
    let administrators = || {
        Entity::find()
            .filter(Column::Role.eq(Role::Administrator.slug()))
            .filter(Column::StartsAt.lte(now))
            .filter(Column::EndsAt.is_null())
    };
    if transaction.get_database_backend() == DbBackend::Postgres {
        // A statement of its own: one that waits for a lock goes on with what it saw before the wait, and a
        // suspension changes the user's row, not the one that is locked here.
        administrators().order_by_asc(Column::Id).lock_exclusive().all(transaction).await?;
    }
    let active = Query::select()
        .column(user::Column::Id)
        .from(user::Entity)
        .and_where(user::Column::Status.eq(user::ACTIVE))
        .to_owned();
    let others = administrators()
        .filter(Column::UserId.in_subquery(active))
        .filter(Column::UserId.ne(except))
        .all(transaction)
        .await?;
    let holders: std::collections::BTreeSet<Uuid> = others.into_iter().map(|row| row.user_id).collect();
    Ok(holders.len())
}
