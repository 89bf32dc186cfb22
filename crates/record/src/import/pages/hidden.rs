//! Children of whom a page of imports may say no more than that there is a restricted record, and the looks at
//! the others.

use std::collections::{HashMap, HashSet};

use platform::{
    Ctx, Result,
    audit::{Look, Subject},
    policy::{Action, Object, Restriction, decide},
};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde_json::json;
use uuid::Uuid;

use crate::{
    access,
    entity::{person, restriction, roll_entry},
    people::identity::survivors,
};

/// Identifiers asked for with one query.
const AT_ONCE: usize = 500;
/// What stands in place of a restricted record.
pub(super) const RESTRICTED: &str = "A restricted record";

/// Identifiers by which a file may name a child whose record is shut to the actor.
#[derive(Debug, Default)]
pub(super) struct Hidden(HashSet<String>);

impl Hidden {
    /// Loads them for the actor: the council's own child number, pupil numbers, and rows of roll tables.
    pub(super) async fn load(ctx: &Ctx) -> Result<Self> {
        let mut keys = HashSet::new();
        for some in shut(ctx).await?.chunks(AT_ONCE) {
            let people = person::Entity::find()
                .filter(
                    Condition::any()
                        .add(person::Column::Id.is_in(some.iter().copied()))
                        .add(person::Column::MergedInto.is_in(some.iter().copied())),
                )
                .all(ctx.db())
                .await?;
            let mut numbers = HashSet::new();
            for person in people {
                keys.insert(key(&person.la_child_id));
                numbers.extend([person.upn, person.former_upn].into_iter().flatten());
            }
            let rows: Vec<String> = roll_entry::Entity::find()
                .select_only()
                .column(roll_entry::Column::SourceRowId)
                .filter(
                    Condition::any()
                        .add(roll_entry::Column::Upn.is_in(numbers.iter().cloned()))
                        .add(roll_entry::Column::FormerUpn.is_in(numbers.iter().cloned())),
                )
                .into_tuple()
                .all(ctx.db())
                .await?;
            keys.extend(rows.iter().map(|row| key(row)));
            keys.extend(numbers.iter().map(|number| key(number)));
        }
        Ok(Self(keys))
    }

    /// Whether any of these texts names a child whose record is shut.
    pub(super) fn names<'a>(&self, texts: impl IntoIterator<Item = Option<&'a str>>) -> bool {
        texts.into_iter().flatten().any(|text| self.0.contains(&key(text)))
    }
}

fn key(text: &str) -> String {
    text.trim().to_ascii_uppercase()
}

/// The children whose records are restricted and not open to the actor, as the policy decides. A restriction
/// that was lifted is told apart by the facts, which know what holds today.
async fn shut(ctx: &Ctx) -> Result<Vec<Uuid>> {
    let restricted: Vec<Uuid> = restriction::Entity::find()
        .select_only()
        .column(restriction::Column::PersonId)
        .distinct()
        .into_tuple()
        .all(ctx.db())
        .await?;
    let children = survivors(ctx.db(), &restricted).await?;
    let facts = access::facts(ctx, &children).await?;
    let shut = facts.into_iter().filter(|(_, facts)| {
        facts.restriction != Restriction::None
            && !decide(&ctx.actor, Action::ViewOutline, Object::Child(*facts)).is_allowed()
    });
    Ok(shut.map(|(child, _)| child).collect())
}

/// Stores the looks at a list that names children by these keys, before it is shown: one at the import, and
/// one at every child of them that the record knows. Gives the children by key.
pub(super) async fn look(
    ctx: &Ctx,
    import: Uuid,
    list: &str,
    keys: impl IntoIterator<Item = &str>,
) -> Result<HashMap<String, Uuid>> {
    let keys: HashSet<&str> = keys.into_iter().collect();
    let all: Vec<&str> = keys.iter().copied().collect();
    let mut known = HashMap::new();
    for some in all.chunks(AT_ONCE) {
        let people: Vec<(String, Uuid)> = person::Entity::find()
            .select_only()
            .columns([person::Column::LaChildId, person::Column::Id])
            .filter(person::Column::LaChildId.is_in(some.iter().copied()))
            .into_tuple()
            .all(ctx.db())
            .await?;
        known.extend(people);
    }
    let of = |subject| Look {
        action: Action::ViewImports,
        subject,
        reason: None,
        detail: json!({ "list": list, "import": import, "records": all.len() }),
    };
    let mut looks = vec![of(Subject::of("import", import))];
    looks.extend(known.values().map(|person| of(Subject::person(*person))));
    ctx.look(looks).await?;
    Ok(known)
}
