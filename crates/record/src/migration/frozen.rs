//! Tables whose rows are written once: the database itself refuses to change or remove them.
//!
//! A frozen record is worth something only where nobody can alter it later, whatever program they use. Triggers say no
//! to every UPDATE and DELETE; a hash in the row shows what was done by somebody who took the triggers away.

use sea_orm_migration::{
    prelude::SchemaManager,
    sea_orm::{ConnectionTrait as _, DbBackend, DbErr},
};

/// Lets rows of a table be added, and nothing else. For the migration that creates the table or a later one; `table` is a
/// name from code, never from people.
///
/// # Errors
/// When the database refuses.
pub async fn freeze(manager: &SchemaManager<'_>, table: &'static str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let statements = match manager.get_database_backend() {
        DbBackend::Postgres => vec![
            format!(
                "CREATE FUNCTION {table}_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ \
                 BEGIN RAISE EXCEPTION '{table} is frozen: its rows cannot be changed or removed'; END $$"
            ),
            format!(
                "CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} \
                 FOR EACH ROW EXECUTE FUNCTION {table}_is_frozen()"
            ),
        ],
        _ => ["UPDATE", "DELETE"]
            .map(|what| {
                format!(
                    "CREATE TRIGGER {table}_frozen_{what} BEFORE {what} ON {table} \
                     BEGIN SELECT RAISE(ABORT, '{table} is frozen: its rows cannot be changed or removed'); END"
                )
            })
            .to_vec(),
    };
    for statement in statements {
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}
