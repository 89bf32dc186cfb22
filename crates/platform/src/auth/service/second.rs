//! The second proof: a one-time code, or a recovery code in its stead.

use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::{
    Ctx, Result,
    audit::Change,
    auth::{
        hash,
        model::{attempts::Attempts, code::Secret, recovery},
        proof::Method,
        store::{recovery_code, user},
    },
    random,
};

/// A code that is right, and not yet taken.
pub(super) enum Second {
    /// The one-time code of this step.
    Code(i64),
    /// This recovery code.
    Recovery(Uuid),
}

/// The secret of a user's one-time codes.
pub(super) fn secret(ctx: &Ctx, user: &user::Model) -> Result<Option<Secret>> {
    let Some(sealed) = &user.code_secret else { return Ok(None) };
    let opened = ctx.org.keys.open(&user::seal_context(user.id), sealed)?;
    Ok(Some(Secret::of(&opened)?))
}

/// Judges what was typed. The heavy work is done here, before any row is locked.
pub(super) async fn judge(ctx: &Ctx, user: &user::Model, typed: &str) -> Result<Option<Second>> {
    if let Some(code) = recovery::normalise(typed) {
        let good = recovery_code::unused(ctx.db(), user.id).await?;
        let Some(salt) = good.first().map(|row| row.salt.clone()) else { return Ok(None) };
        let keys = hash::codes(vec![code], salt).await?;
        let key = keys.first().map(hex::encode).unwrap_or_default();
        let same = |row: &&recovery_code::Model| bool::from(row.hash.as_bytes().ct_eq(key.as_bytes()));
        return Ok(good.iter().find(same).map(|row| Second::Recovery(row.id)));
    }
    let Some(secret) = secret(ctx, user)? else { return Ok(None) };
    Ok(secret.accept(typed, ctx.now(), user.last_code_step)?.map(Second::Code))
}

/// Takes a right code, so that it is good no more. `user` is locked; `None` where another request was quicker.
pub(super) async fn take(
    change: &mut Change<'_>,
    user: &user::Model,
    second: Second,
) -> Result<Option<Method>> {
    match second {
        Second::Code(step) if user.last_code_step.is_none_or(|last| step > last) => {
            user::set_last_code_step(change.tx(), user.id, step).await?;
            Ok(Some(Method::PasswordAndCode))
        }
        Second::Code(_) => Ok(None),
        Second::Recovery(id) => {
            let taken = recovery_code::take(change.tx(), id, change.ctx().now()).await?;
            if taken {
                change.note("recovery-code", id.to_string());
            }
            Ok(taken.then_some(Method::PasswordAndRecoveryCode))
        }
    }
}

/// Counts a failure of a locked user (or of nobody, in the same time) and says in the event what came of it.
pub(super) async fn count_failure(change: &mut Change<'_>, id: Uuid, attempts: Attempts) -> Result<()> {
    let now = change.ctx().now();
    let next = attempts.after_failure(now);
    user::set_attempts(change.tx(), id, next).await?;
    if attempts.is_locked(now) {
        change.note("while", "locked");
    } else if next.is_locked(now) {
        change.note("then", "locked");
    }
    Ok(())
}

/// Makes a new set of recovery codes: as they are shown once, and as they are kept.
pub(super) async fn new_set(ctx: &Ctx, user: Uuid) -> Result<(Vec<String>, Vec<recovery_code::Model>)> {
    let random = ctx.org.random.as_ref();
    let shown = recovery::new_set(random);
    let plain: Vec<String> = shown.iter().filter_map(|code| recovery::normalise(code)).collect();
    let salt = random::bytes::<{ hash::SALT_BYTES }>(random).to_vec();
    let keys = hash::codes(plain, salt.clone()).await?;
    let rows = keys
        .into_iter()
        .map(|key| recovery_code::Model {
            id: ctx.id(),
            user_id: user,
            salt: salt.clone(),
            hash: hex::encode(key),
            used_at: None,
        })
        .collect();
    Ok((shown, rows))
}
