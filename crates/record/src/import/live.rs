//! The live rows of a slot by key, and the rows that an unfinished import has already written.

use std::collections::{HashMap, HashSet};

use futures::TryStreamExt as _;
use platform::Result;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _, Select,
    StreamTrait,
};
use uuid::Uuid;

use super::{
    diff::LiveRow,
    entry::key,
    slot::{Kind, Slot, term_slug},
};
use crate::{
    entity::{fsm_period, person_return, roll_entry, school, school_link},
    known::AsKnown,
};

/// Which rows of a table are meant.
#[derive(Clone, Copy)]
enum Which {
    /// Those that are live in the slot.
    Live(Slot),
    /// Those that this import has written and that are not visible yet.
    Written(Uuid, Kind),
}

/// The live rows of a slot by key. About 150 bytes each are held.
pub(super) async fn rows(
    db: &(impl ConnectionTrait + StreamTrait),
    slot: Slot,
) -> Result<HashMap<String, LiveRow>> {
    let mut all = HashMap::new();
    each(db, Which::Live(slot), |key, row| {
        all.insert(key, row);
    })
    .await?;
    Ok(all)
}

/// The keys of the rows that an import has written so far.
pub(super) async fn written(
    db: &(impl ConnectionTrait + StreamTrait),
    import: Uuid,
    kind: Kind,
) -> Result<HashSet<String>> {
    let mut all = HashSet::new();
    each(db, Which::Written(import, kind), |key, _| {
        all.insert(key);
    })
    .await?;
    Ok(all)
}

macro_rules! select {
    ($module:ident, $which:expr, $($column:ident),*) => {{
        use $module::Column;
        let query = $module::Entity::find().select_only();
        $(let query = query.column(Column::$column);)*
        let query: Select<$module::Entity> = match $which {
            Which::Live(_) => query.filter(AsKnown::Now.condition(Column::KnownFrom, Column::KnownTo)),
            Which::Written(import, _) => {
                query.filter(Column::ImportFileId.eq(import)).filter(Column::KnownFrom.is_null())
            }
        };
        query
    }};
}

async fn each(
    db: &(impl ConnectionTrait + StreamTrait),
    which: Which,
    mut take: impl FnMut(String, LiveRow),
) -> Result<()> {
    let (kind, slot) = match which {
        Which::Live(slot) => (slot.kind(), Some(slot)),
        Which::Written(_, kind) => (kind, None),
    };
    let term = slot.and_then(Slot::term).map(term_slug);
    match kind {
        Kind::Cin => {
            let mut query = select!(person_return, which, Id, ContentHash, LaChildId, Occurrence);
            if let Some(year) = slot.and_then(Slot::year) {
                query = query.filter(person_return::Column::CollectionYear.eq(i32::from(year.closing())));
            }
            let mut rows = query.into_tuple::<(Uuid, String, String, i32)>().stream(db).await?;
            while let Some((id, hash, child, occurrence)) = rows.try_next().await? {
                take(key(&[&child], occurrence), LiveRow { id, hash, part: None });
            }
        }
        Kind::RollOn | Kind::RollOff => {
            let mut query = select!(roll_entry, which, Id, ContentHash, SchoolKey, SourceRowId, Occurrence);
            if let Some(term) = term {
                let list = if kind == Kind::RollOn { "on" } else { "off" };
                query =
                    query.filter(roll_entry::Column::Term.eq(term)).filter(roll_entry::Column::List.eq(list));
            }
            let mut rows = query.into_tuple::<(Uuid, String, String, String, i32)>().stream(db).await?;
            while let Some((id, hash, school, row, occurrence)) = rows.try_next().await? {
                take(key(&[&school, &row], occurrence), LiveRow { id, hash, part: Some(school) });
            }
        }
        Kind::Fsm => {
            let mut query =
                select!(fsm_period, which, Id, ContentHash, SchoolKey, PupilRowId, SourceRowId, Occurrence);
            if let Some(term) = term {
                query = query.filter(fsm_period::Column::Term.eq(term));
            }
            let mut rows =
                query.into_tuple::<(Uuid, String, String, String, String, i32)>().stream(db).await?;
            while let Some((id, hash, school, pupil, row, occurrence)) = rows.try_next().await? {
                take(key(&[&school, &pupil, &row], occurrence), LiveRow { id, hash, part: Some(school) });
            }
        }
        Kind::Gias => {
            let query = select!(school, which, Id, ContentHash, Urn);
            let mut rows = query.into_tuple::<(Uuid, String, i32)>().stream(db).await?;
            while let Some((id, hash, urn)) = rows.try_next().await? {
                take(key(&[&urn.to_string()], 1), LiveRow { id, hash, part: None });
            }
        }
        Kind::GiasLinks => {
            let query = select!(school_link, which, Id, ContentHash, Urn, LinkUrn, LinkType);
            let mut rows = query.into_tuple::<(Uuid, String, i32, i32, String)>().stream(db).await?;
            while let Some((id, hash, urn, link, kind)) = rows.try_next().await? {
                let urn = urn.to_string();
                take(key(&[&urn, &link.to_string(), &kind], 1), LiveRow { id, hash, part: Some(urn) });
            }
        }
    }
    Ok(())
}
