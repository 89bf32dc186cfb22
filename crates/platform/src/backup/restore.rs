//! Putting a backup into an empty database, on either engine.

use std::path::Path;

use sea_orm::{
    ConnectionTrait as _, DatabaseTransaction,
    sea_query::{Alias, Query},
};

use super::{
    Summary, constraints,
    format::{Reader, TableEnd, corrupt, inspect, key_check},
    schema::Schema,
};
use crate::{
    Error, Result,
    audit::{
        entry::Chain,
        verify::{Report, verify},
    },
    clock::Clock,
    db::{
        Database,
        dump::TableDump,
        migrate::{applied, is_empty, migrate},
    },
    secrets::Keys,
};

/// What was restored, and what a walk of the two chains found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the backup held, all of which is now in the database.
    pub summary: Summary,
    /// The chains. Faults here were in the database that was backed up: its rows are restored as they were.
    pub chains: Vec<Report>,
}

/// Restores a backup into an empty database: all of it, or nothing.
///
/// The whole file is verified before the first row is written, and every table again while it is. Fails with
/// [`Error::Invalid`] for another master key or another organisation's, a database that holds something, and
/// a backup of another version's schema (restore it with that version, then start this one on the result).
pub async fn restore(
    path: &Path,
    database: &Database,
    keys: &Keys,
    schema: &Schema,
    clock: &dyn Clock,
) -> Result<Restored> {
    let summary = inspect(path)?;
    if summary.manifest.key_check != key_check(keys) {
        return Err(Error::invalid(
            "master key",
            format!(
                "it is not the one under which this backup of `{}` was made; put back the master.key that was kept with it, and restore under the same organisation's name",
                summary.manifest.organisation.slug
            ),
        ));
    }
    if summary.manifest.migrations != schema.migration_names() {
        return Err(Error::invalid(
            "backup",
            "another version of Nearhand made it; restore it with that version, then start this version",
        ));
    }
    let fresh = applied(database.writer()).await?.is_empty();
    if !fresh {
        refuse_unless_empty(database, schema).await?;
    }
    migrate(database, &schema.migrations, clock).await?;
    let transaction = database.begin().await?;
    if fresh {
        // Rows that a migration itself puts into a new database come with the backup.
        clear(&transaction, schema).await?;
    }
    let put_off = constraints::put_off(&transaction).await?;
    let tables = fill(&transaction, path, schema).await?;
    if tables != summary.tables {
        return Err(corrupt("it changed while it was being restored"));
    }
    constraints::check(&transaction, &put_off).await?;
    transaction.commit().await?;
    let mut chains = Vec::new();
    for chain in Chain::ALL {
        let report = verify(database, keys, chain).await?;
        let backed_up = summary.tables.iter().find(|table| table.end == chain.table());
        if backed_up.is_none_or(|table| table.rows != report.entries) {
            return Err(corrupt(format!("the {} chain has not as many entries as it holds", chain.slug())));
        }
        chains.push(report);
    }
    Ok(Restored { summary, chains })
}

async fn refuse_unless_empty(database: &Database, schema: &Schema) -> Result<()> {
    for table in &schema.tables {
        // A table that is not there yet holds nothing: an older schema is brought up to date next.
        if is_empty(database.read(), &table.name).await.is_ok_and(|empty| !empty) {
            return Err(Error::invalid(
                "database",
                format!("it is not empty (`{}` has rows); restore into a new one", table.name),
            ));
        }
    }
    Ok(())
}

async fn clear(transaction: &DatabaseTransaction, schema: &Schema) -> Result<()> {
    for table in schema.tables.iter().rev() {
        let all = Query::delete().from_table(Alias::new(&table.name)).to_owned();
        transaction.execute(&all).await?;
    }
    Ok(())
}

async fn fill(transaction: &DatabaseTransaction, path: &Path, schema: &Schema) -> Result<Vec<TableEnd>> {
    let mut reader = Reader::open(path)?;
    let mut done = Vec::new();
    while let Some(name) = reader.next_table()? {
        let table: &TableDump =
            schema.tables.iter().find(|table| table.name == name).ok_or_else(|| {
                corrupt(format!("it holds a table `{name}` that this version does not know"))
            })?;
        let mut rows = || reader.next_row();
        let count = table.read(transaction, &mut rows).await?;
        let end = reader.table_end()?;
        if end.rows != count {
            return Err(corrupt(format!("table {name} was not restored whole")));
        }
        done.push(end);
    }
    let left_out = schema.tables.iter().find(|table| !done.iter().any(|end| end.end == table.name));
    match left_out {
        Some(table) => Err(corrupt(format!("it does not hold the table `{}`", table.name))),
        None => Ok(done),
    }
}
