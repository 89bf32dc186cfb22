//! The keys under which people are found, kept in step with the record.

use std::collections::BTreeSet;

use platform::{Result, audit::Change};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, sea_query::OnConflict,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::name;
use crate::{
    duplicates::model::{Traits, keys},
    entity::{name_variant, person, person_indexed, person_key},
};

/// How many people are read at once.
const PEOPLE_AT_ONCE: u64 = 1_000;
/// How many rows go into one insert.
const ROWS_AT_ONCE: usize = 400;

/// What of a person duplicates are compared by.
pub(crate) fn traits(person: &person::Model) -> Traits {
    Traits {
        forename: person.forename.clone(),
        surname: person.surname.clone(),
        dob: person.dob,
        sex: person.sex.clone(),
        upn: person.upn.clone(),
        former_upn: person.former_upn.clone(),
    }
}

/// Version of the rules by which keys are made: another number makes every key anew.
const RULES: &str = "1";

fn digest(person: &person::Model) -> String {
    let mut hash = Sha256::new();
    let dob = person.dob.map(|dob| dob.to_string());
    let parts = [&person.forename, &person.surname, &dob, &person.upn, &person.former_upn];
    hash.update(RULES);
    for part in parts {
        match part {
            Some(text) => {
                hash.update([1]);
                hash.update(text.len().to_be_bytes());
                hash.update(text);
            }
            None => hash.update([0]),
        }
    }
    hex::encode(hash.finalize())
}

/// Brings the keys in step with the people of the record, within a change: whoever is new or has another name,
/// date of birth or pupil number since the last time. Gives how many were. The import calls it when it applies
/// a file.
pub async fn refresh(change: &Change<'_>) -> Result<u64> {
    let tx = change.tx();
    let mut after: Option<Uuid> = None;
    let mut count = 0;
    loop {
        let mut query = person::Entity::find().order_by_asc(person::Column::Id).limit(PEOPLE_AT_ONCE);
        if let Some(after) = after {
            query = query.filter(person::Column::Id.gt(after));
        }
        let people = query.all(tx).await?;
        let Some(last) = people.last() else { return Ok(count) };
        after = Some(last.id);
        count += some(tx, people).await?;
    }
}

async fn some(tx: &impl ConnectionTrait, people: Vec<person::Model>) -> Result<u64> {
    let ids: Vec<Uuid> = people.iter().map(|person| person.id).collect();
    let known: std::collections::HashMap<Uuid, String> = person_indexed::Entity::find()
        .filter(person_indexed::Column::PersonId.is_in(ids))
        .all(tx)
        .await?
        .into_iter()
        .map(|row| (row.person_id, row.digest))
        .collect();
    let changed: Vec<(person::Model, String)> = people
        .into_iter()
        .map(|person| {
            let digest = digest(&person);
            (person, digest)
        })
        .filter(|(person, digest)| known.get(&person.id) != Some(digest))
        .collect();
    if changed.is_empty() {
        return Ok(0);
    }
    let stale: Vec<Uuid> =
        changed.iter().map(|(person, _)| person.id).filter(|id| known.contains_key(id)).collect();
    if !stale.is_empty() {
        let old = person_key::Column::PersonId.is_in(stale.iter().copied());
        person_key::Entity::delete_many().filter(old).exec(tx).await?;
        let old = person_indexed::Column::PersonId.is_in(stale);
        person_indexed::Entity::delete_many().filter(old).exec(tx).await?;
    }
    let mut rows = Vec::new();
    let mut words = BTreeSet::new();
    for (person, _) in &changed {
        let names = [&person.forename, &person.surname].into_iter().flatten().map(String::as_str);
        let own = name::index_words(names);
        rows.extend(own.iter().map(|word| (format!("w:{word}"), person.id)));
        rows.extend(keys(&traits(person)).into_iter().map(|key| (key, person.id)));
        words.extend(own);
    }
    for rows in rows.chunks(ROWS_AT_ONCE) {
        let rows = rows
            .iter()
            .map(|(key, id)| person_key::Model { key: key.clone(), person_id: *id }.into_active_model());
        person_key::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    let variants: Vec<name_variant::Model> = words
        .iter()
        .flat_map(|word| {
            name::with_one_letter_less(word)
                .into_iter()
                .map(|variant| name_variant::Model { variant, word: word.clone() })
        })
        .collect();
    for rows in variants.chunks(ROWS_AT_ONCE) {
        let known = OnConflict::columns([name_variant::Column::Variant, name_variant::Column::Word])
            .do_nothing()
            .to_owned();
        let rows = rows.iter().map(|row| row.clone().into_active_model());
        name_variant::Entity::insert_many(rows).on_conflict(known).exec_without_returning(tx).await?;
    }
    let count = changed.len() as u64;
    for rows in changed.chunks(ROWS_AT_ONCE) {
        let rows = rows.iter().map(|(person, digest)| {
            person_indexed::Model { person_id: person.id, digest: digest.clone() }.into_active_model()
        });
        person_indexed::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(count)
}
