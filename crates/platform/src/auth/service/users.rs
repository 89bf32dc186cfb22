//! Users: made, suspended, restored, reset, unlocked, listed.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    Span, locked, roles,
    set_up::{self, SetUpLink},
    teams,
};
pub use crate::auth::store::user::Filter;
use crate::{
    Ctx, Error, Result,
    audit::{Change, Subject},
    auth::{
        model::{Broken, rules},
        store::{recovery_code, session, set_up_token, user, user_role},
    },
    policy::{Action, Object, Role},
};

/// How many users a page of the list shows.
pub const PER_PAGE: u64 = 25;

/// A user to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewUser<'a> {
    /// An e-mail address.
    pub sign_in_name: &'a str,
    /// The name as colleagues know it.
    pub name: &'a str,
    /// Roles from now on.
    pub roles: &'a [Role],
    /// A team from now on.
    pub team: Option<Uuid>,
}

/// A user as lists and pages show one; no secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserLine {
    /// Identifier.
    pub id: Uuid,
    /// E-mail address.
    pub sign_in_name: String,
    /// Name.
    pub name: String,
    /// May not sign in until restored.
    pub suspended: bool,
    /// Has still to use the set-up link.
    pub must_set_up: bool,
    /// Locked out until then.
    pub locked_until: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The roles held now.
    pub roles: Vec<Role>,
}

/// Makes a user, who sets up the sign-in with the link that is given back.
pub async fn create(ctx: &Ctx, new: NewUser<'_>) -> Result<SetUpLink> {
    ctx.require(Action::ManageUsers, Object::None)?;
    let mut change = ctx.change(Action::ManageUsers, Subject::kind("user")).await?;
    let id = insert(&mut change, new).await?;
    let link = set_up::issue(&mut change, id).await?;
    change.commit().await?;
    Ok(link)
}

/// The rows of a new user, in a change that goes on.
pub(super) async fn insert(change: &mut Change<'_>, new: NewUser<'_>) -> Result<Uuid> {
    let ctx = change.ctx();
    let sign_in_name = rules::sign_in_name(new.sign_in_name)?;
    let name = rules::name(new.name).ok_or(Broken::Name)?;
    if user::by_sign_in_name(change.tx(), &sign_in_name).await?.is_some() {
        return Err(Broken::SignInNameTaken.into());
    }
    let id = ctx.id();
    user::insert(change.tx(), id, &sign_in_name, &name, ctx.now()).await?;
    change.subject(Subject::of("user", id)).note("event", "user-made");
    for role in new.roles {
        roles::insert(change, id, *role, Span::from_now(ctx)).await?;
    }
    let slugs: Vec<&str> = new.roles.iter().map(|role| role.slug()).collect();
    change.note("roles", slugs);
    if let Some(team) = new.team {
        teams::insert_member(change, team, id, Span::from_now(ctx)).await?;
        change.note("team", team.to_string());
    }
    Ok(id)
}

/// Begins a change of somebody else's user.
async fn change_of<'a>(ctx: &'a Ctx, id: Uuid, event: &str) -> Result<(Change<'a>, user::Model)> {
    ctx.require(Action::ManageUsers, Object::None)?;
    rules::not_own(ctx.actor.id, id)?;
    let mut change = ctx.change(Action::ManageUsers, Subject::of("user", id)).await?;
    change.note("event", event);
    let user = locked(&change, id).await?;
    Ok((change, user))
}

/// Suspends: every session ends at once. The last administrator cannot be suspended.
pub async fn suspend(ctx: &Ctx, id: Uuid) -> Result<()> {
    let (change, user) = change_of(ctx, id, "user-suspended").await?;
    roles::keep_an_administrator(&change, user.id).await?;
    user::set_status(change.tx(), id, user::SUSPENDED).await?;
    session::end_all(change.tx(), id, None).await?;
    change.commit().await
}

/// Lets a suspended user sign in again.
pub async fn restore(ctx: &Ctx, id: Uuid) -> Result<()> {
    let (change, _) = change_of(ctx, id, "user-restored").await?;
    user::set_status(change.tx(), id, user::ACTIVE).await?;
    change.commit().await
}

/// Resets a sign-in: password, codes and sessions are gone, and the person sets it up anew with the link.
pub async fn reset(ctx: &Ctx, id: Uuid) -> Result<SetUpLink> {
    let (mut change, _) = change_of(ctx, id, "sign-in-reset").await?;
    user::reset(change.tx(), id).await?;
    recovery_code::replace(change.tx(), id, vec![]).await?;
    set_up_token::remove_of_user(change.tx(), id).await?;
    session::end_all(change.tx(), id, None).await?;
    let link = set_up::issue(&mut change, id).await?;
    change.commit().await?;
    Ok(link)
}

/// Ends a lock-out before its time.
pub async fn unlock(ctx: &Ctx, id: Uuid) -> Result<()> {
    let (change, _) = change_of(ctx, id, "user-unlocked").await?;
    user::set_attempts(change.tx(), id, Default::default()).await?;
    change.commit().await
}

/// One user.
pub async fn get(ctx: &Ctx, id: Uuid) -> Result<UserLine> {
    ctx.require(Action::ManageUsers, Object::None)?;
    let found = user::by_id(ctx.db(), id).await?.ok_or(Error::NotFound)?;
    lines(ctx, vec![found]).await?.pop().ok_or(Error::NotFound)
}

/// The user of a sign-in name, in any case of letters.
pub async fn by_sign_in_name(ctx: &Ctx, typed: &str) -> Result<UserLine> {
    ctx.require(Action::ManageUsers, Object::None)?;
    let name = rules::sign_in_name(typed)?;
    let found = user::by_sign_in_name(ctx.db(), &name).await?.ok_or(Error::NotFound)?;
    lines(ctx, vec![found]).await?.pop().ok_or(Error::NotFound)
}

/// One page of the users, by name, and how many there are in all. Pages count from nought.
pub async fn list(ctx: &Ctx, filter: &Filter, page: u64, per_page: u64) -> Result<(Vec<UserLine>, u64)> {
    ctx.require(Action::ManageUsers, Object::None)?;
    let (users, total) = user::list(ctx.db(), filter, ctx.now(), page, per_page.clamp(1, 500)).await?;
    Ok((lines(ctx, users).await?, total))
}

async fn lines(ctx: &Ctx, users: Vec<user::Model>) -> Result<Vec<UserLine>> {
    let ids: Vec<Uuid> = users.iter().map(|user| user.id).collect();
    let now = ctx.now();
    let grants = user_role::of_users(ctx.db(), &ids).await?;
    let line = |user: user::Model| {
        let held = grants.iter().filter(|grant| {
            grant.user_id == user.id && Span { from: grant.starts_at, to: grant.ends_at }.holds(now)
        });
        let mut roles: Vec<Role> = held.filter_map(|grant| Role::from_slug(&grant.role)).collect();
        roles.sort_unstable();
        UserLine {
            id: user.id,
            sign_in_name: user.sign_in_name,
            name: user.name,
            suspended: user.status == user::SUSPENDED,
            must_set_up: user.must_set_up,
            locked_until: user.locked_until.filter(|until| now < *until),
            created_at: user.created_at,
            roles,
        }
    };
    Ok(users.into_iter().map(line).collect())
}
