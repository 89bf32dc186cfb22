//! What people do at the school's door: every function asks the policy first, and stores the look before it hands out
//! anything about a child.

pub mod casework;
pub mod due;
pub mod early_help;
pub mod inbox;
pub mod own;
pub mod picture;
pub mod pupils;
pub mod raise;
pub mod referral;
pub mod telling;
pub mod thread;

use std::collections::HashMap;

use platform::{
    Ctx, Error, Result,
    audit::{Look, Subject},
    policy::{Action, Object, decide},
};
use serde_json::json;
use uuid::Uuid;

use super::{entity::pupil_outline, store};

/// What a school sent or was given, to the policy.
pub(crate) fn object(ctx: &Ctx, urn: i32, by: Uuid) -> Object {
    Object::Concern { own_school: ctx.actor.schools.contains(&store::urn(urn)), own: by == ctx.actor.id }
}

/// Whether the actor may do this for every school of the council.
pub(crate) fn every_school(ctx: &Ctx, action: Action) -> bool {
    decide(&ctx.actor, action, Object::Concern { own_school: false, own: false }).is_allowed()
}

/// The schools whose rows a list reads for the actor; `None` for every school. What it reads is judged one by one.
pub(crate) fn schools(ctx: &Ctx, action: Action) -> Option<&[u32]> {
    (!every_school(ctx, action)).then_some(ctx.actor.schools.as_slice())
}

/// The schools for which the actor may do this, by name: their own, or all open ones.
///
/// # Errors
/// A refusal, or when the database fails.
pub async fn choice(ctx: &Ctx, action: Action) -> Result<Vec<(u32, String)>> {
    ctx.require(action, Object::None)?;
    if every_school(ctx, action) {
        return store::roll::open(ctx.db(), ctx.org.organisation.la_code).await;
    }
    let mut names = store::roll::names(ctx.db(), &ctx.actor.schools).await?;
    let named = |urn: &u32| (*urn, names.remove(urn).unwrap_or_else(|| format!("School {urn}")));
    let mut own: Vec<(u32, String)> = ctx.actor.schools.iter().map(named).collect();
    own.sort_by(|a, b| a.1.cmp(&b.1));
    own.dedup();
    Ok(own)
}

/// The names of the schools of these rows.
pub(crate) async fn names(ctx: &Ctx, urns: impl Iterator<Item = i32>) -> Result<HashMap<i32, String>> {
    let mut urns: Vec<u32> = urns.map(store::urn).collect();
    urns.sort_unstable();
    urns.dedup();
    let mut names = store::roll::names(ctx.db(), &urns).await?;
    Ok(urns
        .into_iter()
        .map(|urn| (store::key(urn), names.remove(&urn).unwrap_or_else(|| format!("School {urn}"))))
        .collect())
}

/// The stored text of a rule that was broken, for the page.
pub(crate) fn broken(what: &'static str, rule: impl std::fmt::Display) -> Error {
    Error::invalid(what, rule.to_string())
}

/// Looks at pupils: each under its own identifier, and under its child's where the record has one.
pub(crate) fn looks(
    action: Action,
    pupils: impl IntoIterator<Item = (&'static str, Uuid, Option<Uuid>)>,
    page: &str,
) -> Vec<Look> {
    pupils
        .into_iter()
        .map(|(kind, id, person)| Look {
            action,
            subject: person.map_or_else(|| Subject::of(kind, id), Subject::person),
            reason: None,
            detail: json!({ "page": page, kind: id.to_string() }),
        })
        .collect()
}

/// Looks at these pupils by the actor, stored.
pub(crate) async fn look_at(
    ctx: &Ctx,
    action: Action,
    pupils: &[&pupil_outline::Model],
    page: &str,
) -> Result<()> {
    let people = store::pupils::people(ctx.db(), pupils.iter().copied()).await?;
    let seen = pupils.iter().map(|pupil| ("pupil-outline", pupil.id, people.get(&pupil.id).copied()));
    ctx.look(looks(action, seen, page)).await
}
