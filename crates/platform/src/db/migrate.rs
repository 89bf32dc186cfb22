//! One schema, applied in order, the same for both engines.

use sea_orm::{ConnectionTrait, DatabaseConnection};
use sea_orm_migration::{MigrationTrait, SchemaManager, sea_query};
use sea_query::{Alias, ColumnDef, Expr, Query, Table};

use super::Database;
use crate::{Error, Result, clock::Clock};

/// The table in which applied migrations are written down.
const APPLIED: &str = "schema_migration";

/// Applies what has not been applied yet, in the order given, each in a transaction of its own with the line
/// that says it was applied. Refuses a database that a newer version has touched.
///
/// The migrations come from the capabilities at run time, which SeaORM's own migrator (a type, not a value)
/// cannot take; the migrations themselves are SeaORM's.
pub async fn migrate(
    database: &Database,
    migrations: &[Box<dyn MigrationTrait>],
    clock: &dyn Clock,
) -> Result<usize> {
    let done = applied(database.writer()).await?;
    if let Some(unknown) = done.iter().find(|name| !migrations.iter().any(|m| m.name() == name.as_str())) {
        return Err(Error::invalid(
            "database",
            format!("a newer version of Nearhand has changed it (`{unknown}`); start that version instead"),
        ));
    }
    let mut count = 0;
    for migration in migrations.iter().filter(|m| !done.iter().any(|name| name == m.name())) {
        let transaction = database.begin().await?;
        migration.up(&SchemaManager::new(&transaction)).await?;
        let line = Query::insert()
            .into_table(APPLIED)
            .columns(["name", "applied_at"])
            .values_panic([migration.name().into(), clock.now().into()])
            .to_owned();
        transaction.execute(&line).await?;
        transaction.commit().await?;
        count += 1;
    }
    Ok(count)
}

/// The names of the migrations applied so far, oldest first.
pub async fn applied(connection: &DatabaseConnection) -> Result<Vec<String>> {
    let table = Table::create()
        .table(APPLIED)
        .if_not_exists()
        .col(ColumnDef::new("name").string().not_null().primary_key())
        .col(ColumnDef::new("applied_at").timestamp_with_time_zone().not_null())
        .to_owned();
    connection.execute(&table).await?;
    let lines =
        Query::select().column("name").from(APPLIED).order_by("name", sea_query::Order::Asc).to_owned();
    let rows = connection.query_all(&lines).await?;
    rows.iter().map(|row| Ok(row.try_get("", "name")?)).collect()
}

/// Whether a table holds no row.
pub(crate) async fn is_empty(connection: &impl ConnectionTrait, table: &str) -> Result<bool> {
    let any = Query::select().expr(Expr::val(1)).from(Alias::new(table)).limit(1).to_owned();
    Ok(connection.query_one(&any).await?.is_none())
}
