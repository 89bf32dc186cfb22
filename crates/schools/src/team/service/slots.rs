//! Times that workers offer at schools, and booking them.

use chrono::{Days, NaiveDate};
use platform::{
    Ctx, Error, Result,
    audit::Subject,
    auth::store::user,
    policy::{Action, Object},
};
use uuid::Uuid;

use super::{facts, notices, plan};
use crate::team::{
    model::{Booking, Hours, Offer, Slot, Topic},
    store::{
        places, schools,
        slots::{self as store, Of},
    },
};

/// How far ahead times are looked at, days.
const AHEAD: u64 = 190;

fn horizon(from: NaiveDate) -> NaiveDate {
    from.checked_add_days(Days::new(AHEAD)).unwrap_or(from)
}

/// Offers times at a school one after another; gives how many.
///
/// # Errors
/// A refusal; [`Error::Invalid`] where a rule is broken or another time of the worker's stands in the way.
pub async fn offer(ctx: &Ctx, offer: &Offer) -> Result<usize> {
    let worker = ctx.actor.id;
    ctx.require(Action::RecordActivity, facts::work(ctx, worker, offer.urn).await?)?;
    let calendar = plan::calendar(ctx, offer.on, offer.on).await?;
    if let Some(problem) = offer.problems(ctx.today(), &calendar).first() {
        return Err(Error::invalid(problem.field, problem.message));
    }
    if schools::names(ctx.db(), &[offer.urn]).await?.is_empty() {
        return Err(Error::invalid("school", "choose a school from the list"));
    }
    let mut change = ctx.change(Action::RecordActivity, Subject::of("user", worker)).await?;
    user::lock(change.tx(), worker).await?;
    let others = store::slots(change.tx(), Of::Worker(worker), offer.on, offer.on).await?;
    let all: Vec<Slot> = offer
        .starts()
        .into_iter()
        .map(|from| Slot {
            id: ctx.id(),
            worker,
            urn: offer.urn,
            on: offer.on,
            hours: Hours { from, to: from.saturating_add(offer.minutes) },
            booked: None,
        })
        .collect();
    if let Some(other) = others.iter().find(|other| all.iter().any(|one| one.hours.overlaps(other.hours))) {
        return Err(Error::invalid("from", format!("you offer {} on that day already", other.time())));
    }
    for slot in &all {
        store::insert(change.tx(), slot, (ctx.now(), worker)).await?;
    }
    change.note("event", "times-offered").note("urn", offer.urn).note("times", all.len());
    change.commit().await?;
    Ok(all.len())
}

/// The times that the actor offers, from today.
pub async fn own(ctx: &Ctx) -> Result<Vec<Slot>> {
    ctx.require(Action::RecordActivity, facts::work(ctx, ctx.actor.id, 0).await?)?;
    store::slots(ctx.db(), Of::Worker(ctx.actor.id), ctx.today(), horizon(ctx.today())).await
}

/// The times at a school, from today: for its safeguarding lead, and for the team.
pub async fn at_school(ctx: &Ctx, urn: u32) -> Result<Vec<Slot>> {
    ctx.require(Action::ViewSchoolWork, Object::School { own: ctx.actor.schools.contains(&urn) })?;
    store::slots(ctx.db(), Of::School(urn), ctx.today(), horizon(ctx.today())).await
}

/// Takes back a time that the actor offers. Whoever booked it is told.
pub async fn withdraw(ctx: &Ctx, id: Uuid) -> Result<()> {
    let slot = store::by_id(ctx.db(), id).await?.ok_or(Error::NotFound)?;
    ctx.require(Action::RecordActivity, facts::work(ctx, slot.worker, slot.urn).await?)?;
    let mut change = ctx.change(Action::RecordActivity, Subject::of("slot", id)).await?;
    if !store::withdraw(change.tx(), id, ctx.now()).await? {
        return Err(Error::NotFound);
    }
    notices::ended(&change, &slot, true).await?;
    change.note("event", "time-withdrawn").note("urn", slot.urn).note("booked", slot.booked.is_some());
    change.commit().await
}

/// Books a time at the actor's own school.
///
/// # Errors
/// [`Error::NotFound`] where there is no such time or it is at another school; [`Error::Conflict`] where somebody booked
/// it first; [`Error::Invalid`] where it is over, schools are closed, or the worker is away that day.
pub async fn book(ctx: &Ctx, id: Uuid, topic: Topic) -> Result<()> {
    let slot = store::by_id(ctx.db(), id).await?.ok_or(Error::NotFound)?;
    ctx.require(Action::BookTime, facts::work(ctx, slot.worker, slot.urn).await?)?;
    if slot.on < ctx.today() {
        return Err(Error::invalid("slot", "this time is over; choose another"));
    }
    let mut change = ctx.change(Action::BookTime, Subject::of("slot", id)).await?;
    let away = places::absences(change.tx(), slot.on, slot.on).await?;
    if away.iter().any(|absence| absence.worker == slot.worker && absence.holds(slot.urn, slot.on)) {
        return Err(Error::invalid("slot", "the worker is not at the school that day; choose another"));
    }
    if let Some((_, holiday)) = places::holidays(change.tx(), slot.on, slot.on).await?.first() {
        let why = format!("schools are closed that day ({}); choose another", holiday.name);
        return Err(Error::invalid("slot", why));
    }
    let booking = Booking { by: ctx.actor.id, name: ctx.actor.name.clone(), topic };
    if !store::book(change.tx(), id, &booking, ctx.now()).await? {
        return Err(Error::Conflict);
    }
    notices::booked(&change, &slot).await?;
    change.note("event", "booked").note("urn", slot.urn).note("topic", topic.slug());
    change.commit().await
}

/// Cancels a booking of the actor's own, or of a time that the actor offers. The other party is told.
pub async fn cancel(ctx: &Ctx, id: Uuid) -> Result<()> {
    let slot = store::by_id(ctx.db(), id).await?.ok_or(Error::NotFound)?;
    let work = facts::work(ctx, slot.worker, slot.urn).await?;
    let booking = slot.booked.clone().ok_or(Error::NotFound)?;
    let action = if slot.worker == ctx.actor.id { Action::RecordActivity } else { Action::BookTime };
    ctx.require(action, work)?;
    if action == Action::BookTime && booking.by != ctx.actor.id {
        return Err(Error::NotFound);
    }
    let mut change = ctx.change(action, Subject::of("slot", id)).await?;
    if !store::cancel(change.tx(), id, booking.by).await? {
        return Err(Error::Conflict);
    }
    notices::ended(&change, &slot, false).await?;
    change.note("event", "booking-cancelled").note("urn", slot.urn);
    change.commit().await
}
