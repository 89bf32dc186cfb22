//! Early help, opened from a concern or a consultation with all that is known, and ended with a reason.

use chrono::NaiveDate;
use platform::{Ctx, Error, Result, audit::Subject, policy::Action};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{
    broken,
    casework::{Carried, From, Origin, carry, chosen},
    telling,
};
use crate::{
    consultation,
    door::{
        entity::early_help_episodes,
        model::{
            reference::reference,
            state::Outcome,
            words::{HelpEnd, HelpReason},
        },
        store,
    },
};

/// What the help is may have so many characters.
pub const HELP_MAX: usize = 2_000;

/// What is new when early help begins; everything else is carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// Why.
    pub reason: HelpReason,
    /// What the help is.
    pub help: String,
    /// Who gives it.
    pub organisation: String,
    /// First day.
    pub start: NaiveDate,
    /// Whether the family agreed.
    pub family_agrees: bool,
    /// The concerns of the pupil that this answers.
    pub answers: Vec<Uuid>,
    /// What their senders are told.
    pub told: String,
}

/// Opens early help.
///
/// # Errors
/// [`Error::Invalid`] for a text or date that cannot be used or a broken rule; as [`carry`].
pub async fn open(ctx: &Ctx, origin: Origin, new: &New) -> Result<Uuid> {
    let action = Action::OpenEarlyHelp;
    let carried = carry(ctx, action, origin).await?;
    if new.help.trim().is_empty() || new.help.chars().count() > HELP_MAX {
        return Err(Error::invalid("what the help is", format!("write it in 1 to {HELP_MAX} characters")));
    }
    if new.organisation.chars().count() > 200 {
        return Err(Error::invalid("who gives the help", "write it in 200 characters or fewer"));
    }
    if new.start > ctx.today() || carried.steps.first().is_some_and(|step| new.start < step.on) {
        return Err(Error::invalid(
            "first day",
            "it must be today or before, and not before what it came from",
        ));
    }
    if !new.family_agrees {
        return Err(Error::invalid("agreement", "early help needs the agreement of the family"));
    }
    let running = store::casework::help_of(ctx.db(), &[carried.pupil.id]).await?;
    if running.iter().any(|row| row.end_date.is_none() && store::urn(row.urn) == carried.urn) {
        return Err(broken("early help", "it runs for this pupil already"));
    }
    let answers = chosen(&carried, &new.answers)?;
    let id = ctx.id();
    let organisation = new.organisation.trim();
    let row = early_help_episodes::Model {
        id,
        reference: reference('E', id),
        urn: store::key(carried.urn),
        pupil_id: carried.pupil.id,
        start_date: new.start,
        end_date: None,
        reason: new.reason.slug().to_owned(),
        help: new.help.trim().to_owned(),
        family_agrees: new.family_agrees,
        end_reason: None,
        organisation: if organisation.is_empty() {
            ctx.org.organisation.name.clone()
        } else {
            organisation.to_owned()
        },
        worker_id: ctx.actor.id,
        worker_name: ctx.actor.name.clone(),
        concern_id: if let From::Concern(row) = &carried.from { Some(row.id) } else { None },
        consultation_id: if let From::Consultation(row) = &carried.from { Some(row.id) } else { None },
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    let mut change = ctx.change(action, Subject::of("early-help", id)).await?;
    store::add(change.tx(), row).await?;
    if let From::Consultation(row) = &carried.from {
        let outcome = consultation::model::Outcome::from_slug(&row.outcome)
            .ok_or_else(|| Error::Corrupt { what: "outcome of a consultation", why: row.outcome.clone() })?
            .with_early_help(true)
            .map_err(|rule| broken("consultation", rule))?;
        let set = consultation::entity::ActiveModel {
            outcome: Set(outcome.slug().to_owned()),
            ..Default::default()
        };
        consultation::store::keep(change.tx(), row, set).await?;
    }
    for concern in &answers {
        telling::tell(&change, concern, Outcome::EarlyHelp, &new.told).await?;
    }
    change.note("reason", new.reason.slug()).note("told", answers.len());
    change.commit().await?;
    Ok(id)
}

/// Early help with all that is known of its pupil at the school.
///
/// # Errors
/// As [`carry`].
pub async fn one(ctx: &Ctx, id: Uuid) -> Result<(early_help_episodes::Model, Carried)> {
    let carried = carry(ctx, Action::OpenEarlyHelp, Origin::EarlyHelp(id)).await?;
    match &carried.from {
        From::EarlyHelp(row) => Ok((row.clone(), carried)),
        From::Concern(_) | From::Consultation(_) => Err(Error::NotFound),
    }
}

/// Ends early help.
///
/// # Errors
/// [`Error::Invalid`] for a date that cannot be; [`Error::Conflict`] where it ended before; as [`carry`].
pub async fn end(ctx: &Ctx, id: Uuid, on: NaiveDate, reason: HelpEnd) -> Result<()> {
    let (row, _) = one(ctx, id).await?;
    if on > ctx.today() || on < row.start_date {
        return Err(Error::invalid("last day", "it must be today or before, and not before the first day"));
    }
    let mut change = ctx.change(Action::OpenEarlyHelp, Subject::of("early-help", id)).await?;
    store::casework::end_help(change.tx(), id, on, reason).await?;
    change.note("end", reason.slug());
    change.commit().await
}
