//! Who is where: what pages, Today and the measures of dose are made from.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use platform::{
    Ctx, Error, Result,
    auth::service::directory,
    policy::{Action, Object, decide},
};
use uuid::Uuid;

use crate::team::{
    entity::duty_line,
    model::{Calendar, Plan},
    store::{places, schools},
};

/// Everything that decides who is where from one day to another, with the names that pages need.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Places, absences and holidays.
    pub plan: Plan,
    /// Names of the workers.
    pub workers: BTreeMap<Uuid, String>,
    /// Names of the schools.
    pub schools: BTreeMap<u32, String>,
}

impl Known {
    /// A worker's name.
    pub fn worker(&self, id: Uuid) -> &str {
        self.workers.get(&id).map_or("Somebody who has left", String::as_str)
    }

    /// A school's name.
    pub fn school(&self, urn: u32) -> String {
        self.schools.get(&urn).cloned().unwrap_or_else(|| format!("School {urn}"))
    }
}

/// Who is where from one day to another, at every school or at one. Whoever calls it has asked for permission.
pub(crate) async fn load(ctx: &Ctx, from: NaiveDate, to: NaiveDate, urn: Option<u32>) -> Result<Known> {
    let plan = Plan {
        places: places::places(ctx.db(), from, to, urn).await?,
        absences: places::absences(ctx.db(), from, to).await?,
        calendar: calendar(ctx, from, to).await?,
    };
    let people: std::collections::BTreeSet<Uuid> = plan
        .places
        .iter()
        .map(|place| place.worker)
        .chain(plan.absences.iter().flat_map(|absence| [Some(absence.worker), absence.cover]).flatten())
        .collect();
    let people: Vec<Uuid> = people.into_iter().collect();
    let mut urns: Vec<u32> = plan.places.iter().map(|place| place.urn).chain(urn).collect();
    urns.sort_unstable();
    urns.dedup();
    let mut known = Known { plan, ..Known::default() };
    for some in people.chunks(500) {
        known.workers.extend(directory::names(ctx, some).await?);
    }
    for some in urns.chunks(500) {
        known.schools.extend(schools::names(ctx.db(), some).await?);
    }
    Ok(known)
}

/// The days on which schools are open.
pub(crate) async fn calendar(ctx: &Ctx, from: NaiveDate, to: NaiveDate) -> Result<Calendar> {
    let holidays = places::holidays(ctx.db(), from, to).await?;
    Ok(Calendar { holidays: holidays.into_iter().map(|(_, holiday)| holiday).collect() })
}

/// Who is where from one day to another, at the schools whose work the actor may see.
pub async fn team(ctx: &Ctx, from: NaiveDate, to: NaiveDate) -> Result<Known> {
    ctx.require(Action::ViewSchoolWork, Object::None)?;
    let mut known = load(ctx, from, to, None).await?;
    known.plan.places.retain(|place| may_see(ctx, place.urn));
    Ok(known)
}

/// Whether the actor may see the work at a school.
pub(crate) fn may_see(ctx: &Ctx, urn: u32) -> bool {
    let own = ctx.actor.schools.contains(&urn);
    decide(&ctx.actor, Action::ViewSchoolWork, Object::School { own }).is_allowed()
}

/// The names of those schools whose work the actor may see.
pub(crate) async fn school_names(ctx: &Ctx, urns: &[u32]) -> Result<BTreeMap<u32, String>> {
    let seen: Vec<u32> = urns.iter().copied().filter(|urn| may_see(ctx, *urn)).collect();
    schools::names(ctx.db(), &seen).await
}

/// Who is at one school from one day to another.
///
/// # Errors
/// [`Error::NotFound`] for a school that the register does not know.
pub async fn at_school(ctx: &Ctx, urn: u32, from: NaiveDate, to: NaiveDate) -> Result<Known> {
    ctx.require(Action::ViewSchoolWork, Object::School { own: ctx.actor.schools.contains(&urn) })?;
    let known = load(ctx, from, to, Some(urn)).await?;
    if known.schools.contains_key(&urn) { Ok(known) } else { Err(Error::NotFound) }
}

/// Whom a school calls when nobody of the team is there, for somebody who raises a concern.
pub(crate) async fn number_to_call(ctx: &Ctx) -> Result<Option<duty_line::Model>> {
    ctx.require(Action::RaiseConcern, Object::None)?;
    places::duty_line(ctx.db()).await
}

/// Whom a school calls when nobody of the team is there.
pub async fn duty_line(ctx: &Ctx) -> Result<Option<duty_line::Model>> {
    ctx.require(Action::ViewSchoolWork, Object::None)?;
    places::duty_line(ctx.db()).await
}
