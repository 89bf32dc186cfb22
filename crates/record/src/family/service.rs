//! Recording and reading a child's relationships.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use platform::{
    Ctx, Error, Result,
    audit::{Change, Subject},
    policy::{Action, DataClass, Shown},
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::Kind;
use crate::{
    access::{self, Opened, Outline},
    entity::{family, family_member, person, relationship},
    people::identity,
};

/// A name may have so many characters.
pub const NAME_MAX: usize = 200;
/// So many relationships are read.
const READ_MAX: u64 = 500;

/// The other person of a relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Other {
    /// Somebody of the record.
    Person(Uuid),
    /// Somebody else, by name.
    Named(String),
}

/// A relationship to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRelationship {
    /// The other person.
    pub other: Other,
    /// What they are to the child.
    pub kind: Kind,
    /// From when, where it is known.
    pub start: Option<NaiveDate>,
    /// Whether they have parental responsibility, where it is known.
    pub parental_responsibility: Option<bool>,
    /// Whether the child lives with them, where it is known.
    pub lives_with: Option<bool>,
}

/// The record of this child number, if the actor may see its outline; a record that they may not see is as if
/// it were not there.
pub async fn by_number(ctx: &Ctx, number: &str) -> Result<Option<Uuid>> {
    let found =
        person::Entity::find().filter(person::Column::LaChildId.eq(number.trim())).one(ctx.db()).await?;
    let Some(found) = found else { return Ok(None) };
    let judged = access::judge(ctx, Action::ViewOutline, &[found.id]).await?;
    Ok(judged.listed.first().map(|one| one.id()))
}

/// Records a relationship. Brothers and sisters of the record come into one family.
pub async fn add(ctx: &Ctx, child: Uuid, new: NewRelationship) -> Result<Uuid> {
    let child = access::require(ctx, child, Action::RecordFamily).await?;
    let (other_person_id, other_name) = match &new.other {
        Other::Person(other) => {
            let other = access::require(ctx, *other, Action::ViewOutline).await?;
            if other == child {
                return Err(Error::invalid("other person", "it is the child's own record"));
            }
            (Some(other), None)
        }
        Other::Named(name) => {
            let name = name.trim();
            if name.is_empty() || name.chars().count() > NAME_MAX {
                return Err(Error::invalid("name", format!("write it in 1 to {NAME_MAX} characters")));
            }
            (None, Some(name.to_owned()))
        }
    };
    if new.start.is_some_and(|start| start > ctx.today()) {
        return Err(Error::invalid("start", "choose today or a day before"));
    }
    let mut change = ctx.change(Action::RecordFamily, Subject::person(child)).await?;
    let id = ctx.id();
    let row = relationship::Model {
        id,
        person_id: child,
        other_person_id,
        other_name,
        kind: new.kind.slug().to_owned(),
        start_date: new.start,
        end_date: None,
        parental_responsibility: new.parental_responsibility,
        lives_with: new.lives_with,
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
    };
    relationship::Entity::insert(row.into_active_model()).exec_without_returning(change.tx()).await?;
    if let Some(other) = other_person_id.filter(|_| new.kind.is_sibling()) {
        one_family(&change, child, other).await?;
    }
    change.note("event", "added").note("relationship", id.to_string()).note("kind", new.kind.slug());
    change.commit().await?;
    Ok(id)
}

/// Brings two children into one family: that of either, or a new one. Where both have one, the second joins
/// the first's as well; families are not poured together, because a half-brother belongs to two.
async fn one_family(change: &Change<'_>, a: Uuid, b: Uuid) -> Result<()> {
    let tx = change.tx();
    let rows = family_member::Entity::find()
        .filter(family_member::Column::PersonId.is_in([a, b]))
        .order_by_asc(family_member::Column::FamilyId)
        .all(tx)
        .await?;
    let of = |person: Uuid| -> BTreeSet<Uuid> {
        rows.iter().filter(|row| row.person_id == person).map(|row| row.family_id).collect()
    };
    let (of_a, of_b) = (of(a), of(b));
    if of_a.intersection(&of_b).next().is_some() {
        return Ok(());
    }
    let (family_id, newcomers) = match (of_a.first(), of_b.first()) {
        (Some(family), _) => (*family, vec![b]),
        (None, Some(family)) => (*family, vec![a]),
        (None, None) => {
            let family_id = change.ctx().id();
            let row = family::Model { family_id, created_at: change.ctx().now() };
            family::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
            (family_id, vec![a, b])
        }
    };
    let rows = newcomers
        .into_iter()
        .map(|person_id| family_member::Model { family_id, person_id }.into_active_model());
    family_member::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// The family of a child, for what belongs to a family rather than to a child (a budget, say): the first of its families, or a
/// new one of this child alone. Permission is the caller's.
pub async fn family_for(change: &Change<'_>, child: Uuid) -> Result<Uuid> {
    let tx = change.tx();
    let records: Vec<Uuid> = identity::members(tx, &[child]).await?.into_keys().collect();
    let found = family_member::Entity::find()
        .filter(family_member::Column::PersonId.is_in(records))
        .order_by_asc(family_member::Column::FamilyId)
        .one(tx)
        .await?;
    if let Some(row) = found {
        return Ok(row.family_id);
    }
    let family_id = change.ctx().id();
    let row = family::Model { family_id, created_at: change.ctx().now() };
    family::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    let row = family_member::Model { family_id, person_id: child };
    family_member::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(family_id)
}

/// The family of each of these children that [`family_for`] would find; children without one are left out. Not judged.
pub async fn families_of(db: &impl ConnectionTrait, children: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
    let mut all: HashMap<Uuid, Uuid> = HashMap::new();
    for some in children.chunks(identity::AT_ONCE) {
        let members = identity::members(db, some).await?;
        let rows = family_member::Entity::find()
            .filter(family_member::Column::PersonId.is_in(members.keys().copied()))
            .order_by_asc(family_member::Column::FamilyId)
            .all(db)
            .await?;
        for row in rows {
            if let Some(child) = members.get(&row.person_id) {
                all.entry(*child).or_insert(row.family_id);
            }
        }
    }
    Ok(all)
}

/// The children of these families, each child once, by family. Not judged: hand them to [`crate::access::judge`].
pub async fn children_of(db: &impl ConnectionTrait, families: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let mut all: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for some in families.chunks(identity::AT_ONCE) {
        let rows = family_member::Entity::find()
            .filter(family_member::Column::FamilyId.is_in(some.iter().copied()))
            .order_by_asc(family_member::Column::PersonId)
            .all(db)
            .await?;
        let mut by_family: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for row in rows {
            by_family.entry(row.family_id).or_default().push(row.person_id);
        }
        for (family, records) in by_family {
            all.insert(family, identity::survivors(db, &records).await?);
        }
    }
    Ok(all)
}

/// Ends a relationship of a child.
pub async fn end(ctx: &Ctx, child: Uuid, id: Uuid, on: NaiveDate) -> Result<()> {
    let child = access::require(ctx, child, Action::RecordFamily).await?;
    if on > ctx.today() {
        return Err(Error::invalid("end", "choose today or a day before"));
    }
    let records: Vec<Uuid> = identity::members(ctx.db(), &[child]).await?.into_keys().collect();
    let mut change = ctx.change(Action::RecordFamily, Subject::person(child)).await?;
    let row = relationship::Entity::find_by_id(id).one(change.tx()).await?.ok_or(Error::NotFound)?;
    if !records.contains(&row.person_id) {
        return Err(Error::NotFound);
    }
    if row.end_date.is_some() {
        return Err(Error::Conflict);
    }
    if row.start_date.is_some_and(|start| on < start) {
        return Err(Error::invalid("end", "it cannot be before the start"));
    }
    let mut row = row.into_active_model();
    row.end_date = Set(Some(on));
    row.update(change.tx()).await?;
    change.note("event", "ended").note("relationship", id.to_string());
    change.commit().await
}

/// One relationship as the actor may see it.
#[derive(Debug, Clone)]
pub struct Relative {
    /// Its identifier, where it is the child's own entry and can be ended.
    pub id: Option<Uuid>,
    /// What the other person is to the child.
    pub kind: Kind,
    /// Their name.
    pub name: Shown<String>,
    /// Their own record, where there is one.
    pub person: Option<Uuid>,
    /// From when.
    pub start: Shown<NaiveDate>,
    /// Until when.
    pub end: Option<NaiveDate>,
    /// Parental responsibility.
    pub parental_responsibility: Shown<bool>,
    /// Whether the child lives with them.
    pub lives_with: Shown<bool>,
}

/// The relationships of an open record, present ones first. People of the record appear only as far as their
/// own records let the actor see them; a restricted one does not appear at all.
pub async fn of_child(ctx: &Ctx, child: &Opened) -> Result<Vec<Relative>> {
    let ids = child.ids();
    let rows = relationship::Entity::find()
        .filter(
            Condition::any()
                .add(relationship::Column::PersonId.is_in(ids.iter().copied()))
                .add(relationship::Column::OtherPersonId.is_in(ids.iter().copied())),
        )
        .order_by_asc(relationship::Column::RecordedAt)
        .order_by_asc(relationship::Column::Id)
        .limit(READ_MAX)
        .all(ctx.db())
        .await?;
    let family = in_families(ctx, &ids).await?;
    let others: Vec<Uuid> = rows
        .iter()
        .flat_map(|row| [Some(row.person_id), row.other_person_id])
        .flatten()
        .chain(family.iter().copied())
        .filter(|id| !ids.contains(id))
        .collect();
    let judged = access::judge(ctx, Action::ViewOutline, &others).await?;
    let outlines = access::outlines(ctx, Action::ViewOutline, &judged.listed, "family").await?;
    let survivors: Vec<Uuid> = outlines.iter().map(|outline| outline.id).collect();
    let members = identity::members(ctx.db(), &survivors).await?;
    let seen = |record: Uuid| -> Option<&Outline> {
        let survivor = members.get(&record)?;
        outlines.iter().find(|outline| outline.id == *survivor)
    };
    let mut all = vec![];
    let mut told: BTreeSet<Uuid> = BTreeSet::new();
    for row in rows {
        let own = ids.contains(&row.person_id);
        let other = if own { row.other_person_id } else { Some(row.person_id) };
        let Some(kind) = Kind::from_slug(&row.kind) else { continue };
        // The other's entry about this child says the same from the other side; only siblings are mirrored.
        let kind = match (own, kind) {
            (true, kind) => kind,
            (false, kind) if kind.is_sibling() => kind,
            (false, Kind::Mother | Kind::Father) => Kind::Child,
            (false, _) => Kind::Other,
        };
        let (name, person) = match other {
            Some(other) => {
                let Some(outline) = seen(other) else { continue };
                if !told.insert(outline.id) && !own {
                    continue;
                }
                (outline.name.clone(), Some(outline.id))
            }
            None => (Shown::field(&ctx.actor, DataClass::Whereabouts, row.other_name.clone()), None),
        };
        let class = DataClass::Whereabouts;
        all.push(Relative {
            id: own.then_some(row.id),
            kind,
            name,
            person,
            start: Shown::field(&ctx.actor, class, row.start_date),
            end: row.end_date,
            parental_responsibility: Shown::field(
                &ctx.actor,
                class,
                row.parental_responsibility.filter(|_| own),
            ),
            lives_with: Shown::field(&ctx.actor, class, row.lives_with),
        });
    }
    for outline in outlines.iter().filter(|outline| !told.contains(&outline.id)) {
        all.push(Relative {
            id: None,
            kind: Kind::Sibling,
            name: outline.name.clone(),
            person: Some(outline.id),
            start: Shown::Unknown,
            end: None,
            parental_responsibility: Shown::Empty,
            lives_with: Shown::Unknown,
        });
    }
    all.sort_by_key(|relative| (relative.end.is_some(), -relative.kind.generation()));
    Ok(all)
}

/// The other records of the families of these records.
async fn in_families(ctx: &Ctx, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let families: Vec<Uuid> = family_member::Entity::find()
        .select_only()
        .column(family_member::Column::FamilyId)
        .filter(family_member::Column::PersonId.is_in(ids.iter().copied()))
        .into_tuple()
        .all(ctx.db())
        .await?;
    let rows: Vec<Uuid> = family_member::Entity::find()
        .select_only()
        .column(family_member::Column::PersonId)
        .filter(family_member::Column::FamilyId.is_in(families))
        .order_by_asc(family_member::Column::PersonId)
        .limit(READ_MAX)
        .into_tuple()
        .all(ctx.db())
        .await?;
    Ok(rows.into_iter().filter(|id| !ids.contains(id)).collect())
}

/// Names of relatives by generation, for the picture.
pub(super) fn generations(relatives: &[Relative]) -> HashMap<i8, Vec<&Relative>> {
    let mut rows: HashMap<i8, Vec<&Relative>> = HashMap::new();
    for relative in relatives.iter().filter(|relative| relative.end.is_none()) {
        rows.entry(relative.kind.generation()).or_default().push(relative);
    }
    rows
}
