//! Whose an envelope is for the one who asks, as the policy needs to know it.

use std::collections::{HashMap, HashSet};

use platform::{
    Ctx, Result,
    auth::store::team_member,
    policy::{Action, ChildFacts, Object, Restriction, decide},
};
use record::{access, entity::family_member};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::model::{Envelope, Owner};

/// What the policy is asked about each envelope, by envelope.
///
/// A pot for a family or young person is the worker's own where one of its children is allocated to them, and their
/// team's where one is in their team. A child whose record is restricted, and who may not be opened to the one who asks,
/// makes the pot nobody's: those with the right to all pots see a reference and sums, never a name.
///
/// # Errors
/// When the database cannot be read.
pub async fn of(ctx: &Ctx, envelopes: &[Envelope]) -> Result<HashMap<Uuid, Object>> {
    let mut families: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    let wanted: Vec<Uuid> = envelopes
        .iter()
        .filter_map(|envelope| match envelope.owner {
            Owner::Family(id) => Some(id),
            _ => None,
        })
        .collect();
    for some in wanted.chunks(500) {
        let rows = family_member::Entity::find()
            .filter(family_member::Column::FamilyId.is_in(some.iter().copied()))
            .all(ctx.db())
            .await?;
        for row in rows {
            families.entry(row.family_id).or_default().push(row.person_id);
        }
    }
    let mut children: HashSet<Uuid> = families.values().flatten().copied().collect();
    let mut workers = false;
    for envelope in envelopes {
        match envelope.owner {
            Owner::Person(id) => drop(children.insert(id)),
            Owner::Worker(_) => workers = true,
            _ => {}
        }
    }
    let children: Vec<Uuid> = children.into_iter().collect();
    let facts = access::facts(ctx, &children).await?;
    let colleagues = if workers { members(ctx, &ctx.actor.teams).await? } else { HashSet::new() };
    let none = Vec::new();
    let object = |envelope: &Envelope| {
        let (own, in_actors_team) = match envelope.owner {
            Owner::Organisation => (false, false),
            Owner::Team(team) => (false, ctx.actor.teams.contains(&team)),
            Owner::Worker(worker) => (worker == ctx.actor.id, colleagues.contains(&worker)),
            Owner::Person(person) => of_children(&facts, &[person]),
            Owner::Family(family) => of_children(&facts, families.get(&family).unwrap_or(&none)),
        };
        (envelope.id, Object::Money { own, in_actors_team })
    };
    Ok(envelopes.iter().map(object).collect())
}

fn of_children(facts: &HashMap<Uuid, ChildFacts>, children: &[Uuid]) -> (bool, bool) {
    let known: Vec<&ChildFacts> = children.iter().filter_map(|child| facts.get(child)).collect();
    let closed = known.iter().any(|facts| {
        matches!(facts.restriction, Restriction::DenyListed)
            || (matches!(facts.restriction, Restriction::NotListed) && !facts.emergency_grant)
    });
    if closed {
        return (false, false);
    }
    (known.iter().any(|facts| facts.allocated_to_actor), known.iter().any(|facts| facts.in_actors_team))
}

/// Who belongs to one of these teams now.
///
/// # Errors
/// When the database cannot be read.
pub async fn members(ctx: &Ctx, teams: &[Uuid]) -> Result<HashSet<Uuid>> {
    let now = ctx.now();
    let mut found = HashSet::new();
    for team in teams {
        let rows = team_member::of_team(ctx.db(), *team).await?;
        let here = |row: &team_member::Model| row.starts_at <= now && row.ends_at.is_none_or(|end| end > now);
        found.extend(rows.into_iter().filter(here).map(|row| row.user_id));
    }
    Ok(found)
}

/// Those envelopes for which the actor may do this.
///
/// # Errors
/// When the database cannot be read.
pub async fn allowed(ctx: &Ctx, action: Action, envelopes: Vec<Envelope>) -> Result<Vec<Envelope>> {
    let objects = of(ctx, &envelopes).await?;
    Ok(envelopes
        .into_iter()
        .filter(|envelope| {
            objects.get(&envelope.id).is_some_and(|object| decide(&ctx.actor, action, *object).is_allowed())
        })
        .collect())
}

/// Asks the policy about one envelope.
///
/// # Errors
/// Refused (as if there were no such thing), or the database.
pub async fn require(ctx: &Ctx, action: Action, envelope: &Envelope) -> Result<Object> {
    let object = of(ctx, std::slice::from_ref(envelope))
        .await?
        .remove(&envelope.id)
        .unwrap_or(Object::Money { own: false, in_actors_team: false });
    ctx.require(action, object)?;
    Ok(object)
}
