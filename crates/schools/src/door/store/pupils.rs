//! Pupils of whom somebody spoke, and the children of the record that they are.

use std::collections::{BTreeSet, HashMap};

use platform::Result;
use record::entity::{person, roll_entry};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    sea_query::Expr,
};
use uuid::Uuid;

use super::key;
use crate::door::{
    entity::pupil_outline::{Column, Entity, Model},
    model::names::plain,
};

/// Identifiers in one query.
const AT_ONCE: usize = 500;

/// A record, its number, its former number, and the record that it was merged into.
type Numbers = (Uuid, Option<String>, Option<String>, Option<Uuid>);

/// These pupils.
pub(crate) async fn by_id(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
    let mut all = HashMap::new();
    for some in ids.chunks(AT_ONCE) {
        let rows = Entity::find().filter(Column::Id.is_in(some.iter().copied())).all(db).await?;
        all.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(all)
}

/// The pupil of this row of the roll, where the school or its worker spoke of them before.
pub(crate) async fn known(
    db: &impl ConnectionTrait,
    urn: u32,
    entry: &roll_entry::Model,
) -> Result<Option<Model>> {
    let mut same = Condition::any().add(Column::RollEntryId.eq(entry.id));
    if let Some(upn) = &entry.upn {
        same = same.add(Column::Upn.eq(upn.as_str()));
    }
    Ok(Entity::find().filter(Column::Urn.eq(key(urn))).filter(same).one(db).await?)
}

/// The record of each person with one of these pupil numbers; a number that two records have is left out, for nobody
/// can say which of them is meant. Merged records count as the one that stays.
pub(crate) async fn by_number(
    db: &impl ConnectionTrait,
    numbers: &[String],
) -> Result<HashMap<String, Uuid>> {
    let mut found: HashMap<String, BTreeSet<Uuid>> = HashMap::new();
    for some in numbers.chunks(AT_ONCE) {
        let rows: Vec<Numbers> = person::Entity::find()
            .select_only()
            .columns([
                person::Column::Id,
                person::Column::Upn,
                person::Column::FormerUpn,
                person::Column::MergedInto,
            ])
            .filter(
                Condition::any()
                    .add(person::Column::Upn.is_in(some.iter().cloned()))
                    .add(person::Column::FormerUpn.is_in(some.iter().cloned())),
            )
            .into_tuple()
            .all(db)
            .await?;
        for (id, upn, former, merged) in rows {
            for number in [upn, former].into_iter().flatten() {
                found.entry(number).or_default().insert(merged.unwrap_or(id));
            }
        }
    }
    let one = |ids: BTreeSet<Uuid>| if ids.len() == 1 { ids.first().copied() } else { None };
    Ok(found.into_iter().filter_map(|(number, ids)| Some((number, one(ids)?))).collect())
}

/// The children of the record that these pupils are, as far as it is known.
pub(crate) async fn people(
    db: &impl ConnectionTrait,
    pupils: impl IntoIterator<Item = &Model>,
) -> Result<HashMap<Uuid, Uuid>> {
    let pupils: Vec<&Model> = pupils.into_iter().collect();
    let numbers: Vec<String> = pupils.iter().filter_map(|pupil| pupil.upn.clone()).collect();
    let by_number = by_number(db, &numbers).await?;
    let of = |pupil: &Model| {
        pupil.person_id.or_else(|| pupil.upn.as_ref().and_then(|upn| by_number.get(upn)).copied())
    };
    Ok(pupils.into_iter().filter_map(|pupil| Some((pupil.id, of(pupil)?))).collect())
}

/// The pupils that a child of the record is, by every record of the child and its pupil numbers.
pub(crate) async fn of_person(db: &impl ConnectionTrait, child: Uuid) -> Result<Vec<Model>> {
    let records: Vec<(Uuid, Option<String>, Option<String>)> = person::Entity::find()
        .select_only()
        .columns([person::Column::Id, person::Column::Upn, person::Column::FormerUpn])
        .filter(Condition::any().add(person::Column::Id.eq(child)).add(person::Column::MergedInto.eq(child)))
        .into_tuple()
        .all(db)
        .await?;
    let ids: Vec<Uuid> = records.iter().map(|(id, ..)| *id).collect();
    let numbers: Vec<String> =
        records.into_iter().flat_map(|(_, upn, former)| [upn, former]).flatten().collect();
    let one = Condition::any().add(Column::PersonId.is_in(ids)).add(Column::Upn.is_in(numbers));
    let found = Entity::find().filter(one).all(db).await?;
    // A number that another record has too does not say whose it is.
    let people = people(db, &found).await?;
    let mut theirs = vec![];
    for pupil in found {
        let Some(id) = people.get(&pupil.id) else { continue };
        let survivor = person::Entity::find_by_id(*id).one(db).await?;
        if survivor.is_some_and(|person| person.merged_into.unwrap_or(person.id) == child) {
            theirs.push(pupil);
        }
    }
    Ok(theirs)
}

/// Says which child of the record a pupil is.
pub(crate) async fn confirm(
    transaction: &sea_orm::DatabaseTransaction,
    pupil: Uuid,
    child: Uuid,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::PersonId, Expr::value(Some(child)))
        .filter(Column::Id.eq(pupil))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Children of the record with the name and date of birth of a pupil who has no number: for a person to confirm.
pub(crate) async fn alike(db: &impl ConnectionTrait, pupil: &Model) -> Result<Vec<Uuid>> {
    let (Some(dob), None) = (pupil.dob, &pupil.upn) else { return Ok(vec![]) };
    let rows = person::Entity::find()
        .filter(person::Column::Dob.eq(dob))
        .filter(person::Column::MergedInto.is_null())
        .all(db)
        .await?;
    let name = |forename: &str, surname: &str| (plain(forename), plain(surname));
    let wanted = name(&pupil.forename, &pupil.surname);
    Ok(rows
        .into_iter()
        .filter(|row| {
            let text = |text: &Option<String>| text.as_deref().unwrap_or_default().to_owned();
            name(&text(&row.forename), &text(&row.surname)) == wanted
        })
        .map(|row| row.id)
        .collect())
}
