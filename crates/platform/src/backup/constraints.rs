//! Rows that refer to rows that come later (a person merged into another, a file that supersedes another):
//! while a backup is restored, foreign keys are checked once at the end instead of row by row.

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, FromQueryResult, Statement};

use crate::Result;

/// A foreign key of PostgreSQL, with names already quoted.
#[derive(Debug, FromQueryResult)]
pub(super) struct ForeignKey {
    table_name: String,
    constraint_name: String,
}

/// Puts the checks off. SQLite does so until the transaction ends; on PostgreSQL each constraint is made
/// deferrable for this transaction, and must be put back by [`check`].
pub(super) async fn put_off(transaction: &DatabaseTransaction) -> Result<Vec<ForeignKey>> {
    if transaction.get_database_backend() != DbBackend::Postgres {
        transaction.execute_unprepared("PRAGMA defer_foreign_keys = ON").await?;
        return Ok(vec![]);
    }
    let keys = ForeignKey::find_by_statement(Statement::from_string(
        DbBackend::Postgres,
        "SELECT conrelid::regclass::text AS table_name, quote_ident(conname) AS constraint_name \
         FROM pg_constraint \
         WHERE contype = 'f' AND NOT condeferrable AND connamespace = current_schema()::regnamespace",
    ))
    .all(transaction)
    .await?;
    for key in &keys {
        alter(transaction, key, "DEFERRABLE INITIALLY DEFERRED").await?;
    }
    Ok(keys)
}

/// Checks what was put off and makes the constraints what they were.
pub(super) async fn check(transaction: &DatabaseTransaction, keys: &[ForeignKey]) -> Result<()> {
    if transaction.get_database_backend() != DbBackend::Postgres {
        // SQLite checks when the transaction commits.
        return Ok(());
    }
    transaction.execute_unprepared("SET CONSTRAINTS ALL IMMEDIATE").await?;
    for key in keys {
        alter(transaction, key, "NOT DEFERRABLE").await?;
    }
    Ok(())
}

async fn alter(transaction: &DatabaseTransaction, key: &ForeignKey, what: &str) -> Result<()> {
    let ForeignKey { table_name, constraint_name } = key;
    let sql = format!("ALTER TABLE {table_name} ALTER CONSTRAINT {constraint_name} {what}");
    transaction.execute_unprepared(&sql).await?;
    Ok(())
}
