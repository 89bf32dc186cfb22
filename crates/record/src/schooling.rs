//! Where a child goes to school now, as the latest live school census of a matching pupil number says.

use platform::{
    Ctx, Result,
    policy::{DataClass, Shown, may_see},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use crate::{
    access::Opened,
    entity::{roll_entry, school},
    known::AsKnown,
};

/// The school of an open record, with its URN and the term that says so.
pub async fn of_child(ctx: &Ctx, child: &Opened) -> Result<Shown<String>> {
    if !may_see(&ctx.actor, DataClass::Whereabouts) {
        return Ok(Shown::Hidden);
    }
    let person = &child.identity().person;
    let upns: Vec<String> = [&person.upn, &person.former_upn].into_iter().flatten().cloned().collect();
    if upns.is_empty() {
        return Ok(Shown::Unknown);
    }
    let known = AsKnown::Now;
    let entries = roll_entry::Entity::find()
        .filter(roll_entry::Column::Upn.is_in(upns))
        .filter(roll_entry::Column::List.eq("on"))
        .filter(known.condition(roll_entry::Column::KnownFrom, roll_entry::Column::KnownTo))
        .order_by_asc(roll_entry::Column::Id)
        .all(ctx.db())
        .await?;
    let Some(latest) = entries.into_iter().max_by_key(|entry| term_order(&entry.term)) else {
        return Ok(Shown::Unknown);
    };
    let Some(urn) = latest.urn else { return Ok(Shown::Unknown) };
    let name = school::Entity::find()
        .filter(school::Column::Urn.eq(urn))
        .filter(known.condition(school::Column::KnownFrom, school::Column::KnownTo))
        .one(ctx.db())
        .await?
        .map_or_else(|| "School not in the register".to_owned(), |school| school.name);
    Ok(Shown::Value(format!("{name} (URN {urn}), on the roll in {}", latest.term.replace('-', " "))))
}

/// Year and place in the year of a term's name, such as `2018-spring`; census terms follow each other as
/// spring, summer, autumn.
fn term_order(term: &str) -> (String, u8) {
    let (year, season) = term.split_once('-').unwrap_or((term, ""));
    let place = match season {
        "spring" => 1,
        "summer" => 2,
        "autumn" => 3,
        _ => 0,
    };
    (year.to_owned(), place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_follow_each_other_through_the_year() {
        let mut terms = ["2018-autumn", "2019-spring", "2018-spring", "2018-summer"];
        terms.sort_by_key(|term| term_order(term));
        assert_eq!(terms, ["2018-spring", "2018-summer", "2018-autumn", "2019-spring"]);
    }
}
