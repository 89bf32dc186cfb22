//! What store and page tests stand on: the same test on SQLite and on PostgreSQL, a movable clock, repeatable
//! randomness. Only with the feature `testing`.
//!
//! The PostgreSQL server is started by the test run (`scripts/with-postgres`, which `make test` uses) and named
//! in `NEARHAND_TEST_POSTGRES`. Without it the PostgreSQL half prints a line beginning `skipped:`; under CI its
//! absence fails the test.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot prepare its ground should stop loudly"
)]
#![expect(clippy::print_stdout, reason = "a skipped half must be seen in the output of the test run")]

pub mod browser;

use std::sync::Arc;

use chrono::{TimeZone as _, Utc};
use sea_orm::ConnectionTrait as _;
use sea_orm_migration::MigrationTrait;
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    Channel, Ctx,
    clock::MovableClock,
    db::{Database, migrate::migrate},
    organisation::{Org, Organisation, OrganisationKind},
    policy::{Actor, Role, RoleGrant},
    random::{Random as _, SeededRandom, SystemRandom},
    secrets::Keys,
};

/// An organisation on a fresh, migrated database, which goes away with it.
pub struct TestOrg {
    /// The organisation: Southampton, local authority 852.
    pub org: Arc<Org>,
    /// Its clock, which stands at 9am on 1 July 2019 until it is moved.
    pub clock: Arc<MovableClock>,
    /// `sqlite` or `postgres`, for messages.
    pub engine: &'static str,
    /// Its database's address, for a second connection.
    pub address: String,
    folder: TempDir,
}

impl TestOrg {
    /// A context for somebody who holds these roles.
    pub fn ctx(&self, roles: &[Role]) -> Ctx {
        Ctx::new(Arc::clone(&self.org), self.actor(roles), Channel::Page)
    }

    /// Somebody new who holds these roles.
    pub fn actor(&self, roles: &[Role]) -> Actor {
        Actor {
            id: self.org.random.id(Utc.timestamp_nanos(0)),
            name: "Test Person".to_owned(),
            roles: roles.iter().map(|role| RoleGrant { role: *role }).collect(),
            teams: vec![],
            schools: vec![],
        }
    }

    /// A context for the command line.
    pub fn operator(&self) -> Ctx {
        Ctx::new(Arc::clone(&self.org), Actor::operator("test"), Channel::CommandLine)
    }

    /// A folder of its own for files.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// The platform's migrations (the chains, people who sign in) followed by others (a capability's own and those
/// it stands on). One that is named twice is taken once.
pub fn with_platform(more: Vec<Box<dyn MigrationTrait>>) -> Vec<Box<dyn MigrationTrait>> {
    let mut all = crate::migrations();
    for migration in more {
        if !all.iter().any(|other| other.name() == migration.name()) {
            all.push(migration);
        }
    }
    all
}

/// Runs a store test on both engines, each on a fresh database with these migrations applied.
pub async fn on_both<F>(migrations: impl Fn() -> Vec<Box<dyn MigrationTrait>>, test: F)
where
    F: AsyncFn(TestOrg),
{
    test(on_sqlite(&migrations()).await).await;
    match std::env::var("NEARHAND_TEST_POSTGRES") {
        Ok(server) => {
            let (organisation, name) = on_postgres(&server, &migrations()).await;
            test(organisation).await;
            drop_database(&server, &name).await;
        }
        Err(_) if std::env::var_os("CI").is_some() => {
            panic!("NEARHAND_TEST_POSTGRES is not set: run the tests with `make test`")
        }
        Err(_) => println!(
            "skipped: PostgreSQL half (NEARHAND_TEST_POSTGRES is not set; `make test` starts a server)"
        ),
    }
}

/// An organisation on a fresh SQLite file.
pub async fn on_sqlite(migrations: &[Box<dyn MigrationTrait>]) -> TestOrg {
    let folder = TempDir::new().expect("a temporary folder");
    let address = format!("sqlite:{}", folder.path().join("record.sqlite").display());
    open("sqlite", address, folder, migrations).await
}

async fn on_postgres(server: &str, migrations: &[Box<dyn MigrationTrait>]) -> (TestOrg, String) {
    let mut noise = [0_u8; 8];
    SystemRandom::new().expect("randomness").fill(&mut noise);
    let name = format!("nearhand_test_{}", hex::encode(noise));
    let admin = sea_orm::Database::connect(server).await.expect("the test run's PostgreSQL");
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a fresh database");
    admin.close().await.expect("closed");
    let base = server.rsplit_once('/').map_or(server, |(base, _)| base);
    let folder = TempDir::new().expect("a temporary folder");
    (open("postgres", format!("{base}/{name}"), folder, migrations).await, name)
}

async fn drop_database(server: &str, name: &str) {
    let admin = sea_orm::Database::connect(server).await.expect("the test run's PostgreSQL");
    admin
        .execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)"))
        .await
        .expect("the database dropped");
    admin.close().await.expect("closed");
}

async fn open(
    engine: &'static str,
    address: String,
    folder: TempDir,
    migrations: &[Box<dyn MigrationTrait>],
) -> TestOrg {
    let clock = Arc::new(MovableClock::at(
        Utc.with_ymd_and_hms(2019, 7, 1, 8, 0, 0).single().expect("a real instant"),
    ));
    let database = Database::connect(&address).await.expect("a database");
    migrate(&database, migrations, clock.as_ref()).await.expect("migrations apply");
    let organisation = Organisation {
        slug: "southampton".to_owned().try_into().expect("a good slug"),
        name: "Southampton City Council".to_owned(),
        kind: OrganisationKind::LocalAuthority,
        la_code: Some(852),
        demonstration: true,
        today: None,
    };
    let org = Org::new(
        organisation,
        database,
        Keys::derive(&[7; 32], "southampton"),
        Arc::clone(&clock) as Arc<dyn crate::clock::Clock>,
        Arc::new(SeededRandom::new(1)),
        folder.path().to_owned(),
    );
    TestOrg { org: Arc::new(org), clock, engine, address, folder }
}

/// A fixed identifier for tests.
pub fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}
