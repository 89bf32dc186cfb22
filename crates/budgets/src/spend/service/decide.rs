//! Deciding on what a colleague asks for. The author never decides.

use platform::{Ctx, clock::date_in_words, policy::Action};
use uuid::Uuid;

use super::{
    Note, Whole, ask::set_aside, begin, expire::lapse, hold::held, money::Money, sentence, take, whole,
};
use crate::{
    Error, Result,
    ledger::model::Refused,
    policy::service as rules,
    spend::model::{State, Step, are_words},
};

fn words(text: &str, what: &str) -> Result<()> {
    if are_words(text) { Ok(()) } else { Err(Error::choice(format!("Enter {what}, in 1 to 500 characters"))) }
}

/// Whether the money may still be promised: by the fund with its recorded extensions, and by the rules that hold today.
async fn in_time(ctx: &Ctx, whole: &Whole) -> Result<()> {
    let policy = whole.pot.policy.ok_or(platform::Error::NotFound)?;
    let rules = rules::live(ctx, policy, ctx.today()).await?.policy;
    let end = whole.fund.end_date.min(rules.last_day);
    if ctx.today() <= end {
        return Ok(());
    }
    Err(Error::choice(format!(
        "This money could be used until {}. Nothing more can be agreed unless a later end is recorded",
        date_in_words(end)
    )))
}

/// Agrees. When enough people have, the money is set aside. Gives where the request then stands.
///
/// # Errors
/// In words for the person who decides; nothing is booked then.
pub async fn approve(ctx: &Ctx, id: Uuid, note: &str) -> Result<State> {
    let mut whole = whole(ctx, Action::ApproveSpend, id, true).await?;
    let mut change = begin(ctx, Action::ApproveSpend, &mut whole).await?;
    if note.chars().count() > crate::spend::model::WORDS_MAX {
        return Err(Error::choice("Enter a note of at most 500 characters"));
    }
    take(&change, &mut whole.asked, Step::Approve, Note::saying(note)).await?;
    if whole.asked.course.state == State::Approved {
        in_time(ctx, &whole).await?;
        if whole.pot.closed_on.is_some() {
            return Err(Error::choice("This pot is closed. Nothing more is spent from it"));
        }
        if let Some(held) = held(ctx, change.tx(), &[whole.pot.id]).await?.remove(&whole.pot.id) {
            let why = held.words();
            return Err(Error::choice(format!("Nothing more is spent from this pot for now: {why}")));
        }
        lapse(&change, &whole.pot).await?;
        set_aside(&change, &mut whole.asked, &whole.pot, &whole.rules).await.map_err(
            |error| match error {
                Error::Ledger(Refused::NotEnough { holds, asked }) => Error::choice(format!(
                    "There is {holds} left in this pot, and {asked} was asked for. Nothing was agreed"
                )),
                Error::Ledger(why) => Error::choice(sentence(&why.to_string())),
                error => error,
            },
        )?;
    }
    let state = whole.asked.course.state;
    change.note("pence", whole.asked.row.pence).note("state", state.slug());
    change.commit().await?;
    Ok(state)
}

/// Does not agree. The reason is for colleagues; what the family may read is written apart.
///
/// # Errors
/// In words for the person who decides.
pub async fn refuse(ctx: &Ctx, id: Uuid, reason: &str, for_family: &str) -> Result<()> {
    words(reason, "why you do not agree")?;
    words(for_family, "what the family may be told")?;
    let mut whole = whole(ctx, Action::ApproveSpend, id, true).await?;
    let change = begin(ctx, Action::ApproveSpend, &mut whole).await?;
    let note = Note { family_words: for_family.trim().to_owned(), ..Note::saying(reason) };
    take(&change, &mut whole.asked, Step::Refuse, note).await?;
    finish(change, &whole).await
}

async fn finish(mut change: platform::audit::Change<'_>, whole: &Whole) -> Result<()> {
    change.note("pence", whole.asked.row.pence).note("state", whole.asked.course.state.slug());
    Ok(change.commit().await?)
}

/// Asks the author something first.
///
/// # Errors
/// In words for the person who asks.
pub async fn query(ctx: &Ctx, id: Uuid, question: &str) -> Result<()> {
    words(question, "your question")?;
    let mut whole = whole(ctx, Action::ApproveSpend, id, true).await?;
    let change = begin(ctx, Action::ApproveSpend, &mut whole).await?;
    take(&change, &mut whole.asked, Step::Query, Note::saying(question)).await?;
    finish(change, &whole).await
}

/// The author answers.
///
/// # Errors
/// In words for the author.
pub async fn answer(ctx: &Ctx, id: Uuid, text: &str) -> Result<()> {
    words(text, "your answer")?;
    let mut whole = whole(ctx, Action::RequestSpend, id, true).await?;
    let change = begin(ctx, Action::RequestSpend, &mut whole).await?;
    take(&change, &mut whole.asked, Step::Answer, Note::saying(text)).await?;
    finish(change, &whole).await
}

/// Takes a request back before it is decided, or releases what was agreed and is not needed.
///
/// # Errors
/// In words for the worker.
pub async fn cancel(ctx: &Ctx, id: Uuid, reason: &str) -> Result<()> {
    words(reason, "why it is not needed")?;
    let mut whole = whole(ctx, Action::RequestSpend, id, true).await?;
    let change = begin(ctx, Action::RequestSpend, &mut whole).await?;
    let mut note = Note::saying(reason);
    if whole.asked.course.state == State::Committed {
        let (pot, rules, request) = (&whole.pot, &whole.rules, whole.asked.row.id);
        let money = Money { change: &change, pot, rules, request };
        note.journal = Some(money.release(&whole.asked, false).await?);
        note.pence = Some(whole.asked.pence());
    }
    take(&change, &mut whole.asked, Step::Cancel, note).await?;
    finish(change, &whole).await
}

/// Confirms cash that was paid out of hours, or says that it cannot be confirmed.
///
/// # Errors
/// In words for the person who confirms.
pub async fn confirm(ctx: &Ctx, id: Uuid, yes: bool, note: &str) -> Result<()> {
    if !yes {
        words(note, "why it cannot be confirmed")?;
    }
    let mut whole = whole(ctx, Action::ApproveSpend, id, true).await?;
    let change = begin(ctx, Action::ApproveSpend, &mut whole).await?;
    let step = if yes { Step::Confirm } else { Step::Deny };
    take(&change, &mut whole.asked, step, Note::saying(note)).await?;
    finish(change, &whole).await
}
