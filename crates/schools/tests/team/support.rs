//! Two open schools and one that closed, on a fresh database that stands on Monday 1 July 2019.

use futures::future::BoxFuture;
use platform::{
    Ctx, Result,
    audit::Subject,
    capability::Capability as _,
    jobs::{Go, Progress, Reporter},
    policy::{Action, Role},
    testing::{TestOrg, with_platform},
};
use record::{
    Record,
    import::{Applied, Request, apply, check, receive},
};
use schools::{
    Schools,
    team::{
        model::{Kind, Outcome, Present, Session, Setting, Topic},
        service::record_session,
    },
};
use sea_orm_migration::MigrationTrait;
use serde_json::Value;
use uuid::Uuid;

/// A secondary school.
pub(crate) const BEECH: u32 = 100_002;
/// A primary school.
pub(crate) const ASHDOWN: u32 = 140_001;

pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    let mut all = Record.migrations();
    all.extend(Schools.migrations());
    with_platform(all)
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

/// Imports the register.
pub(crate) async fn register(org: &TestOrg) {
    let ctx = org.ctx(&[Role::DataOfficer]);
    let source = std::io::Cursor::new(
        "URN,LA (code),EstablishmentNumber,EstablishmentName,EstablishmentStatus (code),OpenDate,CloseDate,\
         PhaseOfEducation (code),PhaseOfEducation (name)\n\
         100001,852,2001,Ashdown Primary School,2,01-09-1990,31-08-2018,2,Primary\n\
         140001,852,2001,Ashdown Academy,1,01-09-2018,,2,Primary\n\
         100002,852,2002,Beech Lane School,1,01-09-1990,,4,Secondary\n"
            .as_bytes()
            .to_vec(),
    );
    let received = receive(&ctx, Request::named("edubasealldata20190701.csv"), source).await.unwrap();
    let file = check(&ctx, received.file().id, &Quiet).await.unwrap().unwrap();
    let applied = apply(&ctx, file.id, &Quiet).await.unwrap();
    assert!(matches!(applied, Applied::Done(_)), "{applied:?}");
}

/// A drop-in of 45 minutes today.
pub(crate) fn drop_in(ctx: &Ctx, urn: u32) -> Session {
    Session {
        kind: Kind::DropIn,
        happened_on: ctx.today(),
        urn,
        worker: ctx.actor.id,
        minutes: 45,
        setting: Setting::School,
        present: Present { pupils: Some(6), staff: Some(1), ..Present::default() },
        topic: Topic::Attendance,
        outcome: Outcome::Advice,
        note: String::new(),
    }
}

/// Writes a session down in a change of its own.
pub(crate) async fn recorded(ctx: &Ctx, session: &Session) -> Result<Uuid> {
    let mut change = ctx.change(Action::RecordActivity, Subject::kind("session")).await?;
    let id = record_session(&mut change, session, None).await?;
    change.commit().await?;
    Ok(id)
}
