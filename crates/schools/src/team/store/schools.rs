//! What the register says of the schools where the team works.

use std::collections::BTreeMap;

use platform::Result;
use record::{entity::school, known::AsKnown};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _};

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
