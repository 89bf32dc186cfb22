//! Backup and restore: between both engines, while others write, and against damaged files.
#![expect(clippy::unwrap_used, reason = "a test's helpers stop at the first thing that goes wrong")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use platform::{
    Ctx, Error,
    audit::{Look, Subject},
    backup::{self, Schema, Unregistered, unregistered},
    capability::{Capability, NavItem},
    db::{Database, dump::TableDump},
    policy::{Action, Role},
    secrets::Keys,
    testing::{TestOrg, on_both, on_sqlite},
    web::Route,
};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, ConnectionTrait as _, TransactionTrait as _};
use sea_orm_migration::{MigrationTrait, prelude::*};
use serde_json::json;
use uuid::Uuid;

#[expect(unreachable_pub, reason = "SeaORM's derive writes public items")]
mod thing {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "thing")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: Option<String>,
        pub number: i64,
        pub share: f64,
        pub day: Date,
        pub at: DateTimeUtc,
        pub sealed: Vec<u8>,
        pub yes: bool,
        /// Refers to another row of the same table, which may come later.
        pub successor: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

struct CreateThings;

impl MigrationName for CreateThings {
    fn name(&self) -> &'static str {
        "20260101_000001_create_thing"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateThings {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("thing")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("name").text())
            .col(ColumnDef::new("number").big_integer().not_null())
            .col(ColumnDef::new("share").double().not_null())
            .col(ColumnDef::new("day").date().not_null())
            .col(ColumnDef::new("at").timestamp_with_time_zone().not_null())
            .col(ColumnDef::new("sealed").blob().not_null())
            .col(ColumnDef::new("yes").boolean().not_null())
            .col(ColumnDef::new("successor").uuid())
            .foreign_key(
                ForeignKey::create().name("fk_thing_successor").from("thing", "successor").to("thing", "id"),
            )
            .to_owned();
        manager.create_table(table).await
    }
}

struct Things;

impl Capability for Things {
    fn name(&self) -> &'static str {
        "things"
    }

    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(CreateThings)]
    }

    fn tables(&self) -> Vec<TableDump> {
        vec![TableDump::of::<thing::Entity>()]
    }

    fn routes(&self) -> Vec<Route> {
        vec![]
    }

    fn navigation(&self) -> Vec<NavItem> {
        vec![]
    }
}

fn schema() -> Schema {
    let mut all = platform::capabilities(std::sync::Arc::new(platform::clock::SystemClock));
    all.push(Arc::new(Things));
    Schema::of(&all)
}

async fn add_thing(ctx: &Ctx, number: i64, successor: Option<Uuid>) -> Uuid {
    let id = ctx.id();
    let change = ctx.change(Action::ManageUsers, Subject::of("thing", id)).await.unwrap();
    let row = thing::ActiveModel {
        id: Set(id),
        name: Set((number % 3 != 0).then(|| format!("Łódź “{number}”\n\u{1f980}"))),
        number: Set(number.wrapping_mul(i64::MAX / 7)),
        share: Set(0.1 + number as f64 / 3.0),
        day: Set(ctx.today()),
        at: Set(ctx.now()),
        sealed: Set(vec![0, 255, 10, (number % 256) as u8]),
        yes: Set(number % 2 == 0),
        successor: Set(successor),
    };
    row.insert(change.tx()).await.unwrap();
    change.commit().await.unwrap();
    id
}

/// Things that refer to one another in both directions, looks, and a job.
async fn fill(org: &TestOrg) {
    let ctx = org.ctx(&[Role::Administrator]);
    let mut last = None;
    for number in 0..40 {
        last = Some(add_thing(&ctx, number, last).await);
    }
    // The first thing refers to the last, which comes long after it in the file.
    let second = sea_orm::Database::connect(&org.address).await.unwrap();
    second
        .execute_unprepared(
            "UPDATE thing SET successor = (SELECT t.id FROM thing t ORDER BY t.id DESC LIMIT 1) WHERE successor IS NULL",
        )
        .await
        .unwrap();
    second.close().await.unwrap();
    for n in 0..7 {
        let look = Look {
            action: Action::ViewChild,
            subject: Subject::of("person", n),
            reason: Some("asked".into()),
            detail: json!({ "page": n }),
        };
        ctx.look(vec![look]).await.unwrap();
    }
    let mut change = ctx.change(Action::ConfirmImport, Subject::kind("import")).await.unwrap();
    platform::jobs::order(&mut change, "count", &json!({ "to": 3 })).await.unwrap();
    change.commit().await.unwrap();
}

/// Every row of every table, sorted.
async fn everything(database: &Database) -> Vec<(String, Vec<String>)> {
    let transaction = database.read().begin().await.unwrap();
    let mut all = Vec::new();
    for table in schema().tables {
        let mut rows = Vec::new();
        let mut sink = |line: &[u8]| {
            rows.push(String::from_utf8(line.to_vec()).unwrap());
            Ok(())
        };
        table.write(&transaction, &mut sink).await.unwrap();
        rows.sort();
        all.push((table.name, rows));
    }
    all
}

async fn on_both_filled(test: impl AsyncFn(TestOrg)) {
    on_both(
        || schema().migrations,
        async |org| {
            fill(&org).await;
            test(org).await;
        },
    )
    .await;
}

/// New databases of both engines (of SQLite alone where there is no server), without a table.
async fn empty_databases(org: &TestOrg, name: &str) -> Vec<String> {
    let mut addresses = vec![format!("sqlite:{}", org.folder().join(name).display())];
    if let Ok(server) = std::env::var("NEARHAND_TEST_POSTGRES") {
        let database = format!(
            "restore_{}_{name}",
            Uuid::from_bytes(platform::random::bytes(&platform::random::SystemRandom::new().unwrap()))
                .simple()
        );
        let admin = sea_orm::Database::connect(&server).await.unwrap();
        admin.execute_unprepared(&format!("CREATE DATABASE {database}")).await.unwrap();
        admin.close().await.unwrap();
        addresses.push(format!("{}/{database}", server.rsplit_once('/').unwrap().0));
    }
    addresses
}

fn keys() -> Keys {
    Keys::derive(&[7; 32], "southampton")
}

async fn backed_up(org: &TestOrg) -> PathBuf {
    let path = org.folder().join("backup.nearhand");
    backup::write(&org.org, &schema(), &path).await.unwrap();
    path
}

async fn restore_into(org: &TestOrg, address: &str, file: &Path) -> Result<backup::Restored, Error> {
    let database = Database::connect(address).await.unwrap();
    let restored = backup::restore(file, &database, &keys(), &schema(), org.clock.as_ref()).await;
    database.close().await.unwrap();
    restored
}

#[tokio::test]
async fn what_was_backed_up_comes_back_on_either_engine() {
    on_both_filled(async |org| {
        let before = everything(&org.org.database).await;
        let file = backed_up(&org).await;
        let summary = backup::inspect(&file).unwrap();
        assert_eq!(summary.manifest.organisation, org.org.organisation);
        assert_eq!(summary.rows(), before.iter().map(|(_, rows)| rows.len() as u64).sum::<u64>());
        for address in empty_databases(&org, "fresh").await {
            let restored = restore_into(&org, &address, &file).await.unwrap();
            assert_eq!(restored.summary, summary);
            assert!(restored.chains.iter().all(|chain| chain.faults.is_empty()), "{restored:?}");
            assert_eq!(restored.chains.iter().map(|chain| chain.entries).sum::<u64>(), 41 + 7);
            let database = Database::connect(&address).await.unwrap();
            assert_eq!(everything(&database).await, before, "{} to {address}", org.engine);
            database.close().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn after_a_restore_foreign_keys_are_kept_again() {
    on_both_filled(async |org| {
        let file = backed_up(&org).await;
        for address in empty_databases(&org, "keys").await {
            restore_into(&org, &address, &file).await.unwrap();
            let raw = sea_orm::Database::connect(&address).await.unwrap();
            let broken = raw
                .execute_unprepared("UPDATE thing SET successor = '00000000-0000-0000-0000-000000000001'")
                .await;
            assert!(broken.is_err() || address.starts_with("sqlite"), "{address}");
            raw.close().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_backup_shows_one_moment_while_others_write() {
    on_both_filled(async |org| {
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..3)
            .map(|_| {
                let (ctx, stop) = (org.ctx(&[Role::Administrator]), Arc::clone(&stop));
                tokio::spawn(async move {
                    let mut written = 0;
                    while !stop.load(Ordering::SeqCst) {
                        add_thing(&ctx, written, None).await;
                        written += 1;
                        tokio::task::yield_now().await;
                    }
                    written
                })
            })
            .collect();
        for round in 0..5 {
            let path = org.folder().join(format!("busy-{round}"));
            let summary = backup::write(&org.org, &schema(), &path).await.unwrap();
            let rows = |name: &str| summary.tables.iter().find(|table| table.end == name).unwrap().rows;
            // Each thing came with its audit event, in one transaction; and there is the order of one job.
            assert_eq!(rows("audit_event"), rows("thing") + rows("job"), "{} round {round}", org.engine);
            let address = format!("sqlite:{}", org.folder().join(format!("restored-{round}")).display());
            let restored = restore_into(&org, &address, &path).await.unwrap();
            assert!(restored.chains.iter().all(|chain| chain.faults.is_empty()), "{restored:?}");
        }
        stop.store(true, Ordering::SeqCst);
        let mut written = 0;
        for writer in writers {
            written += writer.await.unwrap();
        }
        assert!(written > 5, "the writers were kept from writing");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_was_cut_off_is_refused_wherever_it_ends() {
    let org = on_sqlite(&schema().migrations).await;
    fill(&org).await;
    let whole = fs::read(backed_up(&org).await).unwrap();
    let cut = org.folder().join("cut");
    for length in (0..whole.len()).step_by(41).chain([whole.len() - 1]) {
        fs::write(&cut, &whole[..length]).unwrap();
        let refused = backup::inspect(&cut);
        assert!(matches!(refused, Err(Error::Corrupt { .. })), "{length}: {refused:?}");
    }
    fs::write(&cut, [whole.as_slice(), b"more"].concat()).unwrap();
    assert!(backup::inspect(&cut).is_err());
    for other in [b"".as_slice(), b"PK\x03\x04", b"{}\n"] {
        fs::write(&cut, other).unwrap();
        assert!(backup::inspect(&cut).is_err());
        fs::write(&cut, zstd::encode_all(other, 1).unwrap()).unwrap();
        assert!(backup::inspect(&cut).is_err());
    }
}

#[tokio::test]
async fn a_flipped_byte_is_noticed_and_nothing_is_restored() {
    let org = on_sqlite(&schema().migrations).await;
    fill(&org).await;
    let file = backed_up(&org).await;
    let whole = fs::read(&file).unwrap();
    let content = zstd::decode_all(whole.as_slice()).unwrap();
    let damaged = org.folder().join("damaged");
    let mut harmful = 0;
    for place in (0..whole.len()).step_by(23) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        fs::write(&damaged, &bytes).unwrap();
        // A few bits of zstd's own format mean nothing; flipping them changes no content.
        let harmless = zstd::decode_all(bytes.as_slice()).is_ok_and(|decoded| decoded == content);
        assert_eq!(backup::inspect(&damaged).is_ok(), harmless, "byte {place} of {}", whole.len());
        harmful += u32::from(!harmless);
    }
    assert!(harmful > 100, "{harmful}");
    // Also below the compression, where only our own digests can tell.
    let text = String::from_utf8(content).unwrap();
    let edits = [
        text.replacen("\"yes\":true", "\"yes\":false", 1),
        text.lines().filter(|line| !line.contains("\"count\"")).map(|line| format!("{line}\n")).collect(),
        text.replacen("\"rows\":40", "\"rows\":41", 1),
    ];
    for edited in edits {
        assert_ne!(edited, text);
        fs::write(&damaged, zstd::encode_all(edited.as_bytes(), 1).unwrap()).unwrap();
        let address = format!("sqlite:{}", org.folder().join("untouched").display());
        assert!(matches!(restore_into(&org, &address, &damaged).await, Err(Error::Corrupt { .. })));
    }
    let address = format!("sqlite:{}", org.folder().join("untouched").display());
    restore_into(&org, &address, &file).await.unwrap();
}

#[tokio::test]
async fn another_key_is_told_at_once() {
    let org = on_sqlite(&schema().migrations).await;
    fill(&org).await;
    let file = backed_up(&org).await;
    let database =
        Database::connect(&format!("sqlite:{}", org.folder().join("new").display())).await.unwrap();
    for wrong in [Keys::derive(&[8; 32], "southampton"), Keys::derive(&[7; 32], "walsall")] {
        let refused = backup::restore(&file, &database, &wrong, &schema(), org.clock.as_ref()).await;
        assert!(refused.unwrap_err().to_string().starts_with("master key: "));
    }
    let tables = schema().tables;
    let untouched = unregistered(database.read(), &tables).await.unwrap();
    assert_eq!(untouched.registered_only.len(), tables.len(), "no table was made");
}

#[tokio::test]
async fn a_database_that_holds_something_is_left_alone() {
    on_both_filled(async |org| {
        let file = backed_up(&org).await;
        let before = everything(&org.org.database).await;
        let refused = restore_into(&org, &org.address, &file).await;
        assert!(refused.unwrap_err().to_string().contains("not empty"));
        assert_eq!(everything(&org.org.database).await, before);
    })
    .await;
}

#[tokio::test]
async fn a_backup_of_another_schema_is_refused() {
    let org = on_sqlite(&schema().migrations).await;
    let file = backed_up(&org).await;
    let older = Schema::of(&platform::capabilities(std::sync::Arc::new(platform::clock::SystemClock)));
    let database =
        Database::connect(&format!("sqlite:{}", org.folder().join("new").display())).await.unwrap();
    let refused = backup::restore(&file, &database, &keys(), &older, org.clock.as_ref()).await;
    assert!(refused.unwrap_err().to_string().contains("another version"));
}

#[tokio::test]
async fn a_backup_never_replaces_a_file_and_leaves_no_other() {
    let org = on_sqlite(&schema().migrations).await;
    let folder = org.folder().join("backups");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("one");
    let operator = org.operator();
    backup::back_up(&operator, &schema(), &path).await.unwrap();
    let first = fs::read(&path).unwrap();
    assert!(matches!(backup::write(&org.org, &schema(), &path).await, Err(Error::Invalid { .. })));
    assert_eq!(fs::read(&path).unwrap(), first);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    let refused = backup::back_up(&org.ctx(&[Role::Administrator]), &schema(), &folder.join("two")).await;
    assert!(matches!(refused, Err(Error::Refused(_))));
    let events = platform::audit::store::changes(operator.db(), None, None, 10).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].action, "back-up");
}

#[tokio::test]
async fn every_table_is_registered_and_a_missing_one_is_named() {
    on_both(
        || schema().migrations,
        async |org| {
            let tables = schema().tables;
            let read = org.org.database.read();
            assert_eq!(unregistered(read, &tables).await.unwrap(), Unregistered::default());
            let fewer = unregistered(read, &tables[..tables.len() - 1]).await.unwrap();
            assert_eq!(fewer.in_database_only, ["thing"]);
            let second = sea_orm::Database::connect(&org.address).await.unwrap();
            second.execute_unprepared("CREATE TABLE forgotten (id INTEGER)").await.unwrap();
            second.close().await.unwrap();
            let refused = backup::write(&org.org, &schema(), &org.folder().join("b")).await.unwrap_err();
            assert!(refused.to_string().contains("forgotten"));
        },
    )
    .await;
}
