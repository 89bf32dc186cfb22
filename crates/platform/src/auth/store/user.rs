//! Users. The table is `user_account`, because `user` means something else to PostgreSQL.

use chrono::Utc;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ConnectionTrait, DatabaseTransaction, DbBackend, QueryOrder as _, QuerySelect as _,
    sea_query::Query,
};
use sea_orm::{IntoActiveModel as _, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    Result,
    auth::model::{Broken, attempts::Attempts},
    policy::Role,
};

/// May sign in.
pub const ACTIVE: &str = "active";
/// May not sign in until restored.
pub const SUSPENDED: &str = "suspended";

/// Somebody who signs in.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "user_account")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// E-mail address in lower case, unique.
    pub sign_in_name: String,
    /// Name as colleagues know it.
    pub name: String,
    /// [`ACTIVE`] or [`SUSPENDED`].
    pub status: String,
    /// Argon2id in PHC form; none until the sign-in is set up.
    pub password_hash: Option<String>,
    /// Secret of the one-time codes, sealed for this row.
    pub code_secret: Option<Vec<u8>>,
    /// Step of the last one-time code that was taken, so that none is taken twice.
    pub last_code_step: Option<i64>,
    /// Failures since the last whole sign-in or lock-out.
    pub failed_attempts: i32,
    /// Until when nothing is accepted.
    pub locked_until: Option<DateTimeUtc>,
    /// Waits for its owner to use the set-up link.
    pub must_set_up: bool,
    /// When it was made.
    pub created_at: DateTimeUtc,
}

/// No relations in the entity: the queries that join say so themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether a password and a code could let this user in at all.
    pub fn may_sign_in(&self) -> bool {
        self.status == ACTIVE
            && !self.must_set_up
            && self.password_hash.is_some()
            && self.code_secret.is_some()
    }

    /// Failures so far.
    pub fn attempts(&self) -> Attempts {
        Attempts { failed: self.failed_attempts, locked_until: self.locked_until }
    }
}

/// What the secret of a user's one-time codes is sealed with.
pub fn seal_context(id: Uuid) -> String {
    format!("user-code-secret:{id}")
}

/// The user of that identifier.
pub async fn by_id(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(connection).await?)
}

/// The user of that sign-in name, which is already in its stored form.
pub async fn by_sign_in_name(connection: &impl ConnectionTrait, name: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::SignInName.eq(name)).one(connection).await?)
}

/// The user, locked until the transaction ends, so that attempts at the same time are counted one by one.
pub async fn lock(transaction: &DatabaseTransaction, id: Uuid) -> Result<Option<Model>> {
    let mut query = Entity::find_by_id(id);
    if transaction.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    Ok(query.one(transaction).await?)
}

/// A new user, who has still to set up the sign-in.
pub async fn insert(
    transaction: &DatabaseTransaction,
    id: Uuid,
    sign_in_name: &str,
    name: &str,
    now: chrono::DateTime<Utc>,
) -> Result<()> {
    let row = Model {
        id,
        sign_in_name: sign_in_name.to_owned(),
        name: name.to_owned(),
        status: ACTIVE.to_owned(),
        password_hash: None,
        code_secret: None,
        last_code_step: None,
        failed_attempts: 0,
        locked_until: None,
        must_set_up: true,
        created_at: now,
    };
    match Entity::insert(row.into_active_model()).exec_without_returning(transaction).await {
        Ok(_) => Ok(()),
        Err(error) => Err(match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Broken::SignInNameTaken.into(),
            _ => error.into(),
        }),
    }
}

fn change(id: Uuid) -> ActiveModel {
    ActiveModel { id: Set(id), ..Default::default() }
}

async fn save(transaction: &DatabaseTransaction, row: ActiveModel) -> Result<()> {
    let id = row.id.clone();
    Entity::update_many()
        .set(ActiveModel { id: NotSet, ..row })
        .filter(Column::Id.eq(id.unwrap()))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Writes the failures so far. Without such a user nothing happens, in the same time.
pub async fn set_attempts(transaction: &DatabaseTransaction, id: Uuid, attempts: Attempts) -> Result<()> {
    let row = ActiveModel {
        failed_attempts: Set(attempts.failed),
        locked_until: Set(attempts.locked_until),
        ..change(id)
    };
    save(transaction, row).await
}

/// Writes the step of the one-time code that was just taken.
pub async fn set_last_code_step(transaction: &DatabaseTransaction, id: Uuid, step: i64) -> Result<()> {
    save(transaction, ActiveModel { last_code_step: Set(Some(step)), ..change(id) }).await
}

/// Writes the secret of a new authenticator app, sealed, with the step of the code that it has just shown.
pub async fn set_code_secret(
    transaction: &DatabaseTransaction,
    id: Uuid,
    sealed_secret: Vec<u8>,
    step: i64,
) -> Result<()> {
    let row =
        ActiveModel { code_secret: Set(Some(sealed_secret)), last_code_step: Set(Some(step)), ..change(id) };
    save(transaction, row).await
}

/// Writes a new password's hash.
pub async fn set_password(transaction: &DatabaseTransaction, id: Uuid, hash: String) -> Result<()> {
    save(transaction, ActiveModel { password_hash: Set(Some(hash)), ..change(id) }).await
}

/// Writes all that a sign-in needs, once its owner has set it up.
pub async fn set_up(
    transaction: &DatabaseTransaction,
    id: Uuid,
    password_hash: String,
    sealed_secret: Vec<u8>,
    last_code_step: Option<i64>,
) -> Result<()> {
    let row = ActiveModel {
        password_hash: Set(Some(password_hash)),
        code_secret: Set(Some(sealed_secret)),
        last_code_step: Set(last_code_step),
        failed_attempts: Set(0),
        locked_until: Set(None),
        must_set_up: Set(false),
        ..change(id)
    };
    save(transaction, row).await
}

/// Takes away all that a sign-in needs, so that it must be set up anew.
pub async fn reset(transaction: &DatabaseTransaction, id: Uuid) -> Result<()> {
    let row = ActiveModel {
        password_hash: Set(None),
        code_secret: Set(None),
        last_code_step: Set(None),
        failed_attempts: Set(0),
        locked_until: Set(None),
        must_set_up: Set(true),
        ..change(id)
    };
    save(transaction, row).await
}

/// Suspends or restores.
pub async fn set_status(transaction: &DatabaseTransaction, id: Uuid, status: &str) -> Result<()> {
    save(transaction, ActiveModel { status: Set(status.to_owned()), ..change(id) }).await
}

/// What a list of users is narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// A part of the name or the sign-in name, in any case.
    pub text: Option<String>,
    /// Only those who hold this role now.
    pub role: Option<Role>,
    /// Only those of this status.
    pub status: Option<String>,
}

/// Users by name: those of one page, and how many there are in all.
pub async fn list(
    connection: &impl ConnectionTrait,
    filter: &Filter,
    now: chrono::DateTime<Utc>,
    page: u64,
    per_page: u64,
) -> Result<(Vec<Model>, u64)> {
    use super::user_role;
    let mut query = Entity::find();
    if let Some(text) = &filter.text {
        use sea_orm::sea_query::{ExprTrait as _, Func, LikeExpr};
        let escaped = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let like = || LikeExpr::new(format!("%{escaped}%")).escape('\\');
        let name = Func::lower(Expr::col((Entity, Column::Name))).like(like());
        let sign_in_name = Expr::col((Entity, Column::SignInName)).like(like());
        query = query.filter(name.or(sign_in_name));
    }
    if let Some(role) = filter.role {
        let holders = Query::select()
            .column(user_role::Column::UserId)
            .from(user_role::Entity)
            .and_where(user_role::Column::Role.eq(role.slug()))
            .cond_where(super::holds_at(user_role::Column::StartsAt, user_role::Column::EndsAt, now))
            .to_owned();
        query = query.filter(Column::Id.in_subquery(holders));
    }
    if let Some(status) = &filter.status {
        query = query.filter(Column::Status.eq(status));
    }
    let total = query.clone().count(connection).await?;
    let users = query
        .order_by_asc(Column::Name)
        .order_by_asc(Column::Id)
        .offset(page.saturating_mul(per_page))
        .limit(per_page)
        .all(connection)
        .await?;
    Ok((users, total))
}
