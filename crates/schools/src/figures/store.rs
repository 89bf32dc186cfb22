//! What the register says of the schools.

use std::collections::BTreeMap;

use platform::{Ctx, Result};
use record::{entity::school, known::AsKnown};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::model::{Kind, School};
use crate::counts::{
    model::{measure::MEASURES, place::Place, tally::Tally},
    store::Schools,
};

/// The schools of the authority and those that its rolls name, with their counts. A school that became another one stands
/// under its present URN only.
pub(super) async fn schools(
    ctx: &Ctx,
    known: &Schools,
    tally: &Tally,
    windows: usize,
) -> Result<Vec<School>> {
    let mut rows: BTreeMap<u32, school::Model> = BTreeMap::new();
    let mut query = school::Entity::find()
        .filter(AsKnown::Now.condition(school::Column::KnownFrom, school::Column::KnownTo));
    if let Some(code) = ctx.org.organisation.la_code {
        query = query.filter(school::Column::LaCode.eq(i32::from(code)));
    }
    for row in query.all(ctx.db()).await? {
        if let Ok(urn) = u32::try_from(row.urn) {
            rows.insert(urn, row);
        }
    }
    let mut urns: Vec<u32> = rows.keys().map(|urn| known.book.current(*urn)).collect();
    urns.extend(tally.places().filter_map(|(place, _)| match place {
        Place::School(urn) => Some(urn),
        Place::Residual(_) => None,
    }));
    urns.sort_unstable();
    urns.dedup();
    Ok(urns.into_iter().map(|urn| one(urn, rows.get(&urn), known, tally, windows)).collect())
}

/// URN, name, kind and whether closed of every school of the authority.
pub(super) async fn register(ctx: &Ctx) -> Result<Vec<(u32, String, Kind, bool)>> {
    let mut query = school::Entity::find()
        .filter(AsKnown::Now.condition(school::Column::KnownFrom, school::Column::KnownTo));
    if let Some(code) = ctx.org.organisation.la_code {
        query = query.filter(school::Column::LaCode.eq(i32::from(code)));
    }
    let rows = query.all(ctx.db()).await?;
    let one = |row: school::Model| {
        let kind = Kind::of(row.type_code.as_deref(), row.phase.as_deref());
        Some((u32::try_from(row.urn).ok()?, row.name, kind, row.status.as_deref() == Some("2")))
    };
    Ok(rows.into_iter().filter_map(one).collect())
}

fn one(urn: u32, row: Option<&school::Model>, known: &Schools, tally: &Tally, windows: usize) -> School {
    let named = known.school(urn);
    let counts = tally.of(Place::School(urn));
    let age = |age: Option<i32>| age.and_then(|age| u8::try_from(age).ok());
    School {
        urn,
        name: named.name,
        kind: Kind::of(
            row.and_then(|row| row.type_code.as_deref()),
            row.and_then(|row| row.phase.as_deref()),
        ),
        closed: row.is_some_and(|row| row.status.as_deref() == Some("2")),
        open_date: row.and_then(|row| row.open_date),
        close_date: row.and_then(|row| row.close_date),
        low_age: age(row.and_then(|row| row.low_age)),
        high_age: age(row.and_then(|row| row.high_age)),
        register_pupils: row.and_then(|row| row.pupils).and_then(|pupils| u32::try_from(pupils).ok()),
        register_free_meals: row
            .and_then(|row| row.fsm_percent)
            .filter(|percent| (0.0..=100.0).contains(percent)),
        easting: row.and_then(|row| row.easting),
        northing: row.and_then(|row| row.northing),
        previous: named.previous,
        counts: counts.map_or_else(|| vec![[0; MEASURES]; windows], <[_]>::to_vec),
    }
}

/// The kind of a school by its present URN or by one that another school followed.
pub(crate) async fn kind_of(ctx: &Ctx, urn: u32) -> Result<Option<Kind>> {
    let known = Schools::load(ctx.db(), ctx.org.organisation.la_code).await?;
    let Ok(current) = i32::try_from(known.book.current(urn)) else { return Ok(None) };
    let row = school::Entity::find()
        .filter(AsKnown::Now.condition(school::Column::KnownFrom, school::Column::KnownTo))
        .filter(school::Column::Urn.eq(current))
        .one(ctx.db())
        .await?;
    Ok(row.map(|row| Kind::of(row.type_code.as_deref(), row.phase.as_deref())))
}
