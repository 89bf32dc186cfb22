//! Pairs that share a key, found by the index and never by comparing everybody with everybody.

use std::collections::BTreeSet;

use platform::Result;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    sea_query::{Alias, Expr, ExprTrait as _, Func, Query},
};
use uuid::Uuid;

use super::model::BLOCK_MAX;
use crate::entity::{duplicate_decision, person, person_key};

/// So many pairs are weighed at most.
pub(super) const PAIRS_MAX: u64 = 20_000;

/// The two identifiers, the smaller first.
pub(super) fn in_order(a: Uuid, b: Uuid) -> (Uuid, Uuid) {
    if a <= b { (a, b) } else { (b, a) }
}

/// Pairs of records that live on, share a key that few share, and were not decided on; each pair once.
pub(super) async fn pairs(db: &impl ConnectionTrait) -> Result<BTreeSet<(Uuid, Uuid)>> {
    let (one, two) = (Alias::new("one"), Alias::new("two"));
    let key = person_key::Column::Key;
    let id = person_key::Column::PersonId;
    // Keys of duplicates stand before those of the search, which begin with `w:`.
    let shared = Query::select()
        .column(key)
        .from(person_key::Entity)
        .and_where(Expr::col(key).lt("w:"))
        .group_by_col(key)
        .and_having(Expr::expr(Func::count(Expr::col(id))).between(2, i64::try_from(BLOCK_MAX).unwrap_or(20)))
        .to_owned();
    let query = Query::select()
        .distinct()
        .expr_as(Expr::col((one.clone(), id)), "first_id")
        .expr_as(Expr::col((two.clone(), id)), "second_id")
        .from_as(person_key::Entity, one.clone())
        .join_as(
            sea_orm::JoinType::InnerJoin,
            person_key::Entity,
            two.clone(),
            Expr::col((one.clone(), key))
                .eq(Expr::col((two.clone(), key)))
                .and(Expr::col((one.clone(), id)).lt(Expr::col((two, id)))),
        )
        .and_where(Expr::col((one, key)).in_subquery(shared))
        .limit(PAIRS_MAX)
        .to_owned();
    let mut pairs = BTreeSet::new();
    for row in db.query_all(&query).await? {
        let (a, b): (Uuid, Uuid) = (row.try_get("", "first_id")?, row.try_get("", "second_id")?);
        pairs.insert(in_order(a, b));
    }
    let mut merged = BTreeSet::new();
    let ids: Vec<Uuid> =
        pairs.iter().flat_map(|(a, b)| [*a, *b]).collect::<BTreeSet<_>>().into_iter().collect();
    for some in ids.chunks(500) {
        let rows = person::Entity::find()
            .filter(person::Column::Id.is_in(some.iter().copied()))
            .filter(person::Column::MergedInto.is_not_null())
            .all(db)
            .await?;
        merged.extend(rows.into_iter().map(|person| person.id));
        let decided = duplicate_decision::Entity::find()
            .filter(duplicate_decision::Column::FirstId.is_in(some.iter().copied()))
            .all(db)
            .await?;
        for row in decided {
            pairs.remove(&(row.first_id, row.second_id));
        }
    }
    pairs.retain(|(a, b)| !merged.contains(a) && !merged.contains(b));
    Ok(pairs)
}
