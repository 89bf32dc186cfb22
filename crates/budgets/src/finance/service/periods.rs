//! Closing a period, and what becomes of unspent money at the end of the year.

use chrono::NaiveDate;
use platform::{
    Ctx,
    audit::Subject,
    policy::{Action, Object},
};
use sea_orm::IntoActiveModel as _;
use uuid::Uuid;

use super::handover;
use crate::{
    Error, Result,
    ledger::{
        model::{Bucket, Movement, What},
        store as ledger,
    },
    money::Pence,
    pots::{
        entity::period_close,
        model::{Envelope, Level, REASON_MAX, is_reason},
        store as pots,
    },
};

/// Closes all days up to one: nothing is booked on them any more.
///
/// # Errors
/// In words for the finance officer.
pub async fn close(ctx: &Ctx, fund: Uuid, last_day: NaiveDate, note: &str) -> Result<()> {
    ctx.require(Action::SettleSpend, Object::None)?;
    let known = pots::fund(ctx.db(), fund).await?;
    if last_day >= ctx.today() {
        return Err(Error::choice("only days that are over can be closed"));
    }
    if last_day < known.first_day {
        return Err(Error::choice("the fund had not begun on that day"));
    }
    if pots::closed_until(ctx.db(), fund).await?.is_some_and(|closed| closed >= last_day) {
        return Err(Error::choice("that day is closed already"));
    }
    if note.chars().count() > REASON_MAX {
        return Err(Error::choice(format!("a note has at most {REASON_MAX} characters")));
    }
    let waiting = handover::waiting(ctx, fund).await?;
    let left = waiting.items.iter().filter(|item| item.on <= last_day).count();
    if left > 0 {
        return Err(Error::choice(format!(
            "{left} payments of the period are not handed over yet: make the file first"
        )));
    }
    let mut change = ctx.change(Action::SettleSpend, Subject::of("fund", fund)).await?;
    ledger::lock(change.tx()).await?;
    let row = period_close::Model {
        id: ctx.id(),
        fund_id: fund,
        last_day,
        note: note.trim().to_owned(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    pots::insert(&change, row.into_active_model()).await?;
    change.note("closed", last_day.to_string());
    Ok(change.commit().await?)
}

/// What stands in a fund at the end of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Left {
    /// Unspent in pots, teams and councils.
    pub below: Pence,
    /// Unspent in the grant itself.
    pub grant: Pence,
    /// Promised and not paid yet: it stays.
    pub promised: Pence,
}

/// What is left of a fund.
///
/// # Errors
/// Refused, or the database.
pub async fn left(ctx: &Ctx, fund: Uuid) -> Result<Left> {
    ctx.require(Action::SettleSpend, Object::None)?;
    let standings = ledger::standings(ctx.db(), Some(fund), None).await?;
    let mut left = Left::default();
    for envelope in pots::envelopes(ctx.db(), fund).await? {
        let standing = standings.get(&envelope.id).copied().unwrap_or_default();
        let part = if envelope.level == Level::Grant { &mut left.grant } else { &mut left.below };
        *part = [*part, standing.available].into_iter().sum();
        left.promised = [left.promised, standing.committed].into_iter().sum();
    }
    Ok(left)
}

/// Takes all unspent money back to the grant, level by level, and returns it to the funder where that is asked. All in one
/// change: either every pot is emptied or none.
///
/// # Errors
/// In words for the finance officer.
pub async fn take_back(ctx: &Ctx, fund: Uuid, to_funder: bool, reason: &str, key: &str) -> Result<Pence> {
    ctx.require(Action::ManageFunds, Object::None)?;
    ctx.require(Action::SettleSpend, Object::None)?;
    if !is_reason(reason) {
        return Err(Error::choice("say what was agreed about the unspent money"));
    }
    let mut change = ctx.change(Action::ManageFunds, Subject::of("fund", fund)).await?;
    ledger::lock(change.tx()).await?;
    let mut envelopes = pots::envelopes(change.tx(), fund).await?;
    let depth = |envelope: &Envelope| Level::ALL.iter().position(|level| *level == envelope.level);
    envelopes.sort_by_key(|envelope| std::cmp::Reverse(depth(envelope)));
    let today = ctx.today();
    let what = |pence: Pence, id: Uuid| What { pence, key: format!("{key} {id}"), booked_on: today };
    let mut moved = Pence::ZERO;
    for envelope in &envelopes {
        let unspent = ledger::balance(change.tx(), (envelope.id, Bucket::Available)).await?;
        if unspent == Pence::ZERO {
            continue;
        }
        let movement = match envelope.parent {
            Some(parent) => Movement::give_back(envelope.id, parent, what(unspent, envelope.id)),
            None if to_funder => Movement::give_to_funder(envelope.id, what(unspent, envelope.id)),
            None => {
                moved = unspent;
                continue;
            }
        };
        ledger::post(&change, &[movement.because(reason.trim())]).await?;
        moved = unspent;
    }
    if moved == Pence::ZERO {
        change.abandon().await?;
        return Err(Error::choice("nothing is left to take back"));
    }
    change.reason(reason.trim()).note("pence", moved.get()).note("to-funder", to_funder);
    change.commit().await?;
    Ok(moved)
}
