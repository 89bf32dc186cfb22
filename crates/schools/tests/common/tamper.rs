//! Somebody with the keys of the database.

use platform::testing::TestOrg;
use sea_orm::{ConnectionTrait as _, Database};

/// A change behind the program's back; the database's words where it refuses.
pub(crate) async fn tamper(org: &TestOrg, sql: &str) -> Result<(), String> {
    let second = Database::connect(&org.address).await.unwrap();
    let done = second.execute_unprepared(sql).await.map(|_| ()).map_err(|error| error.to_string());
    second.close().await.unwrap();
    done
}

/// Takes away what refuses changes, as a thief would.
pub(crate) async fn unlock(org: &TestOrg, table: &str) {
    let sql = match org.engine {
        "sqlite" => format!("DROP TRIGGER {table}_frozen_UPDATE"),
        _ => format!("DROP TRIGGER {table}_frozen ON {table}"),
    };
    tamper(org, &sql).await.unwrap();
}
