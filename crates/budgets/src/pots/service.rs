//! What can be done with funds and envelopes: permission, rules, and the change.

use chrono::NaiveDate;
use platform::{
    Ctx,
    audit::{Change, Subject},
    policy::{Action, Object},
};
use uuid::Uuid;

use super::{
    entity::{envelope, envelope_closure, fund, fund_extension},
    model::{ENVELOPES_MAX, Envelope, Fund, Level, Owner, is_name, is_reason},
    reach, store,
};
use crate::{
    Error, Result,
    ledger::{
        model::{Bucket, Movement, Refused, What},
        store as ledger,
    },
    money::Pence,
};

/// A fund that is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFund {
    /// Its name.
    pub name: String,
    /// Who gives it.
    pub funder: String,
    /// The funder's reference; may be empty.
    pub reference: String,
    /// The first day on which it may be used.
    pub first_day: NaiveDate,
    /// The last day on which anything may be promised from it.
    pub end_date: NaiveDate,
    /// How much came in.
    pub pence: Pence,
}

/// Writes down a grant: the fund, its first envelope, and the money that came in. Gives the grant's envelope.
///
/// # Errors
/// In words for the person who asked.
pub async fn create_fund(ctx: &Ctx, new: &NewFund, key: &str) -> Result<Uuid> {
    ctx.require(Action::ManageFunds, Object::None)?;
    if !is_name(&new.name) || !is_name(&new.funder) {
        return Err(Error::choice("write a name and who gives the money, each in 1 to 120 characters"));
    }
    if !new.reference.is_empty() && !is_name(&new.reference) {
        return Err(Error::choice("write the reference in at most 120 characters"));
    }
    if new.end_date < new.first_day {
        return Err(Error::choice("the last day must not be before the first"));
    }
    let id = ctx.id();
    let mut change = ctx.change(Action::ManageFunds, Subject::of("fund", id)).await?;
    let row = fund::Model {
        id,
        name: new.name.trim().to_owned(),
        funder: new.funder.trim().to_owned(),
        reference: new.reference.trim().to_owned(),
        first_day: new.first_day,
        end_date: new.end_date,
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    store::insert_fund(&change, row).await?;
    let grant = NewEnvelope { name: new.name.clone(), owner: Owner::Organisation, policy: None, cap: None };
    let envelope = add(&change, id, None, Level::Grant, &grant).await?;
    let what = What { pence: new.pence, key: key.to_owned(), booked_on: ctx.today() };
    match ledger::post(&change, &[Movement::receive(envelope, what)]).await {
        Err(Error::Ledger(Refused::OtherContents)) => {
            return Err(Error::choice("this grant was written down already"));
        }
        posted => drop(posted?),
    }
    change.note("pence", new.pence.get());
    change.commit().await?;
    Ok(envelope)
}

/// A later end of a fund.
///
/// # Errors
/// In words for the person who asked.
pub async fn extend(ctx: &Ctx, fund: Uuid, end: NaiveDate, agreed_by: &str, reason: &str) -> Result<()> {
    ctx.require(Action::ManageFunds, Object::None)?;
    let now = store::fund(ctx.db(), fund).await?;
    if end <= now.end_date {
        return Err(Error::choice("an extension ends later than the fund does now"));
    }
    if !is_name(agreed_by) || !is_reason(reason) {
        return Err(Error::choice("say who agreed to it, and why"));
    }
    let mut change = ctx.change(Action::ManageFunds, Subject::of("fund", fund)).await?;
    let row = fund_extension::Model {
        id: ctx.id(),
        fund_id: fund,
        end_date: end,
        agreed_by: agreed_by.trim().to_owned(),
        reason: reason.trim().to_owned(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    store::insert_extension(&change, row).await?;
    change.reason(reason.trim()).note("end", end.to_string());
    Ok(change.commit().await?)
}

/// An envelope that is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEnvelope {
    /// Its name; for a pot the next reference is taken where it is empty.
    pub name: String,
    /// Whose it is.
    pub owner: Owner,
    /// The policy of a pot.
    pub policy: Option<Uuid>,
    /// The most that may be put into it.
    pub cap: Option<Pence>,
}

/// Opens an envelope below another: a council's, a team's, or a pot. Gives its identifier.
///
/// # Errors
/// In words for the person who asked.
pub async fn open(ctx: &Ctx, parent: Uuid, new: &NewEnvelope) -> Result<Uuid> {
    let change = begin_open(ctx, parent, new).await?;
    let (change, id) = change;
    change.commit().await?;
    Ok(id)
}

/// Opens an envelope and passes money to it at once.
///
/// # Errors
/// In words for the person who asked; nothing is opened where the money is not there.
pub async fn open_with(ctx: &Ctx, parent: Uuid, new: &NewEnvelope, pence: Pence, key: &str) -> Result<Uuid> {
    let (mut change, id) = begin_open(ctx, parent, new).await?;
    let what = What { pence, key: key.to_owned(), booked_on: ctx.today() };
    let posted = ledger::post(&change, &[Movement::pass(parent, id, what)]).await;
    if matches!(&posted, Err(Error::Ledger(Refused::OtherContents))) {
        return Err(Error::choice("this was done already"));
    }
    posted?;
    change.note("pence", pence.get());
    change.commit().await?;
    Ok(id)
}

async fn begin_open<'a>(ctx: &'a Ctx, parent: Uuid, new: &NewEnvelope) -> Result<(Change<'a>, Uuid)> {
    let above = store::envelope(ctx.db(), parent).await?;
    let level = match above.level {
        Level::Grant => Level::Council,
        Level::Council => Level::Team,
        Level::Team => Level::Pot,
        Level::Pot => return Err(Error::choice("nothing is opened below a pot")),
    };
    let action = if level == Level::Pot { Action::OpenPots } else { Action::ManageFunds };
    reach::require(ctx, action, &above).await?;
    let mut change = ctx.change(action, Subject::kind("envelope")).await?;
    let id = open_in(&change, &above, new).await?;
    change.subject(Subject::of("envelope", id));
    Ok((change, id))
}

/// Opens an envelope within a change that is more than this: a pot for each family that was drawn, say. Permission
/// is the caller's.
///
/// # Errors
/// In words for the person who asked.
pub async fn open_in(change: &Change<'_>, above: &Envelope, new: &NewEnvelope) -> Result<Uuid> {
    let level = match above.level {
        Level::Grant => Level::Council,
        Level::Council => Level::Team,
        Level::Team => Level::Pot,
        Level::Pot => return Err(Error::choice("nothing is opened below a pot")),
    };
    if above.closed_on.is_some() {
        return Err(Error::choice("that budget is closed"));
    }
    let fits = match level {
        Level::Grant => false,
        Level::Council => new.owner == Owner::Organisation,
        Level::Team => matches!(new.owner, Owner::Team(_)),
        Level::Pot => new.owner.may_own_a_pot() && new.policy.is_some(),
    };
    if !fits {
        return Err(Error::choice("a pot belongs to a family, a young person or a worker, and has rules"));
    }
    ledger::lock(change.tx()).await?;
    let (of_fund, pots) = store::how_many(change.tx(), above.fund).await?;
    if of_fund >= ENVELOPES_MAX {
        return Err(Error::choice(format!("a fund has at most {ENVELOPES_MAX} budgets")));
    }
    if let (Some(owner), Level::Pot) = (new.owner.parts().1, level) {
        let there = store::pots_of(change.tx(), &[owner]).await?;
        if there.iter().any(|pot| pot.fund == above.fund && pot.closed_on.is_none()) {
            return Err(Error::choice("there is an open pot already"));
        }
    }
    let mut named = new.clone();
    if level == Level::Pot && named.name.trim().is_empty() {
        named.name = format!("P-{:05}", pots + 1);
    }
    if !is_name(&named.name) {
        return Err(Error::choice("write a name in 1 to 120 characters"));
    }
    add(change, above.fund, Some(above.id), level, &named).await
}

async fn add(
    change: &Change<'_>,
    fund: Uuid,
    parent: Option<Uuid>,
    level: Level,
    new: &NewEnvelope,
) -> Result<Uuid> {
    let ctx = change.ctx();
    let id = ctx.id();
    let (owner_kind, owner_id) = new.owner.parts();
    let row = envelope::Model {
        id,
        fund_id: fund,
        parent_id: parent,
        level: level.slug().to_owned(),
        name: new.name.trim().to_owned(),
        owner_kind: owner_kind.slug().to_owned(),
        owner_id,
        policy_id: new.policy,
        cap_pence: new.cap.map(Pence::get),
        opened_on: ctx.today(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    store::insert_envelope(change, row).await?;
    ledger::open_accounts(change, id, level == Level::Grant).await?;
    Ok(id)
}

/// Which way money goes between an envelope and the one above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From above into the envelope.
    Down,
    /// Unspent, back to the one above; from a grant, to the funder.
    Up,
}

/// Passes money to an envelope from the one above, or gives it back.
///
/// # Errors
/// In words for the person who asked.
pub async fn pass(ctx: &Ctx, envelope: Uuid, way: Way, pence: Pence, reason: &str, key: &str) -> Result<()> {
    let here = store::envelope(ctx.db(), envelope).await?;
    let action = if here.level == Level::Pot { Action::OpenPots } else { Action::ManageFunds };
    reach::require(ctx, action, &here).await?;
    if way == Way::Up && !is_reason(reason) {
        return Err(Error::choice("say why the money goes back, in 1 to 500 characters"));
    }
    if way == Way::Down && here.closed_on.is_some() {
        return Err(Error::choice("that budget is closed"));
    }
    let what = What { pence, key: key.to_owned(), booked_on: ctx.today() };
    let movement = match (way, here.parent) {
        (Way::Down, Some(parent)) => Movement::pass(parent, envelope, what),
        (Way::Up, Some(parent)) => Movement::give_back(envelope, parent, what),
        (Way::Down, None) => Movement::receive(envelope, what),
        (Way::Up, None) => Movement::give_to_funder(envelope, what),
    };
    let mut change = ctx.change(action, Subject::of("envelope", envelope)).await?;
    change.note("pence", pence.get()).note("kind", movement.kind.slug());
    let posted = ledger::post(&change, &[movement.because(reason.trim())]).await?;
    if posted.iter().all(|posted| posted.before) {
        return Ok(change.abandon().await?);
    }
    Ok(change.commit().await?)
}

/// Closes an envelope: what is left goes back up, and nothing is promised from it any more. Promises that are still open
/// must be paid or released first.
///
/// # Errors
/// In words for the person who asked.
pub async fn close(ctx: &Ctx, envelope: Uuid, reason: &str) -> Result<()> {
    let here = store::envelope(ctx.db(), envelope).await?;
    let action = if here.level == Level::Pot { Action::OpenPots } else { Action::ManageFunds };
    reach::require(ctx, action, &here).await?;
    if !is_reason(reason) {
        return Err(Error::choice("say why it is closed, in 1 to 500 characters"));
    }
    let Some(parent) = here.parent else {
        return Err(Error::choice("a grant is not closed: its unspent money is returned to the funder"));
    };
    if here.closed_on.is_some() {
        return Err(Error::choice("it is closed already"));
    }
    let mut change = ctx.change(action, Subject::of("envelope", envelope)).await?;
    ledger::lock(change.tx()).await?;
    let below = store::envelopes(change.tx(), here.fund).await?;
    if below.iter().any(|other| other.parent == Some(envelope) && other.closed_on.is_none()) {
        return Err(Error::choice("close what is open below it first"));
    }
    if ledger::balance(change.tx(), (envelope, Bucket::Committed)).await? > Pence::ZERO {
        return Err(Error::choice("something is promised and not paid yet: pay it or release it first"));
    }
    let left = ledger::balance(change.tx(), (envelope, Bucket::Available)).await?;
    if left > Pence::ZERO {
        let key = format!("close {envelope}");
        let what = What { pence: left, key, booked_on: ctx.today() };
        ledger::post(&change, &[Movement::give_back(envelope, parent, what).because(reason.trim())]).await?;
    }
    let row = envelope_closure::Model {
        envelope_id: envelope,
        closed_on: ctx.today(),
        reason: reason.trim().to_owned(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    store::insert_closure(&change, row).await?;
    change.reason(reason.trim()).note("returned", left.get());
    Ok(change.commit().await?)
}

/// The fund and envelope of a pot that the actor may do this to.
///
/// # Errors
/// Refused, not found, or the database.
pub async fn pot_for(ctx: &Ctx, action: Action, id: Uuid) -> Result<(Fund, Envelope)> {
    let pot = store::envelope(ctx.db(), id).await?;
    reach::require(ctx, action, &pot).await?;
    let fund = store::fund(ctx.db(), pot.fund).await?;
    Ok((fund, pot))
}
