//! Setting up a sign-in with a one-time link: a password, then the secret of the one-time codes confirmed by a
//! code, then recovery codes shown once.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{as_user, locked, second};
use crate::{
    Ctx, Error, Result,
    audit::{Change, Subject},
    auth::{
        hash,
        model::{
            code::Secret,
            limits::SET_UP_LINK,
            password::{About, Weakness, judge},
        },
        store::{digest, recovery_code, session, set_up_token, user},
    },
    policy::Action,
    random,
};

/// A link that was just made. It is shown once and kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUpLink {
    /// For whom.
    pub user: Uuid,
    /// The path below the organisation's own.
    pub path: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// What a good link leads to.
pub struct SetUp {
    /// The person.
    pub name: String,
    /// The sign-in name.
    pub sign_in_name: String,
    /// Whether a password has been chosen already.
    pub has_password: bool,
    /// The secret that the authenticator app is to share.
    pub secret: Secret,
    token: set_up_token::Model,
    user: user::Model,
}

/// What came of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmed {
    /// All set up: the recovery codes, to be shown this once.
    Done(Vec<String>),
    /// The code is not the one that the app shows.
    WrongCode,
}

/// Makes a user's link, in the change that creates or resets the sign-in. Earlier links end.
pub(super) async fn issue(change: &mut Change<'_>, user: Uuid) -> Result<SetUpLink> {
    let ctx = change.ctx();
    let random = ctx.org.random.as_ref();
    let token = random::token(random);
    let id = ctx.id();
    let secret = Secret::new(random);
    let row = set_up_token::Model {
        id,
        user_id: user,
        token_hash: digest(&token),
        code_secret: ctx.org.keys.seal(random, &set_up_token::seal_context(id), secret.bytes())?,
        password_hash: None,
        expires_at: ctx.now() + SET_UP_LINK,
    };
    let expires_at = row.expires_at;
    set_up_token::replace(change.tx(), row).await?;
    Ok(SetUpLink { user, path: format!("/set-up/{token}"), expires_at })
}

/// What a link leads to; none for one that was used, has ended or never was.
pub async fn find(ctx: &Ctx, token: &str) -> Result<Option<SetUp>> {
    let Some(token) = set_up_token::good(ctx.db(), &digest(token), ctx.now()).await? else { return Ok(None) };
    let user = user::by_id(ctx.db(), token.user_id).await?.ok_or(Error::NotFound)?;
    if user.status != user::ACTIVE || !user.must_set_up {
        return Ok(None);
    }
    let secret =
        Zeroizing::new(ctx.org.keys.open(&set_up_token::seal_context(token.id), &token.code_secret)?);
    Ok(Some(SetUp {
        name: user.name.clone(),
        sign_in_name: user.sign_in_name.clone(),
        has_password: token.password_hash.is_some(),
        secret: Secret::of(&secret)?,
        token,
        user,
    }))
}

/// Takes the password that was chosen.
pub async fn choose_password(ctx: &Ctx, set_up: &SetUp, typed: &str) -> Result<Result<(), Weakness>> {
    let about =
        About { name: &set_up.name, sign_in_name: &set_up.sign_in_name, organisation: ctx.org.slug() };
    if let Err(weakness) = judge(typed, about) {
        return Ok(Err(weakness));
    }
    let stored = hash::password(typed, random::bytes(ctx.org.random.as_ref())).await?;
    let ctx = as_user(ctx, &set_up.user);
    let mut change = ctx.change(Action::ManageOwnSignIn, Subject::of("user", set_up.user.id)).await?;
    set_up_token::set_password(change.tx(), set_up.token.id, stored).await?;
    change.note("event", "password-chosen");
    change.commit().await?;
    Ok(Ok(()))
}

/// Takes the code that confirms the secret, and with it puts the whole sign-in into force.
pub async fn confirm(ctx: &Ctx, set_up: &SetUp, typed: &str) -> Result<Confirmed> {
    let Some(password) = set_up.token.password_hash.clone() else { return Ok(Confirmed::WrongCode) };
    let ctx = as_user(ctx, &set_up.user);
    let subject = Subject::of("user", set_up.user.id);
    let Some(step) = set_up.secret.accept(typed, ctx.now(), None)? else {
        let mut change = ctx.change(Action::ManageOwnSignIn, subject).await?;
        change.note("event", "set-up-code-wrong");
        change.commit().await?;
        return Ok(Confirmed::WrongCode);
    };
    let (shown, rows) = second::new_set(&ctx, set_up.user.id).await?;
    let mut change = ctx.change(Action::ManageOwnSignIn, subject).await?;
    let user = locked(&change, set_up.user.id).await?;
    if user.status != user::ACTIVE || !set_up_token::take(change.tx(), set_up.token.id).await? {
        // Suspended, or used in another window, in the meantime.
        return Err(Error::Conflict);
    }
    put(&change, user.id, password, &set_up.secret, Some(step), rows).await?;
    change.note("event", "sign-in-set-up");
    change.commit().await?;
    Ok(Confirmed::Done(shown))
}

/// Puts a whole sign-in into force.
pub(super) async fn put(
    change: &Change<'_>,
    user: Uuid,
    password_hash: String,
    secret: &Secret,
    last_step: Option<i64>,
    codes: Vec<recovery_code::Model>,
) -> Result<()> {
    let org = &change.ctx().org;
    let sealed = org.keys.seal(org.random.as_ref(), &user::seal_context(user), secret.bytes())?;
    user::set_up(change.tx(), user, password_hash, sealed, last_step).await?;
    recovery_code::replace(change.tx(), user, codes).await?;
    set_up_token::remove_of_user(change.tx(), user).await?;
    session::end_all(change.tx(), user, None).await?;
    Ok(())
}
