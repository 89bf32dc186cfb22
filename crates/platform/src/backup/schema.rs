//! Which tables there are: those that are registered, and those that the database has.

use std::{collections::BTreeSet, sync::Arc};

use sea_orm::{
    ConnectionTrait, DbBackend, ExprTrait as _,
    sea_query::{Expr, Func, Query},
};
use sea_orm_migration::MigrationTrait;

use crate::{Result, capability::Capability, db::dump::TableDump};

/// The table in which applied migrations are written down; the manifest carries its content.
const MIGRATIONS: &str = "schema_migration";

/// The whole schema: the parts of every capability, in order.
pub struct Schema {
    /// The migrations, in order.
    pub migrations: Vec<Box<dyn MigrationTrait>>,
    /// The tables, parents before children.
    pub tables: Vec<TableDump>,
}

impl Schema {
    /// The schema of these capabilities, the platform's own among them.
    pub fn of(capabilities: &[Arc<dyn Capability>]) -> Self {
        Self {
            migrations: capabilities.iter().flat_map(|capability| capability.migrations()).collect(),
            tables: capabilities.iter().flat_map(|capability| capability.tables()).collect(),
        }
    }

    /// The names of the migrations, sorted.
    pub(super) fn migration_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.migrations.iter().map(|m| m.name().to_owned()).collect();
        names.sort();
        names
    }
}

/// Where the registered tables and the database's own differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unregistered {
    /// Tables that a backup would leave out.
    pub in_database_only: Vec<String>,
    /// Tables that are registered but do not exist.
    pub registered_only: Vec<String>,
}

/// Compares the registered tables with those of a migrated database; a test holds both lists empty.
pub async fn unregistered(connection: &impl ConnectionTrait, tables: &[TableDump]) -> Result<Unregistered> {
    let query = match connection.get_database_backend() {
        DbBackend::Postgres => Query::select()
            .expr_as(Expr::col("table_name").cast_as("text"), "name")
            .from(("information_schema", "tables"))
            .and_where(Expr::col("table_schema").eq(Func::cust("current_schema")))
            .and_where(Expr::col("table_type").eq("BASE TABLE"))
            .to_owned(),
        _ => Query::select()
            .column("name")
            .from("sqlite_master")
            .and_where(Expr::col("type").eq("table"))
            .and_where(Expr::col("name").not_like("sqlite_%"))
            .to_owned(),
    };
    let mut found = BTreeSet::new();
    for row in connection.query_all(&query).await? {
        found.insert(row.try_get::<String>("", "name")?);
    }
    found.remove(MIGRATIONS);
    let registered: BTreeSet<String> = tables.iter().map(|table| table.name.clone()).collect();
    Ok(Unregistered {
        in_database_only: found.difference(&registered).cloned().collect(),
        registered_only: registered.difference(&found).cloned().collect(),
    })
}

/// The migrations applied, sorted, as this connection sees them; empty where there is no table of them yet.
pub(super) async fn applied(connection: &impl ConnectionTrait) -> Result<Vec<String>> {
    let lines = Query::select().column("name").from(MIGRATIONS).to_owned();
    let rows = connection.query_all(&lines).await?;
    let mut names = rows.iter().map(|row| row.try_get("", "name")).collect::<Result<Vec<String>, _>>()?;
    names.sort();
    Ok(names)
}
