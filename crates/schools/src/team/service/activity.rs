//! The log of sessions: writing one down, correcting it, and looking at them.

use std::collections::BTreeMap;

use platform::{
    Ctx, Error, Result,
    audit::Subject,
    auth::service::directory,
    policy::{Action, Object},
};
use uuid::Uuid;

use super::{
    facts, plan,
    sessions::{correct_session, record_session, session_of, withdraw_session},
};
pub(crate) use crate::team::store::sessions::Wanted;
use crate::team::{
    entity::activity_session::Model,
    model::{Kind, Outcome, Present, Session, Setting, Topic},
    store::{schools, sessions as store},
};

/// Sessions on a page of the log.
pub const PER_PAGE: u64 = 25;
/// The first guess of how long something takes, minutes.
const FIRST_MINUTES: u32 = 30;

/// Some sessions, with the names that a page needs.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// Versions that stand, the latest first.
    pub rows: Vec<Model>,
    /// How many there are in all.
    pub total: u64,
    /// Names of workers.
    pub workers: BTreeMap<Uuid, String>,
    /// Names of schools.
    pub schools: BTreeMap<u32, String>,
}

impl Log {
    async fn of(ctx: &Ctx, rows: Vec<Model>, total: u64) -> Result<Self> {
        let people: Vec<Uuid> = rows.iter().flat_map(|row| [row.worker_id, row.recorded_by]).collect();
        let urns: Vec<u32> = rows.iter().filter_map(|row| u32::try_from(row.urn).ok()).collect();
        Ok(Self {
            workers: directory::names(ctx, &people).await?,
            schools: schools::names(ctx.db(), &urns).await?,
            rows,
            total,
        })
    }

    /// A worker's name.
    pub fn worker(&self, id: Uuid) -> &str {
        self.workers.get(&id).map_or("Somebody who has left", String::as_str)
    }

    /// A school's name.
    pub fn school(&self, urn: i32) -> String {
        let known = u32::try_from(urn).ok().and_then(|urn| self.schools.get(&urn));
        known.cloned().unwrap_or_else(|| format!("School {urn}"))
    }
}

/// One page of the sessions at the schools whose work the actor may see.
pub(crate) async fn list(ctx: &Ctx, mut wanted: Wanted, page: u64) -> Result<Log> {
    ctx.require(Action::ViewSchoolWork, Object::None)?;
    let all = platform::policy::decide(&ctx.actor, Action::ViewSchoolWork, Object::School { own: false });
    if !all.is_allowed() {
        let asked = wanted.urns.take();
        let own = ctx.actor.schools.iter().copied().filter(|urn| plan::may_see(ctx, *urn));
        wanted.urns =
            Some(own.filter(|urn| asked.as_ref().is_none_or(|asked| asked.contains(urn))).collect());
    }
    let (rows, total) = store::page(ctx.db(), &wanted, page, PER_PAGE).await?;
    Log::of(ctx, rows, total).await
}

/// Every version of a session, the latest first.
///
/// # Errors
/// [`Error::NotFound`] where there is none, or it is at a school whose work the actor may not see.
pub async fn history(ctx: &Ctx, series: Uuid) -> Result<Log> {
    let rows = store::versions(ctx.db(), series).await?;
    let latest = rows.first().ok_or(Error::NotFound)?;
    let own = u32::try_from(latest.urn).is_ok_and(|urn| ctx.actor.schools.contains(&urn));
    ctx.require(Action::ViewSchoolWork, Object::School { own })?;
    let total = rows.len() as u64;
    Log::of(ctx, rows, total).await
}

/// Whether the actor may correct a session.
pub async fn may_correct(ctx: &Ctx, row: &Model) -> Result<bool> {
    if row.withdrawn || row.source_id.is_some() {
        return Ok(false);
    }
    let urn = u32::try_from(row.urn).unwrap_or(0);
    let work = facts::work(ctx, row.worker_id, urn).await?;
    Ok(platform::policy::decide(&ctx.actor, Action::RecordActivity, work).is_allowed())
}

/// What the form shows first: the last session of the kind again where one is asked for, today, at the school where the
/// actor is today.
pub async fn proposal(ctx: &Ctx, like: Option<Uuid>) -> Result<Session> {
    let worker = ctx.actor.id;
    ctx.require(Action::RecordActivity, facts::work(ctx, worker, 0).await?)?;
    let today = ctx.today();
    let before = match like {
        Some(id) => store::by_id(ctx.db(), id).await?.filter(|row| row.worker_id == worker),
        None => store::last_of(ctx.db(), worker, None).await?,
    };
    let before = before.as_ref().map(session_of).transpose()?;
    let known = plan::load(ctx, today, today, None).await?;
    let here = known
        .plan
        .of_worker(worker, today)
        .into_iter()
        .find(|(_, presence)| presence.worker() == Some(worker))
        .map(|(place, _)| place.urn);
    let again = before.clone().filter(|_| like.is_some());
    let last = before.as_ref();
    Ok(Session {
        kind: last.map_or(Kind::DropIn, |session| session.kind),
        happened_on: again.as_ref().map_or(today, |session| session.happened_on),
        urn: match (&again, here, last) {
            (Some(session), _, _) => session.urn,
            (None, Some(urn), _) => urn,
            (None, None, last) => {
                last.map(|session| session.urn).or_else(|| ctx.actor.schools.first().copied()).unwrap_or(0)
            }
        },
        worker,
        minutes: last.map_or(FIRST_MINUTES, |session| session.minutes),
        setting: last.map_or(Setting::School, |session| session.setting),
        present: again.as_ref().map_or_else(Present::default, |session| session.present),
        topic: last.map_or(Topic::Other, |session| session.topic),
        outcome: last.map_or(Outcome::None, |session| session.outcome),
        note: String::new(),
    })
}

/// The schools of the form: those where the actor works today first, then all open ones by name.
pub async fn choices(ctx: &Ctx) -> Result<Vec<(u32, String)>> {
    let today = ctx.today();
    let known = plan::load(ctx, today, today, None).await?;
    let mut own: Vec<u32> = known
        .plan
        .places
        .iter()
        .filter(|place| place.worker == ctx.actor.id)
        .map(|place| place.urn)
        .chain(known.plan.of_worker(ctx.actor.id, today).into_iter().map(|(place, _)| place.urn))
        .chain(ctx.actor.schools.iter().copied())
        .collect();
    own.sort_unstable();
    own.dedup();
    let mut all = schools::open(ctx.db(), ctx.org.organisation.la_code).await?;
    all.sort_by_key(|(urn, _)| !own.contains(urn));
    Ok(all)
}

/// Writes a session down.
pub async fn record(ctx: &Ctx, session: &Session) -> Result<Uuid> {
    if session.kind == Kind::Consultation {
        return Err(Error::invalid(
            "kind",
            "a consultation is written down as one, with what was asked and advised",
        ));
    }
    let mut change = ctx.change(Action::RecordActivity, Subject::kind("session")).await?;
    let id = record_session(&mut change, session, None).await?;
    change.subject(Subject::of("session", id));
    change.commit().await?;
    Ok(id)
}

/// Corrects a session, with the reason.
pub async fn correct(ctx: &Ctx, version: Uuid, session: &Session, reason: &str) -> Result<Uuid> {
    let series = by_itself(ctx, version).await?;
    let mut change = ctx.change(Action::RecordActivity, Subject::of("session", series)).await?;
    correct_session(&mut change, version, session, reason).await?;
    change.commit().await?;
    Ok(series)
}

/// Says that a session did not happen, or was written down twice.
pub async fn withdraw(ctx: &Ctx, version: Uuid, reason: &str) -> Result<Uuid> {
    let series = by_itself(ctx, version).await?;
    let mut change = ctx.change(Action::RecordActivity, Subject::of("session", series)).await?;
    withdraw_session(&mut change, version, reason).await?;
    change.commit().await?;
    Ok(series)
}

/// The series of a session that was written down by itself; one that came with a consultation is corrected there.
async fn by_itself(ctx: &Ctx, version: Uuid) -> Result<Uuid> {
    let row = store::by_id(ctx.db(), version).await?.ok_or(Error::NotFound)?;
    if row.source_id.is_some() {
        return Err(Error::invalid(
            "session",
            "it belongs to a consultation; correct the consultation instead",
        ));
    }
    Ok(row.series_id)
}
