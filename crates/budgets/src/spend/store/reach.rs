//! Which children and families a worker or a pot has to do with.

use chrono::NaiveDate;
use record::entity::{family_member, involvements};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use super::AT_ONCE;
use crate::Result;

/// Children of one worker that are read at most.
const CHILDREN_MAX: u64 = 500;

/// The children that a worker holds on a day; not yet judged.
pub(crate) async fn children_of(
    db: &impl ConnectionTrait,
    worker: Uuid,
    today: NaiveDate,
) -> Result<Vec<Uuid>> {
    let running = Condition::any()
        .add(involvements::Column::EndDate.is_null())
        .add(involvements::Column::EndDate.gt(today));
    Ok(involvements::Entity::find()
        .select_only()
        .column(involvements::Column::PersonId)
        .distinct()
        .filter(involvements::Column::ProfessionalId.eq(worker))
        .filter(involvements::Column::StartDate.lte(today))
        .filter(running)
        .order_by_asc(involvements::Column::PersonId)
        .limit(CHILDREN_MAX)
        .into_tuple()
        .all(db)
        .await?)
}

/// The families of some children.
pub(crate) async fn families_of(db: &impl ConnectionTrait, children: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut all: Vec<Uuid> = Vec::new();
    for some in children.chunks(AT_ONCE) {
        let rows: Vec<Uuid> = family_member::Entity::find()
            .select_only()
            .column(family_member::Column::FamilyId)
            .distinct()
            .filter(family_member::Column::PersonId.is_in(some.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        all.extend(rows);
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// The children of a family; not yet judged.
pub(crate) async fn members_of(db: &impl ConnectionTrait, families: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>> {
    let mut all = Vec::new();
    for some in families.chunks(AT_ONCE) {
        let rows = family_member::Entity::find()
            .filter(family_member::Column::FamilyId.is_in(some.iter().copied()))
            .order_by_asc(family_member::Column::PersonId)
            .all(db)
            .await?;
        all.extend(rows.into_iter().map(|row| (row.family_id, row.person_id)));
    }
    Ok(all)
}

/// The child to whom each record belongs: itself, or the one that it was merged into.
pub(crate) async fn survivors(
    db: &impl ConnectionTrait,
    records: &[Uuid],
) -> Result<std::collections::HashMap<Uuid, Uuid>> {
    use record::entity::person;
    let mut all = std::collections::HashMap::new();
    for some in records.chunks(AT_ONCE) {
        let rows: Vec<(Uuid, Option<Uuid>)> = person::Entity::find()
            .select_only()
            .columns([person::Column::Id, person::Column::MergedInto])
            .filter(person::Column::Id.is_in(some.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        all.extend(rows.into_iter().map(|(id, merged)| (id, merged.unwrap_or(id))));
    }
    Ok(all)
}

/// Every record of these children: themselves, and those merged into them.
pub(crate) async fn records_of(db: &impl ConnectionTrait, children: &[Uuid]) -> Result<Vec<Uuid>> {
    use record::entity::person;
    let mut all = children.to_vec();
    for some in children.chunks(AT_ONCE) {
        let merged: Vec<Uuid> = person::Entity::find()
            .select_only()
            .column(person::Column::Id)
            .filter(person::Column::MergedInto.is_in(some.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        all.extend(merged);
    }
    Ok(all)
}

/// The names of users.
pub(crate) async fn names_of(
    db: &impl ConnectionTrait,
    users: &[Uuid],
) -> Result<std::collections::HashMap<Uuid, String>> {
    use platform::auth::store::user;
    let mut all = std::collections::HashMap::new();
    for some in users.chunks(AT_ONCE) {
        let rows: Vec<(Uuid, String)> = user::Entity::find()
            .select_only()
            .columns([user::Column::Id, user::Column::Name])
            .filter(user::Column::Id.is_in(some.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        all.extend(rows);
    }
    Ok(all)
}
