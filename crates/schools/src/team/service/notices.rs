//! Telling people that a booking of theirs is no longer what it was, until they have seen it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use platform::{
    Ctx, Error, Result,
    audit::{Change, Subject},
    auth::store::user,
    policy::{Action, may_ever},
};
use uuid::Uuid;

use super::{facts, plan};
use crate::team::{
    entity::booking_notice::Model,
    model::{Absence, Holiday, Slot, Why},
    store::{
        notices as store, places, schools,
        slots::{self, Of},
    },
};

/// A booking that is no longer what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The row.
    pub id: Uuid,
    /// The time.
    pub slot: Slot,
    /// The school's name.
    pub school: String,
    /// Why.
    pub why: Why,
    /// The name of the other party of the booking, or of the holiday.
    pub other: String,
}

impl Notice {
    /// What happened, in a sentence.
    pub fn sentence(&self) -> String {
        self.why.sentence(&self.other)
    }
}

/// Says something to a user; what they were to be told of the time before is overtaken by it.
async fn tell(
    change: &Change<'_>,
    slot: Uuid,
    to: Uuid,
    why: Why,
    other: &str,
    absence: Option<Uuid>,
) -> Result<()> {
    let ctx = change.ctx();
    store::settle(change.tx(), slot, to, ctx.now()).await?;
    let row = Model {
        id: ctx.id(),
        slot_id: slot,
        user_id: to,
        why: why.slug().to_owned(),
        other_name: other.to_owned(),
        absence_id: absence,
        recorded_at: ctx.now(),
        seen_at: None,
        settled_at: None,
    };
    store::insert(change.tx(), row).await
}

/// The actor, one party of a booking, ended it: the other party is told.
pub(super) async fn ended(change: &Change<'_>, slot: &Slot, withdrawn: bool) -> Result<()> {
    let Some(booking) = &slot.booked else { return Ok(()) };
    let actor = &change.ctx().actor;
    let (to, why) = if actor.id == booking.by {
        (slot.worker, Why::CancelledBySchool)
    } else if withdrawn {
        (booking.by, Why::Withdrawn)
    } else {
        (booking.by, Why::Cancelled)
    };
    // What the actor was to be told of it does not matter any more.
    store::settle(change.tx(), slot.id, actor.id, change.ctx().now()).await?;
    tell(change, slot.id, to, why, &actor.name, None).await
}

/// A time is booked: that an earlier booking of it ended does not matter any more.
pub(super) async fn booked(change: &Change<'_>, slot: &Slot) -> Result<()> {
    let now = change.ctx().now();
    store::settle(change.tx(), slot.id, slot.worker, now).await?;
    store::settle(change.tx(), slot.id, change.ctx().actor.id, now).await
}

/// Why a booked time cannot be kept, and what to call it.
enum Cause {
    /// The worker is away. By identifier and the worker's name.
    Absence(Uuid, String),
    /// Schools are closed. By identifier and the holiday's name.
    Holiday(Uuid, String),
}

/// Both parties of a booking are told that it cannot be kept, except who makes it so.
async fn lost(change: &Change<'_>, slot: &Slot, cause: &Cause) -> Result<()> {
    let Some(booking) = &slot.booked else { return Ok(()) };
    let (id, to_booker, to_worker) = match cause {
        Cause::Absence(id, worker) => (*id, (Why::Away, worker), (Why::OwnAway, &booking.name)),
        Cause::Holiday(id, holiday) => (*id, (Why::Closed, holiday), (Why::OwnClosed, holiday)),
    };
    for (to, (why, other)) in [(booking.by, to_booker), (slot.worker, to_worker)] {
        if to != change.ctx().actor.id {
            tell(change, slot.id, to, why, other, Some(id)).await?;
        }
    }
    Ok(())
}

/// A worker is away: whoever booked a time of theirs on these days is told, and the worker of what was booked.
pub(super) async fn away(change: &Change<'_>, absence: &Absence, worker: &str) -> Result<()> {
    let first = absence.first_day.max(change.ctx().today());
    let cause = Cause::Absence(absence.id, worker.to_owned());
    for slot in slots::slots(change.tx(), Of::Worker(absence.worker), first, absence.last_day).await? {
        if absence.holds(slot.urn, slot.on) {
            lost(change, &slot, &cause).await?;
        }
    }
    Ok(())
}

/// Schools are closed: both parties of whatever is booked on these days are told.
pub(super) async fn closed(change: &Change<'_>, id: Uuid, holiday: &Holiday) -> Result<()> {
    let first = holiday.first_day.max(change.ctx().today());
    let cause = Cause::Holiday(id, holiday.name.trim().to_owned());
    for slot in slots::slots(change.tx(), Of::Booked, first, holiday.last_day).await? {
        lost(change, &slot, &cause).await?;
    }
    Ok(())
}

/// Why a time cannot be kept even so.
async fn still(change: &Change<'_>, slot: &Slot) -> Result<Option<Cause>> {
    let absences = places::absences(change.tx(), slot.on, slot.on).await?;
    if let Some(one) = absences.iter().find(|one| one.worker == slot.worker && one.holds(slot.urn, slot.on)) {
        let worker = user::by_id(change.tx(), slot.worker).await?.map(|worker| worker.name);
        return Ok(Some(Cause::Absence(one.id, worker.unwrap_or_default())));
    }
    let holidays = places::holidays(change.tx(), slot.on, slot.on).await?;
    Ok(holidays.into_iter().next().map(|(id, holiday)| Cause::Holiday(id, holiday.name)))
}

/// An absence or a holiday ends with `last_day`, or never was. Who knows of it hears that the booking stands; who has not
/// seen it yet need not, unless something else is in the way.
pub(super) async fn back(change: &Change<'_>, cause: Uuid, last_day: Option<NaiveDate>) -> Result<()> {
    let (ctx, tx) = (change.ctx(), change.tx());
    let told = store::of_cause(tx, cause).await?;
    let ids: Vec<Uuid> = told.iter().map(|row| row.slot_id).collect();
    let slots: BTreeMap<Uuid, Slot> =
        slots::of_ids(tx, &ids).await?.into_iter().map(|slot| (slot.id, slot)).collect();
    for row in told {
        let Some(slot) = slots.get(&row.slot_id) else { continue };
        if slot.on < ctx.today() || last_day.is_some_and(|last| slot.on <= last) {
            continue;
        }
        let why = Why::from_slug(&row.why).unwrap_or(Why::Away);
        match still(change, slot).await? {
            Some(other) if row.seen_at.is_none() => lost(change, slot, &other).await?,
            Some(_) => {}
            None if row.seen_at.is_none() || row.user_id == ctx.actor.id => {
                store::settle(tx, slot.id, row.user_id, ctx.now()).await?;
            }
            None => tell(change, slot.id, row.user_id, why.after_all(), &row.other_name, None).await?,
        }
    }
    Ok(())
}

/// A new absence holds what another held: what was told stays told.
pub(super) async fn follows(change: &Change<'_>, before: Uuid, after: Uuid) -> Result<()> {
    store::follow(change.tx(), before, after).await
}

/// What the actor has not seen yet of bookings that are no longer what they were, the earliest first.
///
/// # Errors
/// What the database says, or [`Error::Corrupt`].
pub async fn own(ctx: &Ctx) -> Result<Vec<Notice>> {
    if ![Action::BookTime, Action::RecordActivity].into_iter().any(|action| may_ever(&ctx.actor, action)) {
        return Ok(vec![]);
    }
    let rows = store::open_of(ctx.db(), ctx.actor.id).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.slot_id).collect();
    let slots: BTreeMap<Uuid, Slot> =
        slots::of_ids(ctx.db(), &ids).await?.into_iter().map(|slot| (slot.id, slot)).collect();
    let urns: BTreeSet<u32> = slots.values().map(|slot| slot.urn).collect();
    let names = schools::names(ctx.db(), &urns.into_iter().collect::<Vec<_>>()).await?;
    let notice = |row: Model| -> Option<Result<Notice>> {
        // Whoever has left the school since is told nothing more of it.
        let ours = |slot: &&Slot| slot.worker == ctx.actor.id || plan::may_see(ctx, slot.urn);
        let slot = slots.get(&row.slot_id).filter(ours)?.clone();
        let corrupt = || Error::Corrupt { what: "booking notice", why: "its reason is not known".to_owned() };
        Some(Why::from_slug(&row.why).ok_or_else(corrupt).map(|why| Notice {
            id: row.id,
            school: names.get(&slot.urn).cloned().unwrap_or_else(|| format!("School {}", slot.urn)),
            slot,
            why,
            other: row.other_name,
        }))
    };
    rows.into_iter().filter_map(notice).collect()
}

/// The actor has seen what they were told.
///
/// # Errors
/// A refusal; [`Error::NotFound`] where nothing of theirs by this identifier waits.
pub async fn seen(ctx: &Ctx, id: Uuid) -> Result<Slot> {
    let notice = own(ctx).await?.into_iter().find(|notice| notice.id == id).ok_or(Error::NotFound)?;
    let slot = notice.slot;
    let action = if slot.worker == ctx.actor.id { Action::RecordActivity } else { Action::BookTime };
    ctx.require(action, facts::work(ctx, slot.worker, slot.urn).await?)?;
    let mut change = ctx.change(action, Subject::of("slot", slot.id)).await?;
    store::see(change.tx(), id, ctx.actor.id, ctx.now()).await?;
    change.note("event", "notice-seen").note("notice", id.to_string());
    change.commit().await?;
    Ok(slot)
}
