//! Where proving who one is ends and a session begins.
//!
//! Whatever the way of proving it, it ends in a [`Proof`], and [`open`] is the only function that turns a proof
//! into a live session: new secret, new form token, both time limits, the audit event. Signing in through an
//! OpenID Connect provider will be another [`Method`] here and a module beside [`super::service::sign_in`]: its
//! callback verifies the provider's token, finds the user whose `sign_in_name` (or a column for the provider's
//! subject) it names, checks `status`, and hands a proof of that method to [`open`]. Nothing after this line
//! will have to know.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    model::limits::{ABSOLUTE, CODE_AFTER_PASSWORD, KEEP, SESSIONS_MAX, State},
    store::{self, digest},
};
use crate::{Result, audit::Change, random};

/// How somebody proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Password and one-time code.
    PasswordAndCode,
    /// Password and recovery code.
    PasswordAndRecoveryCode,
}

impl Method {
    /// The stored name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::PasswordAndCode => "password-and-code",
            Self::PasswordAndRecoveryCode => "password-and-recovery-code",
        }
    }

    /// The method in words, for the list of a person's sessions.
    pub fn title(slug: &str) -> &'static str {
        match slug {
            "password-and-code" => "Password and one-time code",
            "password-and-recovery-code" => "Password and recovery code",
            _ => "Another way",
        }
    }
}

/// Proof that the one who asks is a certain user. Made only by what checked it, inside this module's parent.
#[derive(Debug)]
pub(in crate::auth) struct Proof {
    pub(in crate::auth) user: Uuid,
    pub(in crate::auth) method: Method,
}

/// Begins a live session for a proof, in the change that records the sign-in. Gives the secret for the cookie,
/// which is kept nowhere. It is always a new one, so that a secret known before the sign-in (planted by somebody
/// else, say) is worth nothing after it.
pub(in crate::auth) async fn open(change: &mut Change<'_>, proof: Proof) -> Result<String> {
    let now = change.ctx().now();
    store::session::tidy(change.tx(), proof.user, now - KEEP, now - CODE_AFTER_PASSWORD).await?;
    for beyond in store::session::live(change.tx(), proof.user).await?.iter().skip(SESSIONS_MAX - 1) {
        store::session::end(change.tx(), proof.user, beyond.id).await?;
    }
    change.note("method", proof.method.slug());
    insert(change, proof.user, State::Live, proof.method.slug(), now + ABSOLUTE).await
}

/// Begins a session that only waits for the one-time code.
pub(in crate::auth) async fn await_code(change: &mut Change<'_>, user: Uuid) -> Result<String> {
    let end = change.ctx().now() + CODE_AFTER_PASSWORD;
    insert(change, user, State::AwaitingCode, "", end).await
}

async fn insert(
    change: &mut Change<'_>,
    user: Uuid,
    state: State,
    method: &str,
    absolute_end: DateTime<Utc>,
) -> Result<String> {
    let ctx = change.ctx();
    let secret = random::token(ctx.org.random.as_ref());
    let row = store::session::Model {
        id: ctx.id(),
        secret_hash: digest(&secret),
        csrf: random::token(ctx.org.random.as_ref()),
        user_id: user,
        state: state.slug().to_owned(),
        method: method.to_owned(),
        created_at: ctx.now(),
        last_seen_at: ctx.now(),
        absolute_end,
    };
    change.note("session", row.id.to_string());
    store::session::insert(change.tx(), row).await?;
    Ok(secret)
}

/// Gives a session a new secret and a new form token, after its owner proved again who they are to change
/// something that matters.
pub(in crate::auth) async fn renew(change: &Change<'_>, session: Uuid) -> Result<String> {
    let random = change.ctx().org.random.as_ref();
    let secret = random::token(random);
    if store::session::renew(change.tx(), session, digest(&secret), random::token(random)).await? {
        Ok(secret)
    } else {
        Err(crate::Error::Conflict)
    }
}

/// A live session without any proof, for tests of other pages.
#[cfg(feature = "testing")]
pub(crate) async fn open_for_test(ctx: &crate::Ctx, user: Uuid) -> Result<String> {
    let subject = crate::audit::Subject::of("user", user);
    let mut change = ctx.change(crate::policy::Action::ManageOwnSignIn, subject).await?;
    let secret = open(&mut change, Proof { user, method: Method::PasswordAndCode }).await?;
    change.note("event", "signed-in");
    change.commit().await?;
    Ok(secret)
}
