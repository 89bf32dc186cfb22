//! Writing sessions down and correcting them.

use platform::{Ctx, Error, Result, audit::Change, policy::Action};
use uuid::Uuid;

use super::facts;
use crate::team::{
    entity::activity_session::Model,
    model::{Kind, Outcome, Present, Session, Setting, Topic},
    store::{schools, sessions as store},
};

/// The longest reason for a correction, characters.
pub const REASON_MAX: usize = 300;

/// Writes a session down in a change that goes on: the one way in which minutes come to be counted. A consultation
/// calls it in the change that writes the consultation, with its own identifier as `source`.
///
/// The actor must be allowed [`Action::RecordActivity`] for the worker's work. Gives the identifier of the series.
///
/// # Errors
/// A refusal; [`Error::Invalid`] for a session that breaks a rule of [`Session::problems`], for a school that the
/// register does not know, or a day of more than sixteen hours; what the database says.
pub async fn record_session(
    change: &mut Change<'_>,
    session: &Session,
    source: Option<Uuid>,
) -> Result<Uuid> {
    let ctx = change.ctx();
    judge(ctx, session, change, None).await?;
    let id = ctx.id();
    let first = Version { id, series: id, number: 1, replaces: None, withdrawn: false, reason: None, source };
    write(change, session, first).await?;
    Ok(id)
}

/// Replaces the current version of a session by another, with the reason, in a change that goes on. `version` is the
/// identifier of the version that was seen; where somebody else replaced it before, nothing is written.
///
/// # Errors
/// As [`record_session`]; [`Error::NotFound`] where there is no such version; [`Error::Conflict`] where it is no
/// longer the current one; [`Error::Invalid`] without a reason.
pub async fn correct_session(
    change: &mut Change<'_>,
    version: Uuid,
    session: &Session,
    reason: &str,
) -> Result<Uuid> {
    replace(change, version, Some(session), reason).await
}

/// Says in a change that goes on that a session did not happen, or was written down twice. It stays to be seen among
/// its versions and counts no more.
///
/// # Errors
/// As [`correct_session`].
pub async fn withdraw_session(change: &mut Change<'_>, version: Uuid, reason: &str) -> Result<Uuid> {
    replace(change, version, None, reason).await
}

/// Every version of a session, the latest first. Whoever calls it has asked for permission.
pub async fn versions(ctx: &Ctx, series: Uuid) -> Result<Vec<Model>> {
    store::versions(ctx.db(), series).await
}

/// The current version of the session that was written with something else (a consultation); `None` where it was
/// withdrawn. Whoever calls it has asked for permission.
pub async fn of_source(ctx: &Ctx, source: Uuid) -> Result<Option<Model>> {
    store::of_source(ctx.db(), source).await
}

async fn replace(
    change: &mut Change<'_>,
    version: Uuid,
    session: Option<&Session>,
    reason: &str,
) -> Result<Uuid> {
    let ctx = change.ctx();
    let reason = reason.trim();
    if !(1..=REASON_MAX).contains(&reason.chars().count()) {
        return Err(Error::invalid("reason", format!("say why it changes, in 1 to {REASON_MAX} characters")));
    }
    let before = store::by_id(change.tx(), version).await?.ok_or(Error::NotFound)?;
    let was = session_of(&before)?;
    ctx.require(Action::RecordActivity, facts::work(ctx, was.worker, was.urn).await?)?;
    if before.withdrawn {
        return Err(Error::invalid("session", "it was withdrawn, so it cannot be corrected"));
    }
    let withdrawn = session.is_none();
    if let Some(session) = session {
        judge(ctx, session, change, Some(before.series_id)).await?;
    }
    let session = session.unwrap_or(&was);
    let next = Version {
        id: ctx.id(),
        series: before.series_id,
        number: before.version.saturating_add(1),
        replaces: Some(before.id),
        withdrawn,
        reason: Some(reason.to_owned()),
        source: before.source_id,
    };
    change.reason(reason);
    let id = next.id;
    write(change, session, next).await?;
    Ok(id)
}

/// Whether the actor may write this down, and whether it can be so.
async fn judge(ctx: &Ctx, session: &Session, change: &Change<'_>, series: Option<Uuid>) -> Result<()> {
    ctx.require(Action::RecordActivity, facts::work(ctx, session.worker, session.urn).await?)?;
    if let Some(problem) = session.problems(ctx.today()).first() {
        return Err(Error::invalid(problem.field, problem.message));
    }
    if schools::names(change.tx(), &[session.urn]).await?.is_empty() {
        return Err(Error::invalid("school", "it is not in the register of schools"));
    }
    let others = store::minutes_of_day(change.tx(), session.worker, session.happened_on, series).await?;
    if !session.fits_in_day(others) {
        return Err(Error::invalid(
            "minutes",
            format!("this day has {others} minutes already; a day cannot have more than 16 hours"),
        ));
    }
    Ok(())
}

struct Version {
    id: Uuid,
    series: Uuid,
    number: i32,
    replaces: Option<Uuid>,
    withdrawn: bool,
    reason: Option<String>,
    source: Option<Uuid>,
}

async fn write(change: &mut Change<'_>, session: &Session, version: Version) -> Result<()> {
    let ctx = change.ctx();
    let whole = |number: u32| i32::try_from(number).map_err(|_| Error::invalid("number", "it is too large"));
    let count = |number: Option<u32>| number.map(whole).transpose();
    let row = Model {
        id: version.id,
        series_id: version.series,
        version: version.number,
        replaces: version.replaces,
        withdrawn: version.withdrawn,
        kind: session.kind.slug().to_owned(),
        happened_on: session.happened_on,
        urn: whole(session.urn)?,
        worker_id: session.worker,
        minutes: whole(session.minutes)?,
        setting: session.setting.slug().to_owned(),
        staff: count(session.present.staff)?,
        pupils: count(session.present.pupils)?,
        parents: count(session.present.parents)?,
        professionals: count(session.present.professionals)?,
        topic: session.topic.slug().to_owned(),
        outcome: session.outcome.slug().to_owned(),
        note: session.note.trim().to_owned(),
        source_id: version.source,
        reason: version.reason,
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        content_hash: session.hash(),
    };
    change
        .note("session", version.series.to_string())
        .note("version", version.number)
        .note("withdrawn", version.withdrawn)
        .note("kind", session.kind.slug())
        .note("school", session.urn)
        .note("minutes", session.minutes)
        .note("content", row.content_hash.clone());
    store::insert(change.tx(), row).await
}

/// A stored version as a session.
///
/// # Errors
/// [`Error::Corrupt`] where a stored word or number is not one that this version of Nearhand knows.
pub fn session_of(row: &Model) -> Result<Session> {
    let corrupt = |why: &str| Error::Corrupt { what: "session", why: why.to_owned() };
    let whole = |number: i32| u32::try_from(number).map_err(|_| corrupt("a number is below zero"));
    let count = |number: Option<i32>| number.map(whole).transpose();
    Ok(Session {
        kind: Kind::from_slug(&row.kind).ok_or_else(|| corrupt("its kind is not known"))?,
        happened_on: row.happened_on,
        urn: whole(row.urn)?,
        worker: row.worker_id,
        minutes: whole(row.minutes)?,
        setting: Setting::from_slug(&row.setting).ok_or_else(|| corrupt("its setting is not known"))?,
        present: Present {
            staff: count(row.staff)?,
            pupils: count(row.pupils)?,
            parents: count(row.parents)?,
            professionals: count(row.professionals)?,
        },
        topic: Topic::from_slug(&row.topic).ok_or_else(|| corrupt("its topic is not known"))?,
        outcome: Outcome::from_slug(&row.outcome).ok_or_else(|| corrupt("its outcome is not known"))?,
        note: row.note.clone(),
    })
}
