//! The present roll of one school, and the names of schools.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use platform::Result;
use record::{
    entity::{roll_entry, school, school_alias, school_link},
    known::AsKnown,
};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use super::{key, urn as number};

/// So many pupils of one school are read; the largest schools of England have about 3,500.
const PUPILS_MAX: u64 = 6_000;

/// The names of schools by URN.
pub(crate) async fn names(db: &impl ConnectionTrait, urns: &[u32]) -> Result<HashMap<u32, String>> {
    let rows: Vec<(i32, String)> = school::Entity::find()
        .select_only()
        .columns([school::Column::Urn, school::Column::Name])
        .filter(AsKnown::Now.condition(school::Column::KnownFrom, school::Column::KnownTo))
        .filter(school::Column::Urn.is_in(urns.iter().map(|urn| key(*urn))))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(urn, name)| (number(urn), name)).collect())
}

/// The open schools of the council by name, for those who work for all of them.
pub(crate) async fn open(db: &impl ConnectionTrait, la_code: Option<u16>) -> Result<Vec<(u32, String)>> {
    let mut query = school::Entity::find()
        .select_only()
        .columns([school::Column::Urn, school::Column::Name])
        .filter(AsKnown::Now.condition(school::Column::KnownFrom, school::Column::KnownTo))
        .filter(Condition::any().add(school::Column::Status.is_null()).add(school::Column::Status.ne("2")));
    if let Some(code) = la_code {
        query = query.filter(school::Column::LaCode.eq(i32::from(code)));
    }
    let rows: Vec<(i32, String)> =
        query.order_by_asc(school::Column::Name).limit(PUPILS_MAX).into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(urn, name)| (number(urn), name)).collect())
}

fn live() -> Condition {
    AsKnown::Now
        .condition(roll_entry::Column::KnownFrom, roll_entry::Column::KnownTo)
        .add(roll_entry::Column::List.eq("on"))
}

/// What the tables call this school: its URN and those of the schools that became it, and their LAESTAB numbers.
struct Keys {
    urns: Vec<i32>,
    laestabs: Vec<i32>,
    texts: BTreeSet<String>,
}

async fn keys(db: &impl ConnectionTrait, urn: u32) -> Result<Keys> {
    let mut urns: Vec<i32> = school_link::Entity::find()
        .select_only()
        .column(school_link::Column::LinkUrn)
        .filter(AsKnown::Now.condition(school_link::Column::KnownFrom, school_link::Column::KnownTo))
        .filter(school_link::Column::Urn.eq(key(urn)))
        .filter(school_link::Column::Kind.eq("predecessor"))
        .into_tuple()
        .all(db)
        .await?;
    urns.push(key(urn));
    let laestabs: Vec<Option<i32>> = school::Entity::find()
        .select_only()
        .column(school::Column::Laestab)
        .filter(AsKnown::Now.condition(school::Column::KnownFrom, school::Column::KnownTo))
        .filter(school::Column::Urn.is_in(urns.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let laestabs: Vec<i32> = laestabs.into_iter().flatten().collect();
    let mut texts: BTreeSet<String> = urns.iter().chain(&laestabs).map(ToString::to_string).collect();
    texts.extend(laestabs.iter().map(|code| format!("{:03}/{:04}", code / 10_000, code % 10_000)));
    let aliases: Vec<String> = school_alias::Entity::find()
        .select_only()
        .column(school_alias::Column::NativeId)
        .filter(school_alias::Column::Urn.is_in(urns.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    texts.extend(aliases);
    Ok(Keys { urns, laestabs, texts })
}

/// The day of the school's latest table of pupils, and the condition on its rows.
async fn latest(db: &impl ConnectionTrait, urn: u32) -> Result<Option<Condition>> {
    let keys = keys(db, urn).await?;
    let by_text = Condition::all().add(roll_entry::Column::SchoolKey.is_in(keys.texts));
    let by_number = Condition::any()
        .add(roll_entry::Column::Urn.is_in(keys.urns))
        .add(roll_entry::Column::Laestab.is_in(keys.laestabs));
    // The key of a row is indexed; its other numbers matter only where the key is the school's own.
    for school in [by_text, by_number] {
        let days: Vec<NaiveDate> = roll_entry::Entity::find()
            .select_only()
            .column(roll_entry::Column::CensusDay)
            .filter(live())
            .filter(school.clone())
            .order_by_desc(roll_entry::Column::CensusDay)
            .limit(1)
            .into_tuple()
            .all(db)
            .await?;
        if let Some(day) = days.first() {
            return Ok(Some(live().add(school).add(roll_entry::Column::CensusDay.eq(*day))));
        }
    }
    Ok(None)
}

/// The pupils of the school's latest roll, by name.
pub(crate) async fn pupils(db: &impl ConnectionTrait, urn: u32) -> Result<Vec<roll_entry::Model>> {
    let Some(rows) = latest(db, urn).await? else { return Ok(vec![]) };
    Ok(roll_entry::Entity::find()
        .filter(rows)
        .order_by_asc(roll_entry::Column::Surname)
        .order_by_asc(roll_entry::Column::Forename)
        .order_by_asc(roll_entry::Column::Dob)
        .order_by_asc(roll_entry::Column::Id)
        .limit(PUPILS_MAX)
        .all(db)
        .await?)
}

/// One pupil of the school's latest roll.
pub(crate) async fn pupil(
    db: &impl ConnectionTrait,
    urn: u32,
    id: Uuid,
) -> Result<Option<roll_entry::Model>> {
    let Some(rows) = latest(db, urn).await? else { return Ok(None) };
    Ok(roll_entry::Entity::find().filter(rows).filter(roll_entry::Column::Id.eq(id)).one(db).await?)
}
