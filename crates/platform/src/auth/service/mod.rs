//! What can be done with sign-ins, users and teams: for the pages and for the command line alike. Each function
//! asks the policy, applies the rules of [`super::model`], and commits through [`crate::audit::Change`].

pub mod authenticator;
pub mod demonstration;
pub mod directory;
pub mod own;
pub mod roles;
pub mod second;
pub mod set_up;
pub mod sign_in;
pub mod span;
pub mod teams;
pub mod users;

pub use span::Span;

use uuid::Uuid;

use super::store::user;
use crate::{Ctx, Error, Result, audit::Change};

/// The user, locked until the change ends, or "not found".
async fn locked(change: &Change<'_>, id: Uuid) -> Result<user::Model> {
    user::lock(change.tx(), id).await?.ok_or(Error::NotFound)
}

/// The same request, asked by the user whom it has just turned out to be.
fn as_user(ctx: &Ctx, user: &user::Model) -> Ctx {
    let mut ctx = ctx.clone();
    ctx.actor.id = user.id;
    ctx.actor.name.clone_from(&user.name);
    ctx
}
