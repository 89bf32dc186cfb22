//! Moving the one-time codes to another app: a new secret is offered, and takes the place of the old one when a code
//! shows that the app has it.
//!
//! The offer is kept nowhere. It travels in the page, sealed for this person, this session and its end, so that one
//! that was never finished leaves nothing behind.

use chrono::{DateTime, Duration, Utc};

use super::{
    locked,
    own::{Again, prove},
};
use crate::{
    Ctx, Error, Result,
    audit::Subject,
    auth::{
        model::code::Secret,
        proof,
        store::{session, user},
    },
    policy::{Action, Object},
};
use uuid::Uuid;

/// How long an offer holds.
const OFFER: Duration = Duration::minutes(15);

/// A new secret on its way to an app.
pub struct Offer {
    /// The secret.
    pub secret: Secret,
    /// The same, sealed, as the page carries it.
    pub sealed: String,
}

/// What came of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// The new app is the one from now on; the session's new secret.
    Done(String),
    /// The code is not the one that the new app shows.
    WrongCode,
}

/// Offers a new secret to somebody who proves again who they are; none where the proof fails.
///
/// # Errors
/// Refusal, or a database that fails.
pub async fn offer(ctx: &Ctx, again: Again<'_>) -> Result<Option<Offer>> {
    ctx.require(Action::ManageOwnSignIn, Object::None)?;
    let user = user::by_id(ctx.db(), ctx.actor.id).await?.ok_or(Error::NotFound)?;
    let session = again.session;
    let Some(mut change) = prove(ctx, &user, again).await? else { return Ok(None) };
    change.note("event", "authenticator-offered");
    change.commit().await?;
    let random = ctx.org.random.as_ref();
    let secret = Secret::new(random);
    let ends = (ctx.now() + OFFER).timestamp();
    let sealed = ctx.org.keys.seal(random, &context(user.id, session, ends), secret.bytes())?;
    let sealed = format!("{ends}.{}", hex::encode(sealed));
    Ok(Some(Offer { secret, sealed }))
}

/// The offer that a page carried; none when it has ended, or was made for another person or session.
pub fn open(ctx: &Ctx, session: Uuid, sealed: &str) -> Option<Offer> {
    let (ends, text) = sealed.split_once('.')?;
    let ends: i64 = ends.parse().ok()?;
    if DateTime::<Utc>::from_timestamp(ends, 0)? <= ctx.now() {
        return None;
    }
    let opened = ctx.org.keys.open(&context(ctx.actor.id, session, ends), &hex::decode(text).ok()?).ok()?;
    Some(Offer { secret: Secret::of(&opened).ok()?, sealed: sealed.to_owned() })
}

/// Takes the code that the new app shows, and with it the new secret. Every other session of the person ends, and
/// recovery codes stay good.
///
/// # Errors
/// Refusal, or a database that fails.
pub async fn confirm(ctx: &Ctx, session: Uuid, offer: &Offer, typed: &str) -> Result<Moved> {
    ctx.require(Action::ManageOwnSignIn, Object::None)?;
    let step = offer.secret.accept(typed, ctx.now(), None)?;
    let mut change = ctx.change(Action::ManageOwnSignIn, Subject::of("user", ctx.actor.id)).await?;
    let user = locked(&change, ctx.actor.id).await?;
    let Some(step) = step.filter(|_| user.status == user::ACTIVE) else {
        change.note("event", "authenticator-code-wrong");
        change.commit().await?;
        return Ok(Moved::WrongCode);
    };
    let sealed =
        ctx.org.keys.seal(ctx.org.random.as_ref(), &user::seal_context(user.id), offer.secret.bytes())?;
    user::set_code_secret(change.tx(), user.id, sealed, step).await?;
    let ended = session::end_all(change.tx(), user.id, Some(session)).await?;
    let renewed = proof::renew(&change, session).await?;
    change.note("event", "authenticator-changed").note("sessions-ended", ended);
    change.commit().await?;
    Ok(Moved::Done(renewed))
}

fn context(user: Uuid, session: Uuid, ends: i64) -> String {
    format!("authenticator:{user}:{session}:{ends}")
}
