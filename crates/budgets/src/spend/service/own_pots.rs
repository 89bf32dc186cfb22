//! The pots that somebody may use.

use platform::{
    Ctx,
    policy::{Action, Role},
};
use uuid::Uuid;

use crate::{
    Result,
    pots::{model::Envelope, reach, store as pots},
    spend::store::reach as rows,
};

/// The open pots for which the actor may do this, in the order of their references.
///
/// A worker's are looked for among their own children, so that it is quick however many there are in the council.
///
/// # Errors
/// When the database cannot be read.
pub async fn pots_for(ctx: &Ctx, action: Action) -> Result<Vec<Envelope>> {
    let only_worker = ctx.actor.roles.iter().all(|grant| grant.role == Role::SocialWorker);
    let all = if only_worker {
        let mut owners = rows::children_of(ctx.db(), ctx.actor.id, ctx.today()).await?;
        owners.extend(rows::families_of(ctx.db(), &owners).await?);
        owners.push(ctx.actor.id);
        owners.sort_unstable();
        owners.dedup();
        pots::pots_of(ctx.db(), &owners).await?
    } else {
        pots::pots(ctx.db()).await?
    };
    let open = all.into_iter().filter(|pot| pot.closed_on.is_none()).collect();
    let mut mine = reach::allowed(ctx, action, open).await?;
    mine.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(mine)
}

/// The pots, open or closed, that belong to a child or to one of its families.
///
/// # Errors
/// When the database cannot be read.
pub async fn pots_of_child(ctx: &Ctx, records: &[Uuid]) -> Result<Vec<Envelope>> {
    let mut owners = records.to_vec();
    owners.extend(rows::families_of(ctx.db(), records).await?);
    Ok(pots::pots_of(ctx.db(), &owners).await?)
}
