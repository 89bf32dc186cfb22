//! Roles given and ended.

use uuid::Uuid;

use super::{Span, locked};
use crate::{
    Ctx, Error, Result,
    audit::{Change, Subject},
    auth::{
        model::{Broken, rules},
        store::{user, user_role},
    },
    policy::{Action, Object, Role},
};

/// A role of somebody, with its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its identifier, by which it is ended.
    pub id: Uuid,
    /// The role; none for one that this version does not know.
    pub role: Option<Role>,
    /// From when to when.
    pub span: Span,
}

/// Gives a role to somebody else.
pub async fn give(ctx: &Ctx, user: Uuid, role: Role, span: Span) -> Result<()> {
    ctx.require(Action::ManageUsers, Object::None)?;
    rules::not_own(ctx.actor.id, user)?;
    let mut change = ctx.change(Action::ManageUsers, Subject::of("user", user)).await?;
    locked(&change, user).await?;
    insert(&mut change, user, role, span).await?;
    change.note("event", "role-given").note("role", role.slug());
    change.note("from", span.from.to_rfc3339());
    if let Some(to) = span.to {
        change.note("to", to.to_rfc3339());
    }
    change.commit().await
}

/// The row of a new role, in a change that goes on.
pub(super) async fn insert(change: &mut Change<'_>, user: Uuid, role: Role, span: Span) -> Result<()> {
    rules::assignable(role)?;
    if user_role::overlaps(change.tx(), user, role, span.from, span.to).await? {
        return Err(Broken::RoleHeld.into());
    }
    let row = user_role::Model {
        id: change.ctx().id(),
        user_id: user,
        role: role.slug().to_owned(),
        starts_at: span.from,
        ends_at: span.to,
    };
    user_role::insert(change.tx(), row).await
}

/// Ends a role of somebody else at once. The last administrator stays one.
pub async fn end(ctx: &Ctx, user: Uuid, grant: Uuid) -> Result<()> {
    ctx.require(Action::ManageUsers, Object::None)?;
    rules::not_own(ctx.actor.id, user)?;
    let mut change = ctx.change(Action::ManageUsers, Subject::of("user", user)).await?;
    locked(&change, user).await?;
    let row = user_role::by_id(change.tx(), grant).await?.filter(|row| row.user_id == user);
    let row = row.ok_or(Error::NotFound)?;
    if row.role == Role::Administrator.slug() {
        keep_an_administrator(&change, user).await?;
    }
    user_role::end(change.tx(), grant, ctx.now()).await?;
    change.note("event", "role-ended").note("role", row.role);
    change.commit().await
}

/// Ends every time that somebody else holds a role, now or later; "not found" where there is none.
pub async fn end_role(ctx: &Ctx, user: Uuid, role: Role) -> Result<()> {
    let now = ctx.now();
    let open: Vec<Grant> = of_user(ctx, user).await?;
    let open =
        open.iter().filter(|grant| grant.role == Some(role) && grant.span.to.is_none_or(|to| to > now));
    let mut found = false;
    for grant in open {
        end(ctx, user, grant.id).await?;
        found = true;
    }
    if found { Ok(()) } else { Err(Error::NotFound) }
}

/// Every role that somebody holds, held or will hold, newest first.
pub async fn of_user(ctx: &Ctx, user: Uuid) -> Result<Vec<Grant>> {
    ctx.require(Action::ManageUsers, Object::None)?;
    let rows = user_role::of_users(ctx.db(), &[user]).await?;
    Ok(rows
        .into_iter()
        .map(|row| Grant {
            id: row.id,
            role: Role::from_slug(&row.role),
            span: Span { from: row.starts_at, to: row.ends_at },
        })
        .collect())
}

/// Refuses to go on where this user is an administrator and nobody else would be left who is.
pub(super) async fn keep_an_administrator(change: &Change<'_>, user: Uuid) -> Result<()> {
    let now = change.ctx().now();
    let others = user_role::lasting_administrators(change.tx(), user, now).await?;
    let is_one = user_role::overlaps(
        change.tx(),
        user,
        Role::Administrator,
        now,
        Some(now + chrono::Duration::microseconds(1)),
    )
    .await?;
    let active = user::by_id(change.tx(), user).await?.is_some_and(|user| user.status == user::ACTIVE);
    if is_one && active && others == 0 { Err(Broken::LastAdministrator.into()) } else { Ok(()) }
}
