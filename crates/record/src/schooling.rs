//! Where a child goes to school now, as the latest live school census of a matching pupil number says.

use platform::{
    Ctx, Result,
    clock::date_in_words,
    policy::{DataClass, Shown, may_see},
};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use crate::{
    access::Opened,
    entity::{roll_entry, school, school_alias},
    known::AsKnown,
};

/// The school of an open record, with its URN and the census day that says so. Where the latest word is that the
/// child has left a school, it says that.
pub async fn of_child(ctx: &Ctx, child: &Opened) -> Result<Shown<String>> {
    if !may_see(&ctx.actor, DataClass::Whereabouts) {
        return Ok(Shown::Hidden);
    }
    let person = &child.identity().person;
    let numbers: Vec<String> = [&person.upn, &person.former_upn]
        .into_iter()
        .flatten()
        .map(|number| number.trim().to_ascii_uppercase())
        .filter(|number| !number.is_empty())
        .collect();
    if numbers.is_empty() {
        return Ok(Shown::Unknown);
    }
    let whose = Condition::any()
        .add(roll_entry::Column::Upn.is_in(numbers.iter().map(String::as_str)))
        .add(roll_entry::Column::FormerUpn.is_in(numbers.iter().map(String::as_str)));
    let rows = roll_entry::Entity::find()
        .filter(whose)
        .filter(AsKnown::Now.condition(roll_entry::Column::KnownFrom, roll_entry::Column::KnownTo))
        .order_by_asc(roll_entry::Column::CensusDay)
        .order_by_asc(roll_entry::Column::Id)
        .all(ctx.db())
        .await?;
    let Some(latest) = rows.iter().rfind(|row| row.list == "on").or_else(|| rows.last()) else {
        return Ok(Shown::Unknown);
    };
    let school = school_of(ctx, latest).await?;
    let left = rows
        .iter()
        .filter(|row| row.list == "off" && row.school_key == latest.school_key)
        .filter_map(|row| row.leaving_date)
        .filter(|left| *left >= latest.census_day || latest.list == "off")
        .max();
    Ok(Shown::Value(match left {
        Some(left) => format!("{school}, left on {}", date_in_words(left)),
        None => format!("{school}, on the roll on {}", date_in_words(latest.census_day)),
    }))
}

/// The school that a row speaks of: by URN, by what people said that its identifier means, by authority and
/// establishment number.
async fn school_of(ctx: &Ctx, row: &roll_entry::Model) -> Result<String> {
    let known = || AsKnown::Now.condition(school::Column::KnownFrom, school::Column::KnownTo);
    let alias = school_alias::Entity::find_by_id(row.school_key.clone()).one(ctx.db()).await?;
    let urn = row.urn.or_else(|| alias.map(|alias| alias.urn)).or_else(|| row.school_key.parse().ok());
    let mut found = None;
    if let Some(urn) = urn {
        found =
            school::Entity::find().filter(school::Column::Urn.eq(urn)).filter(known()).one(ctx.db()).await?;
    }
    if let (None, Some(laestab)) = (&found, row.laestab) {
        let by = school::Column::Laestab.eq(laestab);
        found = school::Entity::find()
            .filter(by)
            .filter(known())
            .order_by_desc(school::Column::Urn)
            .one(ctx.db())
            .await?;
    }
    Ok(match found {
        Some(school) => format!("{} (URN {})", school.name, school.urn),
        None => format!("A school that is not in the register ({})", row.school_key),
    })
}
