//! Sign-ins that anybody may know, for organisations of invented data only.

use uuid::Uuid;

use super::{second, set_up, users};
use crate::{
    Ctx, Error, Result,
    audit::Subject,
    auth::{
        hash,
        model::{Broken, code::Secret},
        store::user,
    },
    policy::{Action, Object},
    random,
};

/// Makes a user who can sign in at once with this password and this secret of one-time codes (base 32).
pub async fn create(ctx: &Ctx, new: users::NewUser<'_>, password: &str, code_secret: &str) -> Result<Uuid> {
    demonstration_only(ctx)?;
    ctx.require(Action::ManageUsers, Object::None)?;
    let secret = Secret::parse(code_secret)?;
    let stored = hash::password(password, random::bytes(ctx.org.random.as_ref())).await?;
    let mut change = ctx.change(Action::ManageUsers, Subject::kind("user")).await?;
    let id = users::insert(&mut change, new).await?;
    set_up::put(&change, id, stored, &secret, None, vec![]).await?;
    change.note("event", "demonstration-user-made");
    change.commit().await?;
    Ok(id)
}

/// The code that a user's authenticator app would show now.
pub async fn present_code(ctx: &Ctx, sign_in_name: &str) -> Result<String> {
    demonstration_only(ctx)?;
    ctx.require(Action::ManageUsers, Object::None)?;
    let name = crate::auth::model::rules::sign_in_name(sign_in_name)?;
    let user = user::by_sign_in_name(ctx.db(), &name).await?.ok_or(Error::NotFound)?;
    second::secret(ctx, &user)?.ok_or(Broken::NotSetUp)?.code_at(ctx.now())
}

fn demonstration_only(ctx: &Ctx) -> Result<()> {
    if ctx.org.organisation.demonstration { Ok(()) } else { Err(Broken::DemonstrationOnly.into()) }
}
