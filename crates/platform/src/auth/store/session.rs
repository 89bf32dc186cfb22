//! Sessions, and what the person behind one holds at this moment.

use chrono::Utc;
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DatabaseTransaction, FromQueryResult, JoinType, QueryOrder as _, QuerySelect as _,
    sea_query::{ExprTrait as _, Query, SelectStatement, UnionType},
};
use sea_orm::{IntoActiveModel as _, entity::prelude::*};
use serde::{Deserialize, Serialize};

use super::{secondment, team_member, user, user_role};
use crate::{
    Result,
    auth::model::limits::State,
    policy::{Role, RoleGrant},
};

/// One session.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Digest of the secret in the cookie.
    pub secret_hash: String,
    /// The token that its forms carry.
    pub csrf: String,
    /// Whose.
    pub user_id: Uuid,
    /// [`State::slug`].
    pub state: String,
    /// How its owner proved who they are: [`crate::auth::proof::Method::slug`], empty while that goes on.
    pub method: String,
    /// When it began.
    pub created_at: DateTimeUtc,
    /// Its last use, to the minute.
    pub last_seen_at: DateTimeUtc,
    /// When it ends whatever is done.
    pub absolute_end: DateTimeUtc,
}

/// To its user.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Whose it is.
    #[sea_orm(belongs_to = "user::Entity", from = "Column::UserId", to = "user::Column::Id")]
    User,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// How far it has come.
    pub fn state(&self) -> State {
        State::from_slug(&self.state)
    }
}

/// A session with what must be known of its user at every request.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Known {
    /// Identifier of the session.
    pub id: Uuid,
    /// The token that its forms carry.
    pub csrf: String,
    /// Whose.
    pub user_id: Uuid,
    /// [`State::slug`].
    pub state: String,
    /// Its last use.
    pub last_seen_at: DateTimeUtc,
    /// When it ends whatever is done.
    pub absolute_end: DateTimeUtc,
    /// The user's name.
    pub name: String,
    /// The user's status.
    pub status: String,
    /// The user has to set up the sign-in anew.
    pub must_set_up: bool,
}

/// The session behind a secret, with its user: one query by two unique indexes.
pub async fn known(connection: &impl ConnectionTrait, secret_hash: &str) -> Result<Option<Known>> {
    let columns =
        [Column::Id, Column::Csrf, Column::UserId, Column::State, Column::LastSeenAt, Column::AbsoluteEnd];
    Ok(Entity::find()
        .select_only()
        .columns(columns)
        .columns([user::Column::Name, user::Column::Status, user::Column::MustSetUp])
        .join(JoinType::InnerJoin, Relation::User.def())
        .filter(Column::SecretHash.eq(secret_hash))
        .into_model::<Known>()
        .one(connection)
        .await?)
}

/// What somebody holds at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holdings {
    /// Roles.
    pub roles: Vec<RoleGrant>,
    /// Teams.
    pub teams: Vec<Uuid>,
    /// Schools, by URN.
    pub schools: Vec<u32>,
}

/// Roles, teams and schools of a user at an instant, in one query over three indexes.
pub async fn holdings(
    connection: &impl ConnectionTrait,
    user: Uuid,
    now: chrono::DateTime<Utc>,
) -> Result<Holdings> {
    let mut query =
        branch(user_role::Entity, Expr::col(user_role::Column::Role), null("uuid"), null("integer"));
    query.and_where(user_role::Column::UserId.eq(user)).cond_where(super::holds_at(
        user_role::Column::StartsAt,
        user_role::Column::EndsAt,
        now,
    ));
    let mut teams =
        branch(team_member::Entity, null("text"), Expr::col(team_member::Column::TeamId), null("integer"));
    teams.and_where(team_member::Column::UserId.eq(user)).cond_where(super::holds_at(
        team_member::Column::StartsAt,
        team_member::Column::EndsAt,
        now,
    ));
    let mut schools =
        branch(secondment::Entity, null("text"), null("uuid"), Expr::col(secondment::Column::Urn));
    schools.and_where(secondment::Column::UserId.eq(user)).cond_where(super::holds_at(
        secondment::Column::StartsAt,
        secondment::Column::EndsAt,
        now,
    ));
    query.union(UnionType::All, teams).union(UnionType::All, schools);
    let mut held = Holdings::default();
    for row in connection.query_all(&query).await? {
        let role: Option<String> = row.try_get("", "role")?;
        let team: Option<Uuid> = row.try_get("", "team_id")?;
        let urn: Option<i32> = row.try_get("", "urn")?;
        // A role that this version does not know gives no right.
        if let Some(role) = role.as_deref().and_then(Role::from_slug) {
            held.roles.push(RoleGrant { role });
        }
        held.teams.extend(team);
        held.schools.extend(urn.and_then(|urn| u32::try_from(urn).ok()));
    }
    held.roles.sort_unstable_by_key(|grant| grant.role);
    held.roles.dedup();
    held.teams.sort_unstable();
    held.teams.dedup();
    held.schools.sort_unstable();
    held.schools.dedup();
    Ok(held)
}

/// One branch of the union: three columns, of which one is filled.
fn branch(table: impl EntityTrait, role: Expr, team: Expr, urn: Expr) -> SelectStatement {
    Query::select().expr_as(role, "role").expr_as(team, "team_id").expr_as(urn, "urn").from(table).to_owned()
}

/// A null of a type: PostgreSQL takes an untyped one in the first branch of a union for text.
fn null(kind: &'static str) -> Expr {
    Expr::val(Option::<String>::None).cast_as(kind)
}

/// The session behind a secret that still waits for its one-time code.
pub async fn awaiting(connection: &impl ConnectionTrait, secret_hash: &str) -> Result<Option<Model>> {
    let query = Entity::find()
        .filter(Column::SecretHash.eq(secret_hash))
        .filter(Column::State.eq(State::AwaitingCode.slug()));
    Ok(query.one(connection).await?)
}

/// A new session.
pub async fn insert(transaction: &DatabaseTransaction, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// Writes down the last use of a session.
pub async fn touch(connection: &impl ConnectionTrait, id: Uuid, now: chrono::DateTime<Utc>) -> Result<()> {
    Entity::update_many()
        .set(ActiveModel { last_seen_at: Set(now), ..Default::default() })
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(State::Live.slug()))
        .filter(Column::LastSeenAt.lt(now))
        .exec(connection)
        .await?;
    Ok(())
}

/// Gives a live session a new secret and a new token for its forms.
pub async fn renew(
    transaction: &DatabaseTransaction,
    id: Uuid,
    secret_hash: String,
    csrf: String,
) -> Result<bool> {
    let done = Entity::update_many()
        .set(ActiveModel { secret_hash: Set(secret_hash), csrf: Set(csrf), ..Default::default() })
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(State::Live.slug()))
        .exec(transaction)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ends one session of a user.
pub async fn end(transaction: &DatabaseTransaction, user: Uuid, id: Uuid) -> Result<bool> {
    let done = Entity::update_many()
        .set(ActiveModel { state: Set(State::Ended.slug().to_owned()), ..Default::default() })
        .filter(Column::Id.eq(id))
        .filter(Column::UserId.eq(user))
        .filter(Column::State.ne(State::Ended.slug()))
        .exec(transaction)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ends every session of a user, but one where that is asked.
pub async fn end_all(transaction: &DatabaseTransaction, user: Uuid, but: Option<Uuid>) -> Result<u64> {
    let mut query = Entity::update_many()
        .set(ActiveModel { state: Set(State::Ended.slug().to_owned()), ..Default::default() })
        .filter(Column::UserId.eq(user))
        .filter(Column::State.ne(State::Ended.slug()));
    if let Some(but) = but {
        query = query.filter(Column::Id.ne(but));
    }
    Ok(query.exec(transaction).await?.rows_affected)
}

/// A user's live sessions, the most lately used first.
pub async fn live(connection: &impl ConnectionTrait, user: Uuid) -> Result<Vec<Model>> {
    let query = Entity::find().filter(Column::UserId.eq(user)).filter(Column::State.eq(State::Live.slug()));
    Ok(query.order_by_desc(Column::LastSeenAt).order_by_desc(Column::Id).all(connection).await?)
}

/// Removes a user's sessions that can no longer be of use: those not used since `before`, and those that
/// waited for a code since before `awaiting_before`.
pub async fn tidy(
    transaction: &DatabaseTransaction,
    user: Uuid,
    before: chrono::DateTime<Utc>,
    awaiting_before: chrono::DateTime<Utc>,
) -> Result<()> {
    let stale = Column::State.eq(State::AwaitingCode.slug()).and(Column::CreatedAt.lt(awaiting_before));
    Entity::delete_many()
        .filter(Column::UserId.eq(user))
        .filter(Column::LastSeenAt.lt(before).or(stale))
        .exec(transaction)
        .await?;
    Ok(())
}
