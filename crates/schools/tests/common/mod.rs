//! What the tests of schools share: the whole schema, importing a file, people at schools, and what a thief would do.
#![allow(dead_code, clippy::allow_attributes, reason = "each test program uses its own part")]

use std::sync::Arc;

use chrono::Duration;
use futures::future::BoxFuture;
use platform::{
    Ctx, Error, Result,
    capability::Capability,
    jobs::{Go, Progress, Reporter},
    policy::Role,
    testing::{TestOrg, browser::Site, with_platform},
};
use record::{
    Record,
    import::{Applied, Request, apply, check, receive},
};
use schools::Schools;
use sea_orm::{ConnectionTrait as _, Database};
use sea_orm_migration::MigrationTrait;
use serde_json::Value;

/// A primary school of [`REGISTER`], which became an academy on 1 September 2018.
pub(crate) const ASHDOWN: u32 = 140_001;
/// A secondary school of [`REGISTER`].
pub(crate) const BEECH: u32 = 100_002;
/// Two open schools and one that closed.
pub(crate) const REGISTER: &str = "URN,LA (code),EstablishmentNumber,EstablishmentName,EstablishmentStatus (code),OpenDate,CloseDate,\
PhaseOfEducation (code),PhaseOfEducation (name)\n\
100001,852,2001,Ashdown Primary School,2,01-09-1990,31-08-2018,2,Primary\n\
140001,852,2001,Ashdown Academy,1,01-09-2018,,2,Primary\n\
100002,852,2002,Beech Lane School,1,01-09-1990,,4,Secondary\n";

/// Everything up to schools.
pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    let mut all = Record.migrations();
    all.extend(Schools.migrations());
    with_platform(all)
}

/// The pages of the record and of schools.
pub(crate) fn site(org: &TestOrg) -> Site {
    let capabilities: Vec<Arc<dyn Capability>> = vec![Arc::new(Record), Arc::new(Schools)];
    Site::of(org, capabilities)
}

struct Quiet;

impl Reporter for Quiet {
    fn progress<'a>(&'a self, _: Progress) -> BoxFuture<'a, Result<Go>> {
        Box::pin(async { Ok(Go::On) })
    }

    fn checkpoint<'a>(&'a self, _: Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// Imports a file, a minute after whatever was before.
pub(crate) async fn import(org: &TestOrg, name: &str, content: impl Into<Vec<u8>>) {
    let ctx = org.ctx(&[Role::DataOfficer]);
    org.clock.advance(Duration::minutes(1));
    let source = std::io::Cursor::new(content.into());
    let file = receive(&ctx, Request::named(name), source).await.unwrap().file().clone();
    let file = check(&ctx, file.id, &Quiet).await.unwrap().unwrap();
    assert_eq!(file.state, "checked", "{name}: {:?}", file.blocked);
    let applied = apply(&ctx, file.id, &Quiet).await.unwrap();
    assert!(matches!(applied, Applied::Done(_)), "{name}: {applied:?}");
}

/// Imports [`REGISTER`].
pub(crate) async fn register(org: &TestOrg) {
    import(org, "edubasealldata20190701.csv", REGISTER).await;
}

/// Somebody with a role who works at these schools.
pub(crate) fn at(org: &TestOrg, role: Role, schools: &[u32]) -> Ctx {
    let mut ctx = org.ctx(&[role]);
    ctx.actor.schools = schools.to_vec();
    ctx
}

/// A pupil's number: the pupil of that order of a school of Southampton.
pub(crate) fn upn(school: u32, pupil: u32) -> String {
    format!("A852{school}15{pupil:03}")
}

/// The field that a refusal as wrong names.
pub(crate) fn invalid(error: &Error) -> &str {
    match error {
        Error::Invalid { what, .. } => what,
        _ => "",
    }
}

/// Whether this is a refusal that does not tell whether there is such a thing.
pub(crate) fn concealed<T: std::fmt::Debug>(answer: Result<T>) -> bool {
    match answer {
        Err(Error::NotFound) => true,
        Err(Error::Refused(refusal)) => refusal.conceal,
        _ => false,
    }
}

/// A change by somebody with the keys of the database; the error's words where it is refused.
pub(crate) async fn tamper(org: &TestOrg, sql: &str) -> std::result::Result<(), String> {
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
