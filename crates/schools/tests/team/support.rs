//! Two open schools and one that closed, on a fresh database that stands on Monday 1 July 2019.

use chrono::NaiveDate;
use futures::future::BoxFuture;
use platform::{
    Ctx, Error, Result,
    audit::Subject,
    capability::Capability as _,
    jobs::{Go, Progress, Reporter},
    policy::{Action, Role},
    testing::{
        TestOrg,
        browser::{CODE_SECRET, PASSWORD},
        with_platform,
    },
};
use record::{
    Record,
    import::{Applied, Request, apply, check, receive},
};
use schools::{
    Schools,
    team::{
        model::{Absence, Hours, Kind, Outcome, Place, Present, Session, Setting, Topic, Weekdays},
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

/// A user of that name, as one whom a place can be given to.
pub(crate) async fn colleague(org: &TestOrg, name: &str, roles: &[Role]) -> Ctx {
    use platform::auth::service::{demonstration, users::NewUser};
    let address = format!("{}@example.org", name.to_lowercase());
    let new = NewUser { sign_in_name: &address, name, roles, team: None };
    let id = demonstration::create(&org.operator(), new, PASSWORD, CODE_SECRET).await.unwrap();
    let mut ctx = org.ctx(roles);
    ctx.actor.id = id;
    ctx.actor.name = name.to_owned();
    ctx
}

/// A worker's place from 9am to 3pm on some days of the week, since 3 June 2019.
pub(crate) fn place(worker: &Ctx, urn: u32, days: &[&str]) -> Place {
    Place {
        id: Uuid::nil(),
        worker: worker.actor.id,
        urn,
        first_day: day("2019-06-03"),
        last_day: None,
        days: Weekdays::of(days.iter().copied()),
        hours: Hours { from: 540, to: 900 },
    }
}

/// An absence from all schools.
pub(crate) fn away(worker: &Ctx, first: &str, last: &str, cover: Option<&Ctx>) -> Absence {
    Absence {
        id: Uuid::nil(),
        worker: worker.actor.id,
        urn: None,
        first_day: day(first),
        last_day: day(last),
        cover: cover.map(|ctx| ctx.actor.id),
    }
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The field that a refusal as wrong names.
pub(crate) fn invalid(error: &Error) -> &str {
    match error {
        Error::Invalid { what, .. } => what,
        _ => "",
    }
}
