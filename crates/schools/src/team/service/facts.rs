//! What the policy must know of a colleague's work.

use platform::{Ctx, Result, auth::store::team_member, policy::Object};
use uuid::Uuid;

/// The work of a worker at a school, as it bears on the actor.
pub(crate) async fn work(ctx: &Ctx, worker: Uuid, urn: u32) -> Result<Object> {
    let own = ctx.actor.id == worker;
    let in_actors_team = !own
        && !ctx.actor.teams.is_empty()
        && team_member::current(ctx.db(), &[worker], ctx.now())
            .await?
            .iter()
            .any(|member| ctx.actor.teams.contains(&member.team_id));
    Ok(Object::Work { own, in_actors_team, at_actors_school: ctx.actor.schools.contains(&urn) })
}
