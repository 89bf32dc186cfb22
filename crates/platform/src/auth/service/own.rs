//! One's own sign-in: password, recovery codes, sessions elsewhere.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{locked, second};
use crate::{
    Ctx, Error, Result,
    audit::{Change, Subject},
    auth::{
        hash,
        model::{
            limits,
            password::{About, CHARACTERS_MAX, Weakness, judge},
        },
        proof,
        store::{recovery_code, session, user},
    },
    policy::{Action, Object},
    random,
};

/// What somebody gives to prove again who they are.
#[derive(Debug, Clone, Copy)]
pub struct Again<'a> {
    /// The session in which this is asked; it gets a new secret.
    pub session: Uuid,
    /// The present password.
    pub password: &'a str,
    /// A one-time code or a recovery code.
    pub code: &'a str,
}

/// What came of a change of one's own sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnChange<T> {
    /// Done; the session's new secret and what was asked for.
    Done(String, T),
    /// Password or code are not right, or the sign-in is locked.
    NotProved,
    /// The new password cannot be taken.
    Weak(Weakness),
}

/// Changes the password. Every other session of the person ends.
pub async fn change_password(ctx: &Ctx, again: Again<'_>, new: &str) -> Result<OwnChange<()>> {
    ctx.require(Action::ManageOwnSignIn, Object::None)?;
    let user = user::by_id(ctx.db(), ctx.actor.id).await?.ok_or(Error::NotFound)?;
    let about = About { name: &user.name, sign_in_name: &user.sign_in_name, organisation: ctx.org.slug() };
    if let Err(weakness) = judge(new, about) {
        return Ok(OwnChange::Weak(weakness));
    }
    let stored = hash::password(new, random::bytes(ctx.org.random.as_ref())).await?;
    let Some(mut change) = prove(ctx, &user, again).await? else { return Ok(OwnChange::NotProved) };
    user::set_password(change.tx(), user.id, stored).await?;
    let ended = session::end_all(change.tx(), user.id, Some(again.session)).await?;
    let secret = proof::renew(&change, again.session).await?;
    change.note("event", "password-changed").note("sessions-ended", ended);
    change.commit().await?;
    Ok(OwnChange::Done(secret, ()))
}

/// Makes new recovery codes; the old ones are good no more.
pub async fn new_recovery_codes(ctx: &Ctx, again: Again<'_>) -> Result<OwnChange<Vec<String>>> {
    ctx.require(Action::ManageOwnSignIn, Object::None)?;
    let user = user::by_id(ctx.db(), ctx.actor.id).await?.ok_or(Error::NotFound)?;
    let (shown, rows) = second::new_set(ctx, user.id).await?;
    let Some(mut change) = prove(ctx, &user, again).await? else { return Ok(OwnChange::NotProved) };
    recovery_code::replace(change.tx(), user.id, rows).await?;
    let secret = proof::renew(&change, again.session).await?;
    change.note("event", "recovery-codes-made");
    change.commit().await?;
    Ok(OwnChange::Done(secret, shown))
}

/// Proves again who asks. A failure counts towards the lock-out like one at the sign-in page and is committed;
/// success gives the change in which to go on.
pub(super) async fn prove<'a>(
    ctx: &'a Ctx,
    user: &user::Model,
    again: Again<'_>,
) -> Result<Option<Change<'a>>> {
    let long = again.password.chars().count() > CHARACTERS_MAX;
    let stored = user.password_hash.clone().filter(|_| !long);
    let right = hash::verify(if long { "" } else { again.password }, stored).await?;
    let second = second::judge(ctx, user, again.code).await?;
    let mut change = ctx.change(Action::ManageOwnSignIn, Subject::of("user", user.id)).await?;
    let user = locked(&change, user.id).await?;
    if let (true, true, Some(second)) = (right, !user.attempts().is_locked(ctx.now()), second)
        && second::take(&mut change, &user, second).await?.is_some()
    {
        user::set_attempts(change.tx(), user.id, Default::default()).await?;
        return Ok(Some(change));
    }
    change.note("event", "proof-failed");
    second::count_failure(&mut change, user.id, user.attempts()).await?;
    change.commit().await?;
    Ok(None)
}

/// A session of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// Its identifier.
    pub id: Uuid,
    /// How it was begun ([`proof::Method::slug`]).
    pub method: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_seen_at: DateTime<Utc>,
}

/// One's own sessions that hold now, and how many recovery codes are left.
pub async fn overview(ctx: &Ctx) -> Result<(Vec<OwnSession>, usize)> {
    ctx.require(Action::ManageOwnSignIn, Object::None)?;
    let holds = |row: &session::Model| ctx.now() < limits::end(row.last_seen_at, row.absolute_end);
    let sessions = session::live(ctx.db(), ctx.actor.id).await?.into_iter().filter(holds);
    let sessions = sessions.map(|row| OwnSession {
        id: row.id,
        method: row.method,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
    });
    Ok((sessions.collect(), recovery_code::unused(ctx.db(), ctx.actor.id).await?.len()))
}

/// Ends one of one's own sessions.
pub async fn end_session(ctx: &Ctx, id: Uuid) -> Result<()> {
    ctx.require(Action::ManageOwnSignIn, Object::None)?;
    let mut change = ctx.change(Action::ManageOwnSignIn, Subject::of("user", ctx.actor.id)).await?;
    if !session::end(change.tx(), ctx.actor.id, id).await? {
        return Err(Error::NotFound);
    }
    change.note("event", "session-ended").note("session", id.to_string());
    change.commit().await
}
