//! The schools that rolls name, as the table names them.

use std::collections::{BTreeMap, BTreeSet};

use platform::Result;
use record::{
    entity::school,
    known::AsKnown,
    roll::{SchoolBook, TableDays, table_days},
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseConnection, EntityTrait as _, QueryFilter as _,
    QuerySelect as _,
};

use crate::counts::model::table::School;

/// The record's book of schools, with what a table says of them.
pub(crate) struct Schools {
    /// Finds the school that a row means, and what it has become.
    pub(crate) book: SchoolBook,
    /// The census days in which each school took part.
    pub(crate) days: TableDays,
    phases: BTreeMap<u32, String>,
    earlier: BTreeMap<u32, BTreeSet<u32>>,
}

impl Schools {
    /// Reads schools, links, aliases and the days of rolls; phases and predecessors of one authority (of all,
    /// where its number is not known).
    pub(crate) async fn load(db: &DatabaseConnection, la_code: Option<u16>) -> Result<Self> {
        let book = SchoolBook::load(db).await?;
        let days = table_days(db, &book).await?;
        let mut schools = Self { book, days, phases: BTreeMap::new(), earlier: BTreeMap::new() };
        schools.of_authority(db, la_code).await?;
        Ok(schools)
    }

    async fn of_authority(&mut self, db: &impl ConnectionTrait, la_code: Option<u16>) -> Result<()> {
        let mut rows = school::Entity::find()
            .select_only()
            .columns([school::Column::Urn, school::Column::PhaseName])
            .filter(AsKnown::Now.condition(school::Column::KnownFrom, school::Column::KnownTo));
        if let Some(code) = la_code {
            rows = rows.filter(school::Column::LaCode.eq(i32::from(code)));
        }
        for (urn, phase) in rows.into_tuple::<(i32, Option<String>)>().all(db).await? {
            let Ok(urn) = u32::try_from(urn) else { continue };
            if let Some(phase) = phase {
                self.phases.insert(urn, phase);
            }
            let current = self.book.current(urn);
            if current != urn {
                self.earlier.entry(current).or_default().insert(urn);
            }
        }
        Ok(())
    }

    /// The school as the table names it.
    pub(crate) fn school(&self, urn: u32) -> School {
        let name = |urn: u32| {
            self.book.school(urn).map_or_else(|| format!("School {urn}"), |known| known.name.clone())
        };
        let previous = self.earlier.get(&urn).into_iter().flatten();
        School {
            urn,
            name: name(urn),
            phase: self.phases.get(&urn).cloned(),
            previous: previous.map(|urn| (*urn, name(*urn))).collect(),
        }
    }
}
