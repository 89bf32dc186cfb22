//! What comes after: receipts, what the family was told, what changed.

use platform::{
    Ctx,
    audit::{Change, Subject},
    policy::Action,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{Note, SUBJECT, ask::PaperIn, begin, take, whole};
use crate::{
    Error, Result,
    spend::{
        entity::{spend_outcome, spend_paper},
        model::{OUTCOME_DAYS, Outcome, PAPERS_MAX, PaperKind, Step, Told, are_words, outcome_due},
        store::{self, Asked},
    },
};

/// Keeps a paper within a change of its request.
pub(super) async fn keep_paper(change: &Change<'_>, asked: &mut Asked, paper: &PaperIn) -> Result<()> {
    let kind = PaperKind::of(&paper.content).map_err(|why| Error::choice(why.to_string()))?;
    let there = store::papers(change.tx(), asked.row.id).await?;
    if there.len() >= PAPERS_MAX {
        return Err(Error::choice(format!("A request has at most {PAPERS_MAX} papers")));
    }
    let sha256 = hex::encode(Sha256::digest(&paper.content));
    if there.iter().any(|one| one.sha256 == sha256) {
        return Err(Error::choice("This file is there already"));
    }
    let is_receipt = asked.course.state.is_paid();
    take(change, asked, Step::Paper, Note::default()).await?;
    let ctx = change.ctx();
    let row = spend_paper::Model {
        id: ctx.id(),
        request_id: asked.row.id,
        seq: i32::try_from(asked.events.len()).unwrap_or(i32::MAX),
        is_receipt,
        name: paper.name.clone(),
        media_type: kind.media_type().to_owned(),
        bytes: i64::try_from(paper.content.len()).unwrap_or(i64::MAX),
        sha256,
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    store::insert_paper(change, row, &paper.content).await
}

/// Adds a receipt or other paper to a request.
///
/// # Errors
/// In words for the worker: it is no photo and no PDF, too large, or there already.
pub async fn add_paper(ctx: &Ctx, id: Uuid, paper: &PaperIn) -> Result<()> {
    let mut whole = whole(ctx, Action::RequestSpend, id, true).await?;
    PaperKind::of(&paper.content).map_err(|why| Error::choice(why.to_string()))?;
    let mut change = begin(ctx, Action::RequestSpend, &mut whole).await?;
    keep_paper(&change, &mut whole.asked, paper).await?;
    change.note("bytes", paper.content.len()).note("state", whole.asked.course.state.slug());
    Ok(change.commit().await?)
}

/// Accepts a payment without its receipt, for a reason; the pot is no longer held for it.
///
/// # Errors
/// In words for the manager. The author cannot accept their own.
pub async fn excuse(ctx: &Ctx, id: Uuid, reason: &str) -> Result<()> {
    if !are_words(reason) {
        return Err(Error::choice("Enter why there is no receipt, in 1 to 500 characters"));
    }
    let mut whole = whole(ctx, Action::ApproveSpend, id, true).await?;
    let mut change = begin(ctx, Action::ApproveSpend, &mut whole).await?;
    take(&change, &mut whole.asked, Step::Excuse, Note::saying(reason)).await?;
    change.note("state", whole.asked.course.state.slug());
    Ok(change.commit().await?)
}

/// Writes down what the family knows now.
///
/// # Errors
/// In words for the worker.
pub async fn tell(ctx: &Ctx, id: Uuid, told: Told, why: &str) -> Result<()> {
    if told != Told::Yes && !are_words(why) {
        return Err(Error::choice("Enter why the family does not know, in 1 to 500 characters"));
    }
    let mut whole = whole(ctx, Action::RequestSpend, id, true).await?;
    let mut change = begin(ctx, Action::RequestSpend, &mut whole).await?;
    let words = if told == Told::Yes { "" } else { why };
    let note = Note { told: Some(told), ..Note::saying(words) };
    take(&change, &mut whole.asked, Step::Tell, note).await?;
    change.note("told", told.slug());
    Ok(change.commit().await?)
}

/// Says what changed, 30 or 90 days after the payment. It is said once for each.
///
/// # Errors
/// In words for the worker: too early, not paid, said already.
pub async fn say_outcome(ctx: &Ctx, id: Uuid, days: u16, outcome: Outcome, words: &str) -> Result<()> {
    if !OUTCOME_DAYS.contains(&days) {
        return Err(platform::Error::NotFound.into());
    }
    if !are_words(words) {
        return Err(Error::choice("Enter what changed, or why it cannot be said, in 1 to 500 characters"));
    }
    let whole = whole(ctx, Action::RequestSpend, id, true).await?;
    let Some(paid_on) = whole.asked.paid_on().filter(|_| whole.asked.course.state.is_paid()) else {
        return Err(Error::choice("What changed is asked after a payment"));
    };
    if ctx.today() < outcome_due(paid_on, days) {
        return Err(Error::choice(format!("This is asked {days} days after the payment")));
    }
    let mut change = ctx.change(Action::RequestSpend, Subject::of(SUBJECT, id)).await?;
    crate::ledger::store::lock(change.tx()).await?;
    let said = store::outcomes(change.tx(), &[id]).await?;
    let row_days = i16::try_from(days).unwrap_or(i16::MAX);
    if said.get(&id).is_some_and(|all| all.iter().any(|one| one.days == row_days)) {
        return Err(Error::choice("This was said already"));
    }
    let row = spend_outcome::Model {
        request_id: id,
        days: row_days,
        outcome: outcome.slug().to_owned(),
        words: words.trim().to_owned(),
        said_on: ctx.today(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    store::insert_outcome(&change, row).await?;
    change.note("days", row_days).note("outcome", outcome.slug());
    Ok(change.commit().await?)
}
