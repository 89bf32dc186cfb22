//! The clocks of children, and the council's own limits.

use std::collections::HashMap;

use chrono::NaiveDate;
use platform::{
    Ctx, Error, Result,
    audit::Subject,
    policy::{Action, DataClass, Object, may_see},
};
use sea_orm::{EntityTrait as _, IntoActiveModel as _, QueryOrder as _, QuerySelect as _};
use uuid::Uuid;

use super::{
    kind::ClockKind,
    limit::{Limit, Unit},
    model::{Clock, clocks},
    policy::{ClockPolicy, LocalLimit, check},
};
use crate::{access::Opened, entity::clock_policy, history, known::AsKnown};

/// A reason may have so many characters.
const REASON_MAX: usize = 500;
/// So many versions are read.
const VERSIONS_MAX: u64 = 5_000;

/// The council's versions, newest first.
pub async fn versions(ctx: &Ctx) -> Result<Vec<clock_policy::Model>> {
    Ok(clock_policy::Entity::find()
        .order_by_desc(clock_policy::Column::Version)
        .limit(VERSIONS_MAX)
        .all(ctx.db())
        .await?)
}

/// The limits that hold.
pub async fn policy(ctx: &Ctx) -> Result<ClockPolicy> {
    let versions = versions(ctx).await?;
    Ok(ClockPolicy::new(versions.iter().filter_map(local).collect()))
}

/// A stored version; `None` where it is of a clock or a unit that this version of Nearhand does not know, so
/// that the national floor or the default holds.
fn local(row: &clock_policy::Model) -> Option<LocalLimit> {
    let limit = match (row.number, &row.unit) {
        (Some(number), Some(unit)) => {
            Some(Limit { number: u32::try_from(number).ok()?, unit: Unit::from_slug(unit)? })
        }
        _ => None,
    };
    Some(LocalLimit {
        kind: ClockKind::from_slug(&row.clock)?,
        limit,
        applies_from: row.applies_from,
        version: u32::try_from(row.version).ok()?,
    })
}

/// Adds a version of the council's own limit for a clock; `None` takes the own limit away.
pub async fn set_limit(
    ctx: &Ctx,
    kind: ClockKind,
    limit: Option<Limit>,
    applies_from: NaiveDate,
    reason: &str,
) -> Result<i32> {
    ctx.require(Action::ManageClocks, Object::None)?;
    if let Some(limit) = limit {
        check(kind, limit).map_err(|refused| Error::invalid("limit", refused.to_string()))?;
    }
    let words = reason.trim().chars().count();
    if words == 0 || words > REASON_MAX {
        return Err(Error::invalid("reason", format!("write it in 1 to {REASON_MAX} characters")));
    }
    let mut change = ctx.change(Action::ManageClocks, Subject::of("clock", kind.slug())).await?;
    let last = clock_policy::Entity::find()
        .order_by_desc(clock_policy::Column::Version)
        .one(change.tx())
        .await?
        .map_or(0, |row| row.version);
    let version = last.saturating_add(1);
    let row = clock_policy::Model {
        version,
        clock: kind.slug().to_owned(),
        number: limit.and_then(|limit| i32::try_from(limit.number).ok()),
        unit: limit.map(|limit| limit.unit.slug().to_owned()),
        applies_from,
        reason: reason.trim().to_owned(),
        created_at: ctx.now(),
        created_by: ctx.actor.id,
        created_by_name: ctx.actor.name.clone(),
    };
    clock_policy::Entity::insert(row.into_active_model()).exec_without_returning(change.tx()).await?;
    change.note("version", version);
    if let Some(limit) = limit {
        change.note("limit", limit.to_string());
    }
    change.commit().await?;
    Ok(version)
}

/// The clocks of an open record today. Where the actor may not read social care there are none.
pub async fn of_child(ctx: &Ctx, child: &Opened) -> Result<Vec<Clock>> {
    if !may_see(&ctx.actor, DataClass::SocialCare) {
        return Ok(vec![]);
    }
    let history = history::of(ctx, child, AsKnown::Now).await?;
    Ok(clocks(&history::case(&history), &policy(ctx).await?, ctx.today()))
}

/// The clocks of many children (survivors that were judged), for lists within this crate.
pub(crate) async fn of_many(ctx: &Ctx, children: &[Uuid]) -> Result<HashMap<Uuid, Vec<Clock>>> {
    if !may_see(&ctx.actor, DataClass::SocialCare) {
        return Ok(HashMap::new());
    }
    let policy = policy(ctx).await?;
    let histories = history::of_many(ctx, children).await?;
    let today = ctx.today();
    Ok(histories
        .into_iter()
        .map(|(child, history)| (child, clocks(&history::case(&history), &policy, today)))
        .collect())
}
