//! Raising a concern: the draft, page by page, and sending it.

use chrono::Duration;
use platform::{
    Ctx, Error, Result,
    audit::Subject,
    policy::{Action, Role},
};
use uuid::Uuid;

use super::{broken, object, pupils};
use crate::door::{
    entity::{concern, concern_draft},
    model::{
        answers::{Answers, Step},
        clock::tell_by,
        reference::reference,
        state::State,
        words::Sender,
    },
    store,
};

/// A draft that nobody wrote to for so long is thrown away when its writer starts another.
pub const KEPT_FOR: Duration = Duration::days(7);
/// So many drafts one person may have at once.
const DRAFTS_MAX: usize = 20;

/// A draft with its answers.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Identifier.
    pub id: Uuid,
    /// The school.
    pub urn: u32,
    /// The answers so far.
    pub answers: Answers,
}

/// Begins a concern for one of the actor's own schools.
///
/// # Errors
/// A refusal, or when the database fails.
pub async fn start(ctx: &Ctx, urn: u32) -> Result<Uuid> {
    ctx.require(Action::RaiseConcern, object(ctx, store::key(urn), ctx.actor.id))?;
    let drafts = store::concerns::drafts(ctx.db(), ctx.actor.id).await?;
    let (now, id) = (ctx.now(), ctx.id());
    let old: Vec<Uuid> = drafts
        .iter()
        .enumerate()
        .filter(|(place, draft)| now - draft.updated_at > KEPT_FOR || place + 1 >= DRAFTS_MAX)
        .map(|(_, draft)| draft.id)
        .collect();
    let mut change = ctx.change(Action::RaiseConcern, Subject::of("concern-draft", id)).await?;
    let answers = serde_json::to_string(&Answers::default())
        .map_err(|error| Error::invalid("draft", error.to_string()))?;
    let row =
        concern_draft::Model { id, user_id: ctx.actor.id, urn: store::key(urn), answers, updated_at: now };
    store::add(change.tx(), row).await?;
    let dropped = store::concerns::drop_drafts(change.tx(), &old).await?;
    change.note("step", "start").note("dropped", dropped);
    change.commit().await?;
    Ok(id)
}

/// The actor's own draft; anybody else's does not exist.
///
/// # Errors
/// [`Error::NotFound`], a refusal, or when the database fails.
pub async fn draft(ctx: &Ctx, id: Uuid) -> Result<Draft> {
    let row = store::concerns::draft(ctx.db(), id).await?.ok_or(Error::NotFound)?;
    ctx.require(Action::RaiseConcern, object(ctx, row.urn, row.user_id))?;
    if row.user_id != ctx.actor.id {
        return Err(Error::NotFound);
    }
    let answers = serde_json::from_str(&row.answers)
        .map_err(|error| Error::Corrupt { what: "draft of a concern", why: error.to_string() })?;
    Ok(Draft { id, urn: store::urn(row.urn), answers })
}

/// The actor's drafts that can be gone on with.
///
/// # Errors
/// When the database fails.
pub async fn drafts(ctx: &Ctx) -> Result<Vec<(Uuid, chrono::DateTime<chrono::Utc>)>> {
    let all = store::concerns::drafts(ctx.db(), ctx.actor.id).await?;
    let fresh = all.into_iter().filter(|draft| ctx.now() - draft.updated_at <= KEPT_FOR);
    Ok(fresh
        .filter(|draft| ctx.actor.schools.contains(&store::urn(draft.urn)))
        .map(|d| (d.id, d.updated_at))
        .collect())
}

/// Keeps the answers of the actor's own draft.
///
/// # Errors
/// [`Error::NotFound`] for a pupil who is not on the school's roll; a refusal, or when the database fails.
pub async fn keep(ctx: &Ctx, draft: &Draft, step: Step) -> Result<()> {
    self::draft(ctx, draft.id).await?;
    if let (Step::Pupil, Some(entry)) = (step, draft.answers.roll_entry) {
        pupils::one(ctx, Action::RaiseConcern, draft.urn, entry).await?;
    }
    let answers =
        serde_json::to_string(&draft.answers).map_err(|error| Error::invalid("draft", error.to_string()))?;
    let mut change = ctx.change(Action::RaiseConcern, Subject::of("concern-draft", draft.id)).await?;
    store::concerns::keep_draft(change.tx(), draft.id, answers, ctx.now()).await?;
    change.note("step", step.slug());
    change.commit().await
}

/// Sends the concern. The draft becomes it in one transaction, so that sending twice sends once.
///
/// # Errors
/// [`Error::Invalid`] where an answer is missing; a refusal, or when the database fails.
pub async fn send(ctx: &Ctx, id: Uuid) -> Result<Uuid> {
    let Draft { urn, answers, .. } = draft(ctx, id).await?;
    let (Some(about), Step::Check) = (answers.about(), answers.first_missing()) else {
        return Err(broken("concern", "answer every question first"));
    };
    let pupil = match answers.roll_entry.filter(|_| answers.is_about_pupil()) {
        Some(entry) => Some(pupils::from_roll(ctx, Action::RaiseConcern, urn, entry).await?),
        None => None,
    };
    let today = ctx.today();
    let new = ctx.id();
    let role = if ctx.actor.has(Role::SafeguardingLead) { Sender::SafeguardingLead } else { Sender::Other };
    let row = concern::Model {
        id: new,
        reference: reference('C', new),
        urn: store::key(urn),
        state: State::Recorded.slug().to_owned(),
        outcome: None,
        about: about.slug().to_owned(),
        pupil_id: pupil.as_ref().map(|(pupil, _)| pupil.id),
        place: if pupil.is_some() { String::new() } else { answers.place.trim().to_owned() },
        worry: answers.worry.trim().to_owned(),
        family_knows: answers.family().filter(|_| pupil.is_some()).map(|knows| knows.slug().to_owned()),
        done: answers.done.trim().to_owned(),
        danger: answers.danger == Some(true),
        recorded_on: today,
        tell_by: tell_by(today),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
        recorded_role: role.slug().to_owned(),
        triaged_at: None,
        triaged_by: None,
        triaged_by_name: None,
        told_on: None,
    };
    let mut change = ctx.change(Action::RaiseConcern, Subject::of("concern", new)).await?;
    store::one(store::concerns::drop_drafts(change.tx(), &[id]).await?)?;
    if let Some((pupil, is_new)) = &pupil {
        pupils::add(change.tx(), pupil, *is_new).await?;
    }
    store::add(change.tx(), row).await?;
    change.note("urn", urn).note("about", about.slug()).note("step", "send");
    change.commit().await?;
    Ok(new)
}
