//! The record as these figures need it, read once for a page: who belongs to which family, and what they are by.
//!
//! A family is the unit; a child without one counts alone. A family with a child whose record is restricted is counted and
//! never shown: everywhere it stands under one heading of its own, for everybody, also for those on the allow list, so
//! that two people who compare what they see learn nothing.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use platform::Result;
use record::{
    allocation::Part,
    entity::{family_member, involvements, person, relationship, restriction, roll_entry},
    known::AsKnown,
    restriction::State,
    roll::SchoolBook,
};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, StreamTrait,
};
use uuid::Uuid;

use crate::policy::{ground::member, model::Member};

/// Children that are read at once.
const PAGE: u64 = 2_000;
/// Identifiers that go into one query.
const AT_ONCE: usize = 500;

/// A child, with what the records merged into it know.
#[derive(Debug, Clone, Default)]
pub(crate) struct Child {
    /// Age and standing.
    pub(crate) member: Option<Member>,
    /// Ethnicity code.
    pub(crate) ethnicity: Option<String>,
    /// Disability codes.
    pub(crate) disabilities: Vec<String>,
    /// Pupil numbers, in capitals.
    pub(crate) upns: Vec<String>,
    /// Names: each a forename and surname.
    pub(crate) names: Vec<[String; 2]>,
    /// Other numbers by which the child is known.
    pub(crate) numbers: Vec<String>,
}

impl Child {
    fn take(&mut self, row: person::Model) {
        let disabilities: Vec<String> = serde_json::from_str(&row.disabilities).unwrap_or_default();
        if self.disabilities.is_empty() {
            self.disabilities = disabilities;
        }
        self.ethnicity = self.ethnicity.take().or(row.ethnicity);
        for upn in [row.upn, row.former_upn].into_iter().flatten() {
            self.upns.push(upn.trim().to_ascii_uppercase());
        }
        self.names.push([row.forename.unwrap_or_default(), row.surname.unwrap_or_default()]);
        self.numbers.push(row.la_child_id);
    }
}

/// Everybody of the record.
#[derive(Debug, Default)]
pub(crate) struct People {
    children: HashMap<Uuid, Child>,
    survivor: HashMap<Uuid, Uuid>,
    unit: HashMap<Uuid, Uuid>,
    families: HashMap<Uuid, BTreeSet<Uuid>>,
    restricted: HashSet<Uuid>,
}

impl People {
    /// Reads everybody.
    pub(crate) async fn load(db: &impl ConnectionTrait, on: NaiveDate) -> Result<Self> {
        let mut all = Self::default();
        let mut merged: Vec<person::Model> = Vec::new();
        let mut after: Option<Uuid> = None;
        loop {
            let mut query = person::Entity::find().order_by_asc(person::Column::Id).limit(PAGE);
            if let Some(after) = after {
                query = query.filter(person::Column::Id.gt(after));
            }
            let rows = query.all(db).await?;
            let Some(last) = rows.last() else { break };
            after = Some(last.id);
            for row in rows {
                match row.merged_into {
                    Some(survivor) => {
                        all.survivor.insert(row.id, survivor);
                        merged.push(row);
                    }
                    None => {
                        let mut child = Child { member: Some(member(&row, on)), ..Child::default() };
                        let id = row.id;
                        child.take(row);
                        all.children.insert(id, child);
                    }
                }
            }
        }
        for row in merged {
            if let Some(child) = row.merged_into.and_then(|into| all.children.get_mut(&into)) {
                child.take(row);
            }
        }
        all.families(db).await?;
        all.restrictions(db).await?;
        Ok(all)
    }

    async fn families(&mut self, db: &impl ConnectionTrait) -> Result<()> {
        let rows = family_member::Entity::find()
            .order_by_asc(family_member::Column::FamilyId)
            .order_by_asc(family_member::Column::PersonId)
            .all(db)
            .await?;
        for row in rows {
            if let Some(child) = self.child_of(row.person_id) {
                // A child of two families counts in one.
                let family = *self.unit.entry(child).or_insert(row.family_id);
                self.families.entry(family).or_default().insert(child);
            }
        }
        let alone: Vec<Uuid> =
            self.children.keys().filter(|child| !self.unit.contains_key(*child)).copied().collect();
        for child in alone {
            self.unit.insert(child, child);
            self.families.insert(child, BTreeSet::from([child]));
        }
        Ok(())
    }

    async fn restrictions(&mut self, db: &impl ConnectionTrait) -> Result<()> {
        let people: Vec<Uuid> = restriction::Entity::find()
            .select_only()
            .column(restriction::Column::PersonId)
            .distinct()
            .filter(restriction::Column::State.ne(State::Lifted.slug()))
            .into_tuple()
            .all(db)
            .await?;
        self.restricted = people.into_iter().filter_map(|person| self.family_of(person)).collect();
        Ok(())
    }

    /// The child to whom a record belongs.
    pub(crate) fn child_of(&self, record: Uuid) -> Option<Uuid> {
        let survivor = self.survivor.get(&record).copied().unwrap_or(record);
        self.children.contains_key(&survivor).then_some(survivor)
    }

    /// The family to which a record belongs, or the child itself.
    pub(crate) fn family_of(&self, record: Uuid) -> Option<Uuid> {
        self.unit.get(&self.child_of(record)?).copied()
    }

    /// A child, by its own record.
    pub(crate) fn child(&self, id: Uuid) -> Option<&Child> {
        self.children.get(&id)
    }

    /// Whether there is such a family.
    pub(crate) fn has(&self, family: Uuid) -> bool {
        self.families.contains_key(&family)
    }

    /// The children of a family.
    pub(crate) fn children_of(&self, family: Uuid) -> impl Iterator<Item = (Uuid, &Child)> {
        let ids = self.families.get(&family).into_iter().flatten();
        ids.filter_map(|id| Some((*id, self.children.get(id)?)))
    }

    /// Every family.
    pub(crate) fn all_families(&self) -> impl Iterator<Item = Uuid> {
        self.families.keys().copied()
    }

    /// Every child.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Uuid, &Child)> {
        self.children.iter().map(|(id, child)| (*id, child))
    }

    /// Whether a record of the family is restricted, or waits to be.
    pub(crate) fn is_restricted(&self, family: Uuid) -> bool {
        self.restricted.contains(&family)
    }

    /// The children of a family, the youngest first; those whose age is not known at the end.
    pub(crate) fn youngest_first(&self, family: Uuid) -> Vec<(Uuid, &Child)> {
        let mut children: Vec<(Uuid, &Child)> = self.children_of(family).collect();
        let age = |child: &Child| child.member.and_then(|member| member.age).map_or(u8::MAX, |age| age);
        children.sort_by_key(|(id, child)| (age(child), *id));
        children
    }
}

/// Who works with whom today.
#[derive(Debug, Default)]
pub(crate) struct Caseloads {
    /// The children of each worker, by whatever part they have in the case.
    pub(crate) of_worker: HashMap<Uuid, BTreeSet<Uuid>>,
    /// The allocated worker of each child, and the team.
    pub(crate) of_child: HashMap<Uuid, (Option<Uuid>, Option<Uuid>)>,
}

impl Caseloads {
    pub(crate) async fn load(db: &impl ConnectionTrait, people: &People, on: NaiveDate) -> Result<Self> {
        let rows = involvements::Entity::find()
            .filter(involvements::Column::StartDate.lte(on))
            .filter(
                Condition::any()
                    .add(involvements::Column::EndDate.is_null())
                    .add(involvements::Column::EndDate.gt(on)),
            )
            .order_by_asc(involvements::Column::StartDate)
            .order_by_asc(involvements::Column::Id)
            .all(db)
            .await?;
        let mut all = Self::default();
        for row in rows {
            let Some(child) = people.child_of(row.person_id) else { continue };
            if let Some(worker) = row.professional_id {
                all.of_worker.entry(worker).or_default().insert(child);
            }
            if row.professional_role == Part::Allocated.slug() {
                all.of_child.insert(child, (row.professional_id, row.professional_team));
            }
        }
        Ok(all)
    }
}

/// The school of each pupil number, by URN and name: that of the latest live roll that has the number, by whatever identifier
/// the roll names it. Of two rolls of one day it is the main registration. Schools that are not in the register are left out.
pub(crate) async fn schools(
    db: &(impl ConnectionTrait + StreamTrait),
    upns: &[String],
) -> Result<HashMap<String, (u32, String)>> {
    let book = SchoolBook::load(db).await?;
    let wanted: HashSet<&str> = upns.iter().map(String::as_str).collect();
    let mut latest: HashMap<String, (NaiveDate, bool)> = HashMap::new();
    let mut schools = HashMap::new();
    for some in upns.chunks(AT_ONCE) {
        let has_one = Condition::any()
            .add(roll_entry::Column::Upn.is_in(some.iter().map(String::as_str)))
            .add(roll_entry::Column::FormerUpn.is_in(some.iter().map(String::as_str)));
        let rows = roll_entry::Entity::find()
            .filter(roll_entry::Column::List.eq("on"))
            .filter(has_one)
            .filter(AsKnown::Now.condition(roll_entry::Column::KnownFrom, roll_entry::Column::KnownTo))
            .order_by_asc(roll_entry::Column::Id)
            .all(db)
            .await?;
        for row in rows {
            let number = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
            let found =
                book.find(&row.school_key, number(row.urn), number(row.laestab), row.census_day).urn();
            let Some(urn) = found else { continue };
            let name = book.school(urn).map_or_else(|| format!("School {urn}"), |school| school.name.clone());
            let place = (row.census_day, !matches!(row.enrol_status.as_deref(), Some("S" | "G")));
            for upn in [row.upn, row.former_upn].into_iter().flatten() {
                if !wanted.contains(upn.as_str()) {
                    continue;
                }
                if latest.get(&upn).is_none_or(|before| place > *before) {
                    latest.insert(upn.clone(), place);
                    schools.insert(upn, (urn, name.clone()));
                }
            }
        }
    }
    Ok(schools)
}

/// What school rolls call the pupils of these numbers.
pub(crate) async fn roll_names(
    db: &impl ConnectionTrait,
    upns: &[String],
) -> Result<HashMap<String, BTreeSet<String>>> {
    type Row = (Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);
    let mut all: HashMap<String, BTreeSet<String>> = HashMap::new();
    for some in upns.chunks(AT_ONCE) {
        let rows: Vec<Row> = roll_entry::Entity::find()
            .select_only()
            .columns([roll_entry::Column::Upn, roll_entry::Column::Forename, roll_entry::Column::Surname])
            .columns([roll_entry::Column::MiddleNames, roll_entry::Column::PreferredSurname])
            .distinct()
            .filter(roll_entry::Column::Upn.is_in(some.iter().map(String::as_str)))
            .into_tuple()
            .all(db)
            .await?;
        for (upn, forename, surname, middle, preferred) in rows {
            let names = [forename, surname, middle, preferred].into_iter().flatten();
            all.entry(upn.unwrap_or_default()).or_default().extend(names);
        }
    }
    Ok(all)
}

/// The people around each child, by record or by name: child, other child, name.
pub(crate) async fn relatives(
    db: &impl ConnectionTrait,
) -> Result<Vec<(Uuid, Option<Uuid>, Option<String>)>> {
    Ok(relationship::Entity::find()
        .select_only()
        .columns([
            relationship::Column::PersonId,
            relationship::Column::OtherPersonId,
            relationship::Column::OtherName,
        ])
        .into_tuple()
        .all(db)
        .await?)
}
