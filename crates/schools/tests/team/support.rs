//! Workers, their places and sessions, on a fresh database that stands on Monday 1 July 2019.

use chrono::NaiveDate;
use platform::{
    Ctx, Result,
    audit::Subject,
    policy::{Action, Role},
    testing::{
        TestOrg,
        browser::{CODE_SECRET, PASSWORD},
    },
};
use schools::team::{
    model::{Absence, Hours, Kind, Outcome, Place, Present, Session, Setting, Topic, Weekdays},
    service::record_session,
};
use uuid::Uuid;

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
