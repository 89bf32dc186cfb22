//! Who a child is: the survivor of merged records, with what the merged ones know.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike as _, NaiveDate};
use platform::Result;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use crate::{
    entity::{merge_event, person},
    model::Status,
};

/// How many identifiers go into one query.
pub(crate) const AT_ONCE: usize = 500;

/// Who a child is, one or several records of the same child taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The record that stays, with the fields in which a merged one is believed already put in place.
    pub person: person::Model,
    /// The records merged into it.
    pub merged: Vec<Uuid>,
}

impl Identity {
    /// The survivor and every record merged into it.
    pub(crate) fn ids(&self) -> Vec<Uuid> {
        std::iter::once(self.person.id).chain(self.merged.iter().copied()).collect()
    }

    /// Forename and surname as far as they are known; `None` where neither is.
    pub(crate) fn name(&self) -> Option<String> {
        name(&self.person)
    }

    /// Where the child stands.
    pub(crate) fn status(&self) -> Status {
        Status::from_slug(&self.person.status).unwrap_or(Status::NotInReturn)
    }
}

/// Forename and surname as far as they are known; `None` where neither is.
pub(crate) fn name(person: &person::Model) -> Option<String> {
    let parts: Vec<&str> =
        [&person.forename, &person.surname].into_iter().flatten().map(|part| part.trim()).collect();
    let name = parts.join(" ").trim().to_owned();
    (!name.is_empty()).then_some(name)
}

/// Fields of a record on which two merged records may disagree, by name, in the order of the page.
pub const FIELDS: [&str; 9] =
    ["forename", "surname", "dob", "sex", "ethnicity", "upn", "former_upn", "death_date", "disabilities"];

/// Puts what an absorbed record knows into the survivor: a field named in `choices` always, any other only
/// where the survivor has nothing. Where the child stands is taken from the later return.
pub(crate) fn absorb(survivor: &mut person::Model, absorbed: &person::Model, choices: &[String]) {
    let chosen = |field: &str| choices.iter().any(|choice| choice == field);
    macro_rules! take {
        ($($field:ident)*) => {$(
            if absorbed.$field.is_some() && (survivor.$field.is_none() || chosen(stringify!($field))) {
                survivor.$field.clone_from(&absorbed.$field);
            }
        )*};
    }
    take!(forename surname dob sex ethnicity upn former_upn death_date expected_dob upn_unknown);
    if survivor.disabilities == "[]" || chosen("disabilities") {
        survivor.disabilities.clone_from(&absorbed.disabilities);
    }
    if absorbed.latest_return > survivor.latest_return {
        survivor.status.clone_from(&absorbed.status);
        survivor.status_since = absorbed.status_since;
        survivor.latest_return = absorbed.latest_return;
    }
}

/// The record in which this one lives on: itself, or the one that it was merged into. `None` where there is
/// no such record.
pub(crate) async fn survivor(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Uuid>> {
    let found = person::Entity::find_by_id(id).one(db).await?;
    Ok(found.map(|person| person.merged_into.unwrap_or(person.id)))
}

/// The records in which these live on, in the same order, each once; unknown ones are left out.
pub(crate) async fn survivors(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut of: HashMap<Uuid, Uuid> = HashMap::new();
    for some in ids.chunks(AT_ONCE) {
        let rows: Vec<(Uuid, Option<Uuid>)> = person::Entity::find()
            .select_only()
            .columns([person::Column::Id, person::Column::MergedInto])
            .filter(person::Column::Id.is_in(some.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        of.extend(rows.into_iter().map(|(id, merged)| (id, merged.unwrap_or(id))));
    }
    let mut seen = HashSet::new();
    Ok(ids.iter().filter_map(|id| of.get(id)).filter(|id| seen.insert(**id)).copied().collect())
}

/// Every record of these children, each with its survivor.
pub(crate) async fn members(db: &impl ConnectionTrait, survivors: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
    let mut of: HashMap<Uuid, Uuid> = survivors.iter().map(|id| (*id, *id)).collect();
    for some in survivors.chunks(AT_ONCE) {
        let rows: Vec<(Uuid, Option<Uuid>)> = person::Entity::find()
            .select_only()
            .columns([person::Column::Id, person::Column::MergedInto])
            .filter(person::Column::MergedInto.is_in(some.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        of.extend(rows.into_iter().filter_map(|(id, into)| Some((id, into?))));
    }
    Ok(of)
}

/// Who these children are, by survivor. Not to be handed to a page: [`crate::access`] does that.
pub(crate) async fn load(db: &impl ConnectionTrait, survivors: &[Uuid]) -> Result<HashMap<Uuid, Identity>> {
    let mut all = HashMap::new();
    for some in survivors.chunks(AT_ONCE) {
        let rows = person::Entity::find()
            .filter(
                sea_orm::Condition::any()
                    .add(person::Column::Id.is_in(some.iter().copied()))
                    .add(person::Column::MergedInto.is_in(some.iter().copied())),
            )
            .all(db)
            .await?;
        let (stay, mut absorbed): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|person| person.merged_into.is_none());
        let mut choices = choices(db, &absorbed).await?;
        absorbed.sort_by_key(|person| person.id);
        for person in stay {
            all.insert(person.id, Identity { person, merged: vec![] });
        }
        for person in absorbed {
            let Some(identity) = person.merged_into.and_then(|into| all.get_mut(&into)) else { continue };
            absorb(&mut identity.person, &person, &choices.remove(&person.id).unwrap_or_default());
            identity.merged.push(person.id);
        }
    }
    Ok(all)
}

async fn choices(
    db: &impl ConnectionTrait,
    absorbed: &[person::Model],
) -> Result<HashMap<Uuid, Vec<String>>> {
    if absorbed.is_empty() {
        return Ok(HashMap::new());
    }
    let events = merge_event::Entity::find()
        .filter(merge_event::Column::AbsorbedId.is_in(absorbed.iter().map(|person| person.id)))
        .filter(merge_event::Column::UnmergedAt.is_null())
        .all(db)
        .await?;
    Ok(events
        .into_iter()
        .map(|event| (event.absorbed_id, serde_json::from_str(&event.choices).unwrap_or_default()))
        .collect())
}

/// Whole years on a day; `None` before birth.
pub fn age(dob: NaiveDate, on: NaiveDate) -> Option<u32> {
    let had_birthday = (on.month(), on.day()) >= (dob.month(), dob.day());
    let years = on.year() - dob.year() - i32::from(!had_birthday);
    u32::try_from(years).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_born_on_29_february_is_a_year_older_on_1_march() {
        let dob: NaiveDate = "2012-02-29".parse().unwrap();
        let on = |text: &str| age(dob, text.parse().unwrap());
        assert_eq!(on("2019-02-28"), Some(6));
        assert_eq!(on("2019-03-01"), Some(7));
        assert_eq!(on("2012-02-29"), Some(0));
        assert_eq!(on("2012-02-28"), None);
    }
}
