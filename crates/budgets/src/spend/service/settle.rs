//! Paying what was agreed, and putting right what was paid.

use platform::{Ctx, audit::Change, clock::date_in_words, policy::Action};
use uuid::Uuid;

use super::{Note, Whole, ask::settle, begin, expire::lapses_on, money::Money, take, whole};
use crate::{
    Error, Result,
    money::Pence,
    policy::model::PaymentKind,
    spend::{
        model::{State, Step, are_words},
        store::Asked,
    },
};

/// Writes down that what was agreed is paid. A worker pays by card, voucher or cash; finance pays orders and
/// reimbursements, and may write down the others too. The amount may be lower than what was agreed: the rest is released.
///
/// # Errors
/// In words for the person who pays; nothing is booked then.
pub async fn pay(ctx: &Ctx, id: Uuid, by_finance: bool, pence: Pence) -> Result<()> {
    let action = if by_finance { Action::SettleSpend } else { Action::RequestSpend };
    let mut whole = whole(ctx, action, id, false).await?;
    let by_worker = matches!(
        PaymentKind::from_slug(&whole.asked.row.payment_kind),
        Some(PaymentKind::Card | PaymentKind::Voucher | PaymentKind::Cash)
    );
    if !by_finance && !by_worker {
        return Err(Error::choice("Finance pays orders and reimbursements"));
    }
    let change = begin(ctx, action, &mut whole).await?;
    if let (State::Committed, Some(last)) = (whole.asked.course.state, lapses_on(&whole.asked, &whole.rules))
        && ctx.today() > last
    {
        return Err(Error::choice(format!(
            "This could be paid until {}. Ask for it again",
            date_in_words(last)
        )));
    }
    settle(&change, &mut whole.asked, &whole.pot, &whole.rules, pence).await?;
    finish(change, &whole, pence).await
}

async fn finish(mut change: Change<'_>, whole: &Whole, pence: Pence) -> Result<()> {
    change.note("pence", pence.get()).note("state", whole.asked.course.state.slug());
    Ok(change.commit().await?)
}

fn reason_given(reason: &str) -> Result<()> {
    if are_words(reason) { Ok(()) } else { Err(Error::choice("Enter the reason, in 1 to 500 characters")) }
}

/// Money that came back: a new entry. Nothing that was booked is changed.
///
/// # Errors
/// In words for finance.
pub async fn refund(ctx: &Ctx, id: Uuid, pence: Pence, reason: &str) -> Result<()> {
    reason_given(reason)?;
    let mut whole = whole(ctx, Action::SettleSpend, id, false).await?;
    let change = begin(ctx, Action::SettleSpend, &mut whole).await?;
    // Judged before any money moves.
    whole.asked.course.after(ctx.actor.id, Step::Refund(pence))?;
    let (pot, rules, request) = (&whole.pot, &whole.rules, whole.asked.row.id);
    let money = Money { change: &change, pot, rules, request };
    let journal = money.refund(&whole.asked, pence, reason.trim()).await?;
    let note = Note { pence: Some(pence), journal: Some(journal), ..Note::saying(reason) };
    take(&change, &mut whole.asked, Step::Refund(pence), note).await?;
    finish(change, &whole, pence).await
}

/// Undoes a payment that was written down wrongly: what is left of it goes back to the pot.
///
/// # Errors
/// In words for finance.
pub async fn reverse(ctx: &Ctx, id: Uuid, reason: &str) -> Result<()> {
    reason_given(reason)?;
    let mut whole = whole(ctx, Action::SettleSpend, id, false).await?;
    let change = begin(ctx, Action::SettleSpend, &mut whole).await?;
    whole.asked.course.after(ctx.actor.id, Step::Reverse)?;
    let left = whole.asked.course.spent();
    let mut note = Note::saying(reason);
    if left > Pence::ZERO {
        let (pot, rules, request) = (&whole.pot, &whole.rules, whole.asked.row.id);
        let money = Money { change: &change, pot, rules, request };
        note.journal = Some(money.reverse(&whole.asked, left, reason.trim()).await?);
        note.pence = Some(left);
    }
    take(&change, &mut whole.asked, Step::Reverse, note).await?;
    finish(change, &whole, left).await
}

/// Notes, within a change of finance's, that a payment was found on a statement. Permission is the caller's.
///
/// # Errors
/// In words where it cannot be: it is not paid, or its receipt is missing.
pub async fn reconcile_in(change: &Change<'_>, asked: &mut Asked, words: &str) -> Result<()> {
    take(change, asked, Step::Reconcile, Note::saying(words)).await
}
