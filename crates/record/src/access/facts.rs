//! What the policy must know of children in relation to the one who asks, for one or for many, in a fixed
//! number of queries.

use std::collections::{HashMap, HashSet};

use platform::{
    Ctx, Result,
    policy::{ChildFacts, Restriction},
};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use super::grant::GrantKind;
use crate::{
    allocation::store::current,
    entity::{access_grant, family_member, involvements, person, restriction, restriction_list, roll_entry},
    people::identity,
    restriction::{ALLOW, State},
    staff,
};

/// Facts about these children (survivors of merges), for the actor of `ctx`, at this moment.
pub(super) async fn load(ctx: &Ctx, survivors: &[Uuid]) -> Result<HashMap<Uuid, ChildFacts>> {
    let colleagues = staff::members(ctx, &ctx.actor.teams).await?;
    let siblings = siblings_of_own(ctx).await?;
    let mut all = HashMap::with_capacity(survivors.len());
    for some in survivors.chunks(identity::AT_ONCE) {
        let members = identity::members(ctx.db(), some).await?;
        let ids: Vec<Uuid> = members.keys().copied().collect();
        let mut loaded =
            Loaded { facts: some.iter().map(|id| (*id, ChildFacts::default())).collect(), members };
        allocations(ctx, &ids, &colleagues, &mut loaded).await?;
        schools(ctx, &ids, &mut loaded).await?;
        restrictions(ctx, &ids, &mut loaded).await?;
        grants(ctx, &ids, &mut loaded).await?;
        for id in ids.iter().filter(|id| siblings.contains(*id)) {
            loaded.with(*id, |facts| facts.sibling_of_own = true);
        }
        all.extend(loaded.facts);
    }
    Ok(all)
}

struct Loaded {
    facts: HashMap<Uuid, ChildFacts>,
    members: HashMap<Uuid, Uuid>,
}

impl Loaded {
    /// Changes the facts of the child whose record this is.
    fn with(&mut self, record: Uuid, change: impl FnOnce(&mut ChildFacts)) {
        if let Some(facts) = self.members.get(&record).and_then(|child| self.facts.get_mut(child)) {
            change(facts);
        }
    }
}

async fn allocations(ctx: &Ctx, ids: &[Uuid], colleagues: &HashSet<Uuid>, loaded: &mut Loaded) -> Result<()> {
    let rows = involvements::Entity::find()
        .filter(involvements::Column::PersonId.is_in(ids.iter().copied()))
        .filter(current(ctx.today()))
        .all(ctx.db())
        .await?;
    for row in rows {
        let mine = row.professional_id == Some(ctx.actor.id);
        let of_team = row.professional_team.is_some_and(|team| ctx.actor.teams.contains(&team))
            || row.professional_id.is_some_and(|worker| colleagues.contains(&worker));
        loaded.with(row.person_id, |facts| {
            facts.allocated_to_actor |= mine;
            facts.in_actors_team |= of_team;
        });
    }
    Ok(())
}

/// Every record in a family with a child allocated to the actor.
async fn siblings_of_own(ctx: &Ctx) -> Result<HashSet<Uuid>> {
    let own: Vec<Uuid> = involvements::Entity::find()
        .select_only()
        .column(involvements::Column::PersonId)
        .filter(involvements::Column::ProfessionalId.eq(ctx.actor.id))
        .filter(current(ctx.today()))
        .into_tuple()
        .all(ctx.db())
        .await?;
    let own: Vec<Uuid> = identity::survivors(ctx.db(), &own).await?;
    let own: Vec<Uuid> = identity::members(ctx.db(), &own).await?.into_keys().collect();
    let mut families = HashSet::new();
    for some in own.chunks(identity::AT_ONCE) {
        let rows: Vec<Uuid> = family_member::Entity::find()
            .select_only()
            .column(family_member::Column::FamilyId)
            .filter(family_member::Column::PersonId.is_in(some.iter().copied()))
            .into_tuple()
            .all(ctx.db())
            .await?;
        families.extend(rows);
    }
    let families: Vec<Uuid> = families.into_iter().collect();
    let mut siblings = HashSet::new();
    for some in families.chunks(identity::AT_ONCE) {
        let rows: Vec<Uuid> = family_member::Entity::find()
            .select_only()
            .column(family_member::Column::PersonId)
            .filter(family_member::Column::FamilyId.is_in(some.iter().copied()))
            .into_tuple()
            .all(ctx.db())
            .await?;
        siblings.extend(rows);
    }
    Ok(siblings)
}

/// On the roll of one of the actor's schools, by pupil number, as the latest live table of that school says.
async fn schools(ctx: &Ctx, ids: &[Uuid], loaded: &mut Loaded) -> Result<()> {
    let urns: Vec<i32> = ctx.actor.schools.iter().filter_map(|urn| i32::try_from(*urn).ok()).collect();
    if urns.is_empty() {
        return Ok(());
    }
    let pupils: Vec<(Uuid, Option<String>)> = person::Entity::find()
        .select_only()
        .columns([person::Column::Id, person::Column::Upn])
        .filter(person::Column::Id.is_in(ids.iter().copied()))
        .filter(person::Column::Upn.is_not_null())
        .into_tuple()
        .all(ctx.db())
        .await?;
    let on_roll: HashSet<String> = roll_entry::Entity::find()
        .select_only()
        .column(roll_entry::Column::Upn)
        .filter(roll_entry::Column::Urn.is_in(urns))
        .filter(roll_entry::Column::List.eq("on"))
        .filter(roll_entry::Column::KnownFrom.is_not_null())
        .filter(roll_entry::Column::KnownTo.is_null())
        .filter(roll_entry::Column::Upn.is_in(pupils.iter().filter_map(|(_, upn)| upn.clone())))
        .into_tuple::<Option<String>>()
        .all(ctx.db())
        .await?
        .into_iter()
        .flatten()
        .collect();
    for (id, upn) in pupils {
        if upn.is_some_and(|upn| on_roll.contains(&upn)) {
            loaded.with(id, |facts| facts.at_actors_school = true);
        }
    }
    Ok(())
}

/// How strict a restriction is, so that of several the strictest counts.
fn strictness(restriction: Restriction) -> u8 {
    match restriction {
        Restriction::None => 0,
        Restriction::AllowListed => 1,
        Restriction::NotListed => 2,
        Restriction::DenyListed => 3,
    }
}

async fn restrictions(ctx: &Ctx, ids: &[Uuid], loaded: &mut Loaded) -> Result<()> {
    let rows = restriction::Entity::find()
        .filter(restriction::Column::PersonId.is_in(ids.iter().copied()))
        .filter(restriction::Column::State.ne(State::Lifted.slug()))
        .all(ctx.db())
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let listed: HashMap<Uuid, String> = restriction_list::Entity::find()
        .filter(restriction_list::Column::RestrictionId.is_in(rows.iter().map(|row| row.id)))
        .filter(restriction_list::Column::UserId.eq(ctx.actor.id))
        .all(ctx.db())
        .await?
        .into_iter()
        .map(|row| (row.restriction_id, row.list))
        .collect();
    for row in rows {
        let found = match (listed.get(&row.id).map(String::as_str), row.allow_list_only) {
            (Some(ALLOW), true) => Restriction::AllowListed,
            (None, true) => Restriction::NotListed,
            (Some(ALLOW) | None, false) => Restriction::None,
            // The deny list, or a list of a kind that this version does not know: the record stays shut.
            (Some(_), _) => Restriction::DenyListed,
        };
        loaded.with(row.person_id, |facts| {
            if strictness(found) > strictness(facts.restriction) {
                facts.restriction = found;
            }
        });
    }
    Ok(())
}

async fn grants(ctx: &Ctx, ids: &[Uuid], loaded: &mut Loaded) -> Result<()> {
    let rows = access_grant::Entity::find()
        .filter(
            Condition::all()
                .add(access_grant::Column::UserId.eq(ctx.actor.id))
                .add(access_grant::Column::ExpiresAt.gt(ctx.now()))
                .add(access_grant::Column::PersonId.is_in(ids.iter().copied())),
        )
        .all(ctx.db())
        .await?;
    for row in rows {
        loaded.with(row.person_id, |facts| match GrantKind::from_slug(&row.kind) {
            Some(GrantKind::Reasoned) => facts.reasoned_grant = true,
            Some(GrantKind::Emergency) => facts.emergency_grant = true,
            None => {}
        });
    }
    Ok(())
}
