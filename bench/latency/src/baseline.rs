//! What a page stands on: the query of the child's rows, and one durable commit. The same driver and the same disk,
//! without policy, session, page or HTTP.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement};

use crate::{
    Result,
    figures::Figures,
    setting::{Child, Setting},
};

/// Where the facts about a child stand.
const TABLES: [&str; 9] = [
    "person_return",
    "cin_episodes",
    "cin_assessments",
    "cin_plans",
    "s47_enquiry",
    "initial_cp_conference",
    "cp_plans",
    "cp_reviews",
    "pre_proceedings",
];

/// Every row of a child.
pub(crate) async fn queries(
    setting: &Setting,
    connections: &[usize],
    requests: usize,
) -> Result<Vec<Figures>> {
    let database = setting.operator.db().clone();
    let children = Arc::new(setting.children.clone());
    let one = move |number: usize| {
        let (database, children) = (database.clone(), Arc::clone(&children));
        async move {
            let child = children.get(number % children.len()).ok_or("no children")?;
            rows_of(&database, child).await
        }
    };
    measured(connections, requests, one).await
}

async fn rows_of(database: &DatabaseConnection, child: &Child) -> Result<()> {
    let statement = |sql: String| Statement::from_sql_and_values(DbBackend::Sqlite, sql, [child.id.into()]);
    let person = database.query_all_raw(statement("SELECT * FROM person WHERE id = ?".to_owned())).await?;
    if person.len() != 1 {
        return Err("the query did not find the child".into());
    }
    for table in TABLES {
        database.query_all_raw(statement(format!("SELECT * FROM {table} WHERE person_id = ?"))).await?;
    }
    Ok(())
}

/// A row of the size of an access event, inserted and flushed to the disk, in a database beside the record.
pub(crate) async fn commits(
    setting: &Setting,
    connections: &[usize],
    requests: usize,
) -> Result<Vec<Figures>> {
    let path = setting.operator.org.folder.join("latency-probe.sqlite");
    let mut options = ConnectOptions::new(format!("sqlite:{}?mode=rwc", path.display()));
    // SQLite has one writer; more connections would only wait for each other in another place.
    options.max_connections(1).acquire_timeout(Duration::from_secs(60)).sqlx_logging(false);
    let database = Database::connect(options).await?;
    for statement in [
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "CREATE TABLE IF NOT EXISTS look (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL)",
    ] {
        database.execute_unprepared(statement).await?;
    }
    let shared = database.clone();
    let one = move |number: usize| {
        let database = shared.clone();
        async move {
            let entry = format!("{number:0>400}");
            let sql = "INSERT INTO look (entry) VALUES (?)";
            let insert = Statement::from_sql_and_values(DbBackend::Sqlite, sql, [entry.into()]);
            database.execute_raw(insert).await?;
            Ok(())
        }
    };
    let figures = measured(connections, requests, one).await;
    database.close().await?;
    for end in ["", "-wal", "-shm"] {
        // Closing removes the last two by itself.
        let _ = std::fs::remove_file(format!("{}{end}", path.display()));
    }
    figures
}

async fn measured<F>(
    connections: &[usize],
    requests: usize,
    one: impl Fn(usize) -> F + Clone + Send + 'static,
) -> Result<Vec<Figures>>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let mut all = Vec::new();
    for &connections in connections {
        let began = Instant::now();
        let mut workers = Vec::new();
        for worker in 0..connections {
            let one = one.clone();
            workers.push(tokio::spawn(async move {
                let mut times = Vec::new();
                for number in (worker..requests).step_by(connections) {
                    let asked = Instant::now();
                    one(number).await?;
                    times.push(asked.elapsed());
                }
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(times)
            }));
        }
        let mut times = Vec::new();
        for worker in workers {
            times.extend(worker.await??);
        }
        all.push(Figures::new(connections, times, began.elapsed()));
    }
    Ok(all)
}
