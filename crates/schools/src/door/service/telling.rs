//! Telling the sender: one row for each telling, and the state of the concern with the first.

use platform::{Error, Result, audit::Change};
use sea_orm::ActiveValue::Set;

use super::{broken, own::state};
use crate::door::{
    entity::{concern, concern_told},
    model::state::{Outcome, State},
    store,
};

/// What a sender is told may have so many characters.
pub const TOLD_MAX: usize = 2_000;

/// The words, checked.
///
/// # Errors
/// [`Error::Invalid`] where there are none or too many.
pub(crate) fn words(text: &str) -> Result<&str> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > TOLD_MAX {
        return Err(Error::invalid(
            "what the school is told",
            format!("write it in 1 to {TOLD_MAX} characters"),
        ));
    }
    Ok(text)
}

/// Tells the sender of a concern what became of it: takes it where nobody has, decides where nobody has, and adds to
/// what was told where the sender knows already.
///
/// # Errors
/// The broken rule as [`Error::Invalid`], [`Error::Conflict`] where somebody else was first, or the database's.
pub(crate) async fn tell(
    change: &Change<'_>,
    concern: &concern::Model,
    outcome: Outcome,
    text: &str,
) -> Result<()> {
    let ctx = change.ctx();
    let before = state(concern)?;
    let after = match before {
        State::SenderTold(_) => None,
        State::Recorded => Some(before.triage()),
        State::Triaged | State::Decided(_) => Some(Ok(before)),
    };
    if let Some(taken) = after {
        let decided = match taken {
            Ok(State::Triaged) => State::Triaged.decide(outcome, concern.pupil_id.is_some()),
            other => other,
        };
        let told = decided.and_then(State::tell).map_err(|rule| broken("concern", rule))?;
        let mut row = store::concerns::state(told);
        row.told_on = Set(Some(ctx.today()));
        if before == State::Recorded {
            row.triaged_at = Set(Some(ctx.now()));
            row.triaged_by = Set(Some(ctx.actor.id));
            row.triaged_by_name = Set(Some(ctx.actor.name.clone()));
        }
        store::concerns::keep(change.tx(), concern, row).await?;
    }
    add(change, concern, text).await
}

/// Adds to what the sender was told.
pub(crate) async fn add(change: &Change<'_>, concern: &concern::Model, text: &str) -> Result<()> {
    let ctx = change.ctx();
    let row = concern_told::Model {
        id: ctx.id(),
        concern_id: concern.id,
        told_on: ctx.today(),
        words: words(text)?.to_owned(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    store::add(change.tx(), row).await
}
