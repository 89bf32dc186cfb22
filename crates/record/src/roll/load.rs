//! Rolls and schools from the database.

use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry};

use chrono::NaiveDate;
use futures::TryStreamExt as _;
use platform::Result;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    StreamTrait,
};
use uuid::Uuid;

use super::{
    book::{School, SchoolBook, SchoolRef},
    spells::{RollRow, Spell, TableDays, spells},
};
use crate::{
    entity::{roll_entry, school, school_alias, school_link},
    known::AsKnown,
};

/// Pupil numbers asked for at once.
const AT_ONCE: usize = 1_000;
/// `EstablishmentStatus` of a closed school.
const CLOSED: &str = "2";

fn live() -> Condition {
    AsKnown::Now.condition(roll_entry::Column::KnownFrom, roll_entry::Column::KnownTo)
}

fn number(number: Option<i32>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}

impl SchoolBook {
    /// The book of what is known now.
    pub async fn load(db: &(impl ConnectionTrait + StreamTrait)) -> Result<Self> {
        let mut rows = school::Entity::find()
            .select_only()
            .column(school::Column::Urn)
            .column(school::Column::Laestab)
            .column(school::Column::Name)
            .column(school::Column::OpenDate)
            .column(school::Column::CloseDate)
            .column(school::Column::Status)
            .filter(AsKnown::Now.condition(school::Column::KnownFrom, school::Column::KnownTo))
            .into_tuple::<(i32, Option<i32>, String, Option<NaiveDate>, Option<NaiveDate>, Option<String>)>()
            .stream(db)
            .await?;
        let mut schools = Vec::new();
        while let Some((urn, laestab, name, open_date, close_date, status)) = rows.try_next().await? {
            schools.push(School {
                urn: u32::try_from(urn).unwrap_or(0),
                laestab: number(laestab),
                name,
                open_date,
                close_date,
                closed: status.as_deref() == Some(CLOSED) || close_date.is_some() && status.is_none(),
            });
        }
        drop(rows);
        let aliases = school_alias::Entity::find().all(db).await?;
        let aliases =
            aliases.into_iter().filter_map(|one| Some((one.native_id, u32::try_from(one.urn).ok()?)));
        let links = school_link::Entity::find()
            .filter(AsKnown::Now.condition(school_link::Column::KnownFrom, school_link::Column::KnownTo))
            .all(db)
            .await?;
        let successions = links.into_iter().filter_map(|link| {
            let (urn, other) = (u32::try_from(link.urn).ok()?, u32::try_from(link.link_urn).ok()?);
            match link.kind.as_str() {
                "successor" => Some((urn, other)),
                "predecessor" => Some((other, urn)),
                _ => None,
            }
        });
        Ok(Self::new(schools, aliases, successions))
    }
}

/// The pupils of the rolls by pupil number, as far as they were asked for.
#[derive(Debug, Clone, Default)]
pub struct RollIndex {
    by_number: HashMap<String, Vec<Option<NaiveDate>>>,
    by_former: HashMap<String, Vec<Option<NaiveDate>>>,
}

impl RollIndex {
    /// An index of these pupils: number, former number, date of birth.
    pub fn new(
        pupils: impl IntoIterator<Item = (Option<String>, Option<String>, Option<NaiveDate>)>,
    ) -> Self {
        let mut index = Self::default();
        for (upn, former, dob) in pupils {
            if let Some(upn) = upn {
                index.by_number.entry(upn).or_default().push(dob);
            }
            if let Some(former) = former {
                index.by_former.entry(former).or_default().push(dob);
            }
        }
        index
    }

    /// Every live pupil who has, or had, one of these numbers.
    pub async fn load(db: &impl ConnectionTrait, numbers: &[&str]) -> Result<Self> {
        let mut pupils = Vec::new();
        for some in numbers.chunks(AT_ONCE) {
            let has_one = Condition::any()
                .add(roll_entry::Column::Upn.is_in(some.iter().copied()))
                .add(roll_entry::Column::FormerUpn.is_in(some.iter().copied()));
            let found = roll_entry::Entity::find()
                .select_only()
                .column(roll_entry::Column::Upn)
                .column(roll_entry::Column::FormerUpn)
                .column(roll_entry::Column::Dob)
                .distinct()
                .filter(live())
                .filter(has_one)
                .into_tuple::<(Option<String>, Option<String>, Option<NaiveDate>)>()
                .all(db)
                .await?;
            pupils.extend(found);
        }
        Ok(Self::new(pupils))
    }

    /// The dates of birth of the pupils with this number.
    pub fn pupils(&self, upn: &str) -> Option<&[Option<NaiveDate>]> {
        self.by_number.get(upn).map(Vec::as_slice)
    }

    /// The dates of birth of the pupils who formerly had this number.
    pub fn former_pupils(&self, upn: &str) -> Option<&[Option<NaiveDate>]> {
        self.by_former.get(upn).map(Vec::as_slice)
    }
}

/// The census days for which there is a live table of pupils on roll, by school as it is now.
pub async fn table_days(db: &impl ConnectionTrait, book: &SchoolBook) -> Result<TableDays> {
    let tables = roll_entry::Entity::find()
        .select_only()
        .column(roll_entry::Column::SchoolKey)
        .column(roll_entry::Column::Urn)
        .column(roll_entry::Column::Laestab)
        .column(roll_entry::Column::CensusDay)
        .distinct()
        .filter(live())
        .filter(roll_entry::Column::List.eq("on"))
        .into_tuple::<(String, Option<i32>, Option<i32>, NaiveDate)>()
        .all(db)
        .await?;
    let mut days = TableDays::new();
    for (key, urn, laestab, day) in tables {
        days.entry(book.find(&key, number(urn), number(laestab), day)).or_default().insert(day);
    }
    Ok(days)
}

/// A child and the pupil numbers that it has, or had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildKeys {
    /// The child.
    pub person: Uuid,
    /// Its numbers, in upper case.
    pub numbers: Vec<String>,
}

/// The spells at schools of these children, earliest first. A child on no roll has none.
///
/// A pupil who had another number before is followed through it: rows that only the other number leads to are found
/// as well.
pub async fn spells_of(
    db: &impl ConnectionTrait,
    book: &SchoolBook,
    days: &TableDays,
    children: &[ChildKeys],
) -> Result<HashMap<Uuid, Vec<Spell>>> {
    let mut rows = Rows { book, names: HashMap::new(), seen: HashSet::new(), rows: Vec::new() };
    let numbers: BTreeSet<&str> =
        children.iter().flat_map(|child| &child.numbers).map(String::as_str).collect();
    rows.find(db, &numbers).await?;
    let more: BTreeSet<String> = rows
        .rows
        .iter()
        .flat_map(Row::numbers)
        .filter(|number| !numbers.contains(number))
        .map(str::to_owned)
        .collect();
    rows.find(db, &more.iter().map(String::as_str).collect()).await?;
    let rows = rows.rows;
    let mut by_number: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, row) in rows.iter().enumerate() {
        for number in row.numbers() {
            by_number.entry(number).or_default().push(place);
        }
    }
    let mut all = HashMap::new();
    for child in children {
        let spells = spells(reachable(child, &rows, &by_number), days);
        if !spells.is_empty() {
            all.insert(child.person, spells);
        }
    }
    Ok(all)
}

/// The rows that a child's numbers lead to, and those that the other numbers of these rows lead to.
fn reachable<'a>(
    child: &ChildKeys,
    rows: &'a [Row],
    by_number: &HashMap<&str, Vec<usize>>,
) -> impl Iterator<Item = &'a RollRow> {
    let mut numbers: Vec<&str> = child.numbers.iter().map(String::as_str).collect();
    let mut asked: BTreeSet<&str> = numbers.iter().copied().collect();
    let mut places: BTreeSet<usize> = BTreeSet::new();
    for step in 0..2 {
        let mut next = Vec::new();
        for place in numbers.iter().filter_map(|number| by_number.get(number)).flatten() {
            if let (true, Some(row)) = (places.insert(*place), rows.get(*place)) {
                next.extend(row.numbers());
            }
        }
        if step == 0 {
            next.retain(|number| asked.insert(number));
            numbers = next;
        }
    }
    places.into_iter().filter_map(|place| rows.get(place)).map(|row| &row.told)
}

/// A row of a roll with the numbers that lead to it.
struct Row {
    upn: Option<String>,
    former_upn: Option<String>,
    told: RollRow,
}

impl Row {
    fn numbers(&self) -> impl Iterator<Item = &str> {
        [self.upn.as_deref(), self.former_upn.as_deref()].into_iter().flatten()
    }
}

/// What a row calls its school, and when.
type Name = (String, Option<i32>, Option<i32>, NaiveDate);

/// Rows of rolls as they are found, each once.
struct Rows<'a> {
    book: &'a SchoolBook,
    /// Schools by how rows name them, so that each name is looked up once.
    names: HashMap<Name, SchoolRef>,
    seen: HashSet<Uuid>,
    rows: Vec<Row>,
}

/// The columns of a row that spells need: identifier, UPN, former UPN, school (key, URN, LAESTAB), census day, list, first
/// and last day, enrolment status. The others would cost more than the rest of the work.
type Told = (
    Uuid,
    Option<String>,
    Option<String>,
    String,
    Option<i32>,
    Option<i32>,
    NaiveDate,
    String,
    Option<NaiveDate>,
    Option<NaiveDate>,
    Option<String>,
);

impl Rows<'_> {
    /// Finds the live rows of those who have, or had, one of these numbers.
    async fn find(&mut self, db: &impl ConnectionTrait, numbers: &BTreeSet<&str>) -> Result<()> {
        let numbers: Vec<&str> = numbers.iter().copied().collect();
        for some in numbers.chunks(AT_ONCE) {
            let has_one = Condition::any()
                .add(roll_entry::Column::Upn.is_in(some.iter().copied()))
                .add(roll_entry::Column::FormerUpn.is_in(some.iter().copied()));
            let found = roll_entry::Entity::find()
                .select_only()
                .columns([
                    roll_entry::Column::Id,
                    roll_entry::Column::Upn,
                    roll_entry::Column::FormerUpn,
                    roll_entry::Column::SchoolKey,
                    roll_entry::Column::Urn,
                    roll_entry::Column::Laestab,
                    roll_entry::Column::CensusDay,
                    roll_entry::Column::List,
                    roll_entry::Column::EntryDate,
                    roll_entry::Column::LeavingDate,
                    roll_entry::Column::EnrolStatus,
                ])
                .filter(live())
                .filter(has_one)
                .into_tuple::<Told>()
                .all(db)
                .await?;
            for row in found {
                self.take(row);
            }
        }
        Ok(())
    }

    fn take(&mut self, row: Told) {
        let (
            id,
            upn,
            former_upn,
            key,
            urn,
            laestab,
            census_day,
            list,
            entry_date,
            leaving_date,
            enrol_status,
        ) = row;
        if !self.seen.insert(id) {
            return;
        }
        let school = match self.names.entry((key, urn, laestab, census_day)) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(place) => {
                let (key, urn, laestab, on) = place.key();
                let school = self.book.find(key, number(*urn), number(*laestab), *on);
                place.insert(school).clone()
            }
        };
        let on_roll = list == "on";
        let told = RollRow { school, on_roll, census_day, entry_date, leaving_date, enrol_status };
        self.rows.push(Row { upn, former_upn, told });
    }
}
