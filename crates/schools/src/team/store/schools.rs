//! What the register says of the schools where the team works.

use std::collections::BTreeMap;

use platform::Result;
use record::{entity::school, known::AsKnown};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::ExprTrait as _,
};

/// More schools than any authority has.
const SCHOOLS_MAX: u64 = 5_000;
/// The register's code for a school that is closed.
const CLOSED: &str = "2";

/// The names of schools; those that the register does not know are left out.
pub(crate) async fn names(db: &impl ConnectionTrait, urns: &[u32]) -> Result<BTreeMap<u32, String>> {
    let wanted = urns.iter().filter_map(|urn| i32::try_from(*urn).ok());
    let rows: Vec<(i32, String)> = school::Entity::find()
        .select_only()
        .columns([school::Column::Urn, school::Column::Name])
        .filter(AsKnown::Now.condition(school::Column::KnownFrom, school::Column::KnownTo))
        .filter(school::Column::Urn.is_in(wanted))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|(urn, name)| Some((u32::try_from(urn).ok()?, name))).collect())
}

/// The open schools of the authority (of all, where its number is not known), by name.
pub(crate) async fn open(db: &impl ConnectionTrait, la_code: Option<u16>) -> Result<Vec<(u32, String)>> {
    let mut query = school::Entity::find()
        .select_only()
        .columns([school::Column::Urn, school::Column::Name])
        .filter(AsKnown::Now.condition(school::Column::KnownFrom, school::Column::KnownTo))
        .filter(school::Column::Status.is_null().or(school::Column::Status.ne(CLOSED)));
    if let Some(code) = la_code {
        query = query.filter(school::Column::LaCode.eq(i32::from(code)));
    }
    let rows: Vec<(i32, String)> = query
        .order_by_asc(school::Column::Name)
        .order_by_asc(school::Column::Urn)
        .limit(SCHOOLS_MAX)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|(urn, name)| Some((u32::try_from(urn).ok()?, name))).collect())
}
