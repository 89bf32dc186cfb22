//! Giving a child to a worker, and whose children are whose.

use std::collections::HashMap;

use platform::{
    Ctx, Error, Result,
    audit::Subject,
    policy::{Action, Object},
};
use uuid::Uuid;

use super::{ChangeReason, Part, store};
use crate::{access, entity::involvements, people::identity, restriction, staff};

/// To whom a child is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The child.
    pub person: Uuid,
    /// The worker; `None` where the child waits with the team.
    pub worker: Option<Uuid>,
    /// The team.
    pub team: Option<Uuid>,
    /// The part.
    pub part: Part,
    /// Why the worker before changed; asked for where there was one.
    pub reason: Option<ChangeReason>,
}

/// Gives a child to a worker or a team from today on. As the allocated worker it ends the allocation before.
pub async fn allocate(ctx: &Ctx, order: Order) -> Result<()> {
    if order.worker.is_none() && order.team.is_none() {
        return Err(Error::invalid("allocation", "choose a worker or a team"));
    }
    let child = access::require(ctx, order.person, Action::Allocate).await?;
    let records: Vec<Uuid> = identity::members(ctx.db(), &[child]).await?.into_keys().collect();
    if let Some(worker) = order.worker
        && !restriction::service::may_be_given_to(ctx, &records, worker).await?
    {
        return Err(Error::invalid(
            "worker",
            "this record is restricted and the worker may not see it; change the record's lists first",
        ));
    }
    let today = ctx.today();
    let mut change = ctx.change(Action::Allocate, Subject::person(child)).await?;
    if order.part == Part::Allocated {
        let reason = order.reason.map(ChangeReason::slug);
        let ended = store::end(change.tx(), &records, Part::Allocated, today, reason).await?;
        change.note("ended", ended);
    }
    let row = involvements::Model {
        id: ctx.id(),
        person_id: child,
        professional_id: order.worker,
        professional_team: order.team,
        professional_role: order.part.slug().to_owned(),
        start_date: today,
        end_date: None,
        worker_change_reason: None,
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
    };
    change.note("part", order.part.slug());
    if let Some(worker) = order.worker {
        change.note("worker", worker.to_string());
    }
    store::begin(change.tx(), row).await?;
    change.commit().await
}

/// The children given to the actor or to the actor's teams today. Not yet judged: hand them to
/// [`crate::access::judge`].
pub async fn own_and_team(ctx: &Ctx) -> Result<Vec<Uuid>> {
    ctx.require(Action::ListCaseload, Object::None)?;
    let mut workers: Vec<Uuid> = staff::members(ctx, &ctx.actor.teams).await?.into_iter().collect();
    // A social worker's team is not their caseload; `judge` leaves out what is beyond their reach.
    workers.push(ctx.actor.id);
    store::children_of(ctx.db(), &workers, &ctx.actor.teams, ctx.today()).await
}

/// How many children each worker holds as the allocated worker today: the load shown beside a name. It counts
/// restricted children too, as a bare number of cases.
pub async fn loads(ctx: &Ctx) -> Result<HashMap<Uuid, i64>> {
    ctx.require(Action::Allocate, Object::None)?;
    Ok(store::loads(ctx.db(), ctx.today()).await?.into_iter().collect())
}
