//! The schema: every registered table exists on both databases and carries its rows through a backup's lines.

use platform::{
    capability::Capability as _,
    testing::{on_both, with_platform},
};
use record::Record;
use sea_orm::{ConnectionTrait as _, TransactionTrait as _};

#[tokio::test]
async fn every_registered_table_exists_and_can_be_dumped() {
    on_both(
        || with_platform(Record.migrations()),
        async |org| {
            let transaction = org.org.database.read().begin().await.unwrap();
            for table in Record.tables() {
                let mut lines = Vec::new();
                let mut sink = |line: &[u8]| {
                    lines.push(line.to_vec());
                    Ok(())
                };
                assert_eq!(table.write(&transaction, &mut sink).await.unwrap(), 0, "{}", table.name);
            }
        },
    )
    .await;
}

#[tokio::test]
async fn no_table_is_left_out_of_the_backup() {
    on_both(
        || with_platform(Record.migrations()),
        async |org| {
            let names = match org.engine {
                "sqlite" => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
                _ => "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
            };
            let rows = org
                .org
                .database
                .read()
                .query_all_raw(sea_orm::Statement::from_string(org.org.database.backend(), names));
            let clock = std::sync::Arc::new(platform::clock::SystemClock);
            let platform = platform::capabilities(clock);
            let tables = platform.iter().flat_map(|one| one.tables()).chain(Record.tables());
            let mut registered: Vec<String> = tables.map(|table| table.name).collect();
            registered.push("schema_migration".to_owned());
            for row in rows.await.unwrap() {
                let name: String = row.try_get("", "name").unwrap();
                assert!(registered.contains(&name), "{name}");
            }
        },
    )
    .await;
}
