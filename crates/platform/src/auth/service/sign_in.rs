//! Signing in with a password and a code, and signing out.
//!
//! Whoever fails learns nothing: an unknown name, a wrong password, a locked and a suspended sign-in get the
//! same answer after the same work.

use uuid::Uuid;

use super::{as_user, second};
use crate::{
    Ctx, Result,
    audit::Subject,
    auth::{
        hash,
        model::{password::CHARACTERS_MAX, rules},
        proof::{self, Proof},
        store::{self, digest, user},
    },
    policy::Action,
};

/// The most characters of a code that are looked at.
const CODE_MAX: usize = 64;

/// What came of a sign-in name and a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordStep {
    /// Right so far: the code comes next, with this secret in the cookie.
    CodeNext(String),
    /// No.
    Refused,
}

/// What came of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeStep {
    /// Signed in, with this secret in the cookie.
    SignedIn(String),
    /// No.
    Refused,
    /// The password is too long ago, or was never given.
    StartAgain,
}

/// Takes a sign-in name and a password.
pub async fn password(ctx: &Ctx, typed_name: &str, typed_password: &str) -> Result<PasswordStep> {
    let found = match rules::sign_in_name(typed_name) {
        Ok(name) => user::by_sign_in_name(ctx.db(), &name).await?,
        Err(_) => None,
    };
    let stored = found.as_ref().filter(|user| user.may_sign_in()).and_then(|user| user.password_hash.clone());
    let right = if typed_password.chars().count() <= CHARACTERS_MAX {
        hash::verify(typed_password, stored).await?
    } else {
        hash::verify("", None).await?
    };
    let subject = found.as_ref().map_or(Subject::kind("user"), |user| Subject::of("user", user.id));
    let mut change = ctx.change(Action::ManageOwnSignIn, subject).await?;
    // The nil identifier is nobody's: for an unknown name the same statements run and touch no row.
    let id = found.as_ref().map_or(Uuid::nil(), |user| user.id);
    let now_locked = user::lock(change.tx(), id).await?;
    let attempts = now_locked.as_ref().map(user::Model::attempts).unwrap_or_default();
    let may = now_locked.is_some_and(|user| user.may_sign_in()) && !attempts.is_locked(ctx.now());
    if right && may {
        change.note("event", "password-accepted");
        let secret = proof::await_code(&mut change, id).await?;
        change.commit().await?;
        return Ok(PasswordStep::CodeNext(secret));
    }
    change.note("event", "sign-in-failed").note("step", "password");
    second::count_failure(&mut change, id, attempts).await?;
    change.commit().await?;
    Ok(PasswordStep::Refused)
}

/// Whether a cookie's secret belongs to somebody whose code is awaited.
pub async fn is_code_awaited(ctx: &Ctx, pending: &str) -> Result<bool> {
    Ok(awaited(ctx, pending).await?.is_some())
}

async fn awaited(ctx: &Ctx, pending: &str) -> Result<Option<store::session::Model>> {
    let session = store::session::awaiting(ctx.db(), &digest(pending)).await?;
    Ok(session.filter(|session| ctx.now() < session.absolute_end))
}

/// Takes the code, or a recovery code, from somebody whose password was right.
pub async fn code(ctx: &Ctx, pending: &str, typed: &str) -> Result<CodeStep> {
    let Some(session) = awaited(ctx, pending).await? else { return Ok(CodeStep::StartAgain) };
    let Some(user) = user::by_id(ctx.db(), session.user_id).await?.filter(user::Model::may_sign_in) else {
        return Ok(CodeStep::StartAgain);
    };
    let second = if typed.len() <= CODE_MAX { second::judge(ctx, &user, typed).await? } else { None };
    let owner = as_user(ctx, &user);
    let ctx = if second.is_some() { &owner } else { ctx };
    let mut change = ctx.change(Action::ManageOwnSignIn, Subject::of("user", user.id)).await?;
    let Some(user) = user::lock(change.tx(), user.id).await?.filter(user::Model::may_sign_in) else {
        return Ok(CodeStep::StartAgain);
    };
    if let Some(second) = second
        && !user.attempts().is_locked(ctx.now())
        && let Some(method) = second::take(&mut change, &user, second).await?
        && store::session::end(change.tx(), user.id, session.id).await?
    {
        user::set_attempts(change.tx(), user.id, Default::default()).await?;
        change.note("event", "signed-in");
        let secret = proof::open(&mut change, Proof { user: user.id, method }).await?;
        change.commit().await?;
        return Ok(CodeStep::SignedIn(secret));
    }
    change.note("event", "sign-in-failed").note("step", "code");
    second::count_failure(&mut change, user.id, user.attempts()).await?;
    change.commit().await?;
    Ok(CodeStep::Refused)
}

/// Signs out of one session.
pub async fn out(ctx: &Ctx, session: Uuid) -> Result<()> {
    let mut change = ctx.change(Action::ManageOwnSignIn, Subject::of("user", ctx.actor.id)).await?;
    store::session::end(change.tx(), ctx.actor.id, session).await?;
    change.note("event", "signed-out").note("session", session.to_string());
    change.commit().await
}
