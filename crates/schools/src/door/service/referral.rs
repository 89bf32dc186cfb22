//! The referral to the council's front door: a document made of what is known, frozen when it is sent, decided by the
//! front door, and found again in the children in need return.

use std::collections::HashMap;

use chrono::NaiveDate;
use platform::{
    Ctx, Error, Result,
    audit::Subject,
    policy::{Action, Object, decide as judge},
};
use record::access;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{
    broken,
    casework::{Carried, From, Origin, carry, chosen, seen},
    object,
    own::state,
    schools, telling, thread,
};
use crate::{
    consultation,
    door::{
        entity::{pupil_outline, referral_outcome, referral_sent},
        model::{
            clock::{Clock, decide_by},
            document::{Child, Document, FORM, SOURCE_SCHOOL, School, digest},
            matching::{Episode, proposals},
            reference::reference,
            state::{Outcome, State},
            words::{Decision, FamilyKnows},
        },
        store,
    },
};

/// Why now may have so many characters.
pub const WHY_MAX: usize = 4_000;

/// What is new when a referral is sent; everything else is carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// Why now.
    pub why_now: String,
    /// Whether the parents know.
    pub family: FamilyKnows,
    /// The concerns of the pupil whose senders are told.
    pub answers: Vec<Uuid>,
    /// What they are told.
    pub told: String,
}

/// The document that would be sent.
pub fn draft(
    ctx: &Ctx,
    carried: &Carried,
    reference: String,
    why_now: &str,
    family: Option<FamilyKnows>,
) -> Document {
    let pupil = &carried.pupil;
    Document {
        form: FORM.to_owned(),
        reference,
        council: ctx.org.organisation.name.clone(),
        sent_on: ctx.today(),
        source: SOURCE_SCHOOL.to_owned(),
        school: School { urn: carried.urn, name: carried.school.clone() },
        sent_by: ctx.actor.name.clone(),
        child: Child {
            forename: pupil.forename.clone(),
            surname: pupil.surname.clone(),
            date_of_birth: pupil.dob,
            sex: pupil.sex.clone(),
            upn: pupil.upn.clone(),
            year_group: pupil.nc_year.clone(),
        },
        history: thread::history(&carried.steps),
        why_now: why_now.trim().to_owned(),
        family_knows: family.map_or("Not known", FamilyKnows::title).to_owned(),
    }
}

/// Sends a referral: freezes the document, moves on what it came from, tells the senders.
///
/// # Errors
/// [`Error::Invalid`] for a missing text or a broken rule; as [`carry`].
pub async fn send(ctx: &Ctx, origin: Origin, new: &New) -> Result<Uuid> {
    let action = Action::MakeReferral;
    let carried = carry(ctx, action, origin).await?;
    if new.why_now.trim().is_empty() || new.why_now.chars().count() > WHY_MAX {
        return Err(Error::invalid("why now", format!("write it in 1 to {WHY_MAX} characters")));
    }
    let answers = chosen(&carried, &new.answers)?;
    let id = ctx.id();
    let reference = reference('R', id);
    let document = draft(ctx, &carried, reference.clone(), &new.why_now, Some(new.family));
    let document = document.canonical().map_err(|error| Error::invalid("referral", error.to_string()))?;
    let today = ctx.today();
    let row = referral_sent::Model {
        id,
        reference,
        urn: store::key(carried.urn),
        pupil_id: carried.pupil.id,
        sent_on: today,
        decide_by: decide_by(today),
        concern_id: if let From::Concern(row) = &carried.from { Some(row.id) } else { None },
        consultation_id: match &carried.from {
            From::Consultation(row) => Some(row.id),
            From::EarlyHelp(row) => row.consultation_id,
            From::Concern(_) => None,
        },
        early_help_id: if let From::EarlyHelp(row) = &carried.from { Some(row.id) } else { None },
        document_hash: digest(&document),
        document,
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    let mut change = ctx.change(action, Subject::of("referral", id)).await?;
    change.note("document", row.document_hash.clone()).note("told", answers.len());
    let consultation = row.consultation_id;
    store::add(change.tx(), row).await?;
    if let Some(id) = consultation
        && let Some(row) = consultation::store::get(change.tx(), id).await?
    {
        let outcome = consultation::model::Outcome::from_slug(&row.outcome)
            .ok_or_else(|| Error::Corrupt { what: "outcome of a consultation", why: row.outcome.clone() })?
            .with_referral(row.pupil_id.is_some())
            .map_err(|rule| broken("consultation", rule))?;
        let set = consultation::entity::ActiveModel {
            outcome: Set(outcome.slug().to_owned()),
            ..Default::default()
        };
        consultation::store::keep(change.tx(), &row, set).await?;
    }
    for concern in &answers {
        telling::tell(&change, concern, Outcome::Referral, &new.told).await?;
    }
    change.commit().await?;
    Ok(id)
}

/// A referral that was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The row; its document was held against its digest.
    pub row: referral_sent::Model,
    /// The document.
    pub document: Document,
    /// The pupil.
    pub pupil: pupil_outline::Model,
    /// The front door's decision.
    pub decision: Option<referral_outcome::Model>,
    /// The episode of a return that a person confirmed.
    pub episode: Option<referral_outcome::Model>,
    /// The clock of the decision.
    pub clock: Clock,
    /// The pupil's thread at this school.
    pub steps: Vec<thread::Step>,
    /// Concerns of the pupil whose senders can be told of the decision.
    pub concerns: usize,
}

/// Opens a referral.
///
/// # Errors
/// [`Error::Corrupt`] where the stored document is not the one that was sent; [`Error::NotFound`], a refusal, or when
/// the database or the access log fails.
pub async fn one(ctx: &Ctx, id: Uuid) -> Result<Sent> {
    let action = Action::MakeReferral;
    let row = store::casework::referral(ctx.db(), id).await?.ok_or(Error::NotFound)?;
    ctx.require(action, object(ctx, row.urn, row.recorded_by))?;
    let corrupt = |why: String| Error::Corrupt { what: "referral", why };
    if digest(&row.document) != row.document_hash {
        return Err(corrupt(format!("{}: its text is not the one that was sent", row.reference)));
    }
    let document = Document::read(&row.document).map_err(|error| corrupt(error.to_string()))?;
    let pupil = seen(ctx, action, row.pupil_id, "referral").await?;
    let mut outcomes = store::casework::outcomes(ctx.db(), &[id]).await?;
    let mut take = |kind: &str| {
        let place = outcomes.iter().position(|outcome| outcome.kind == kind)?;
        Some(outcomes.swap_remove(place))
    };
    let (decision, episode) = (take("decision"), take("episode"));
    let mut steps = thread::of(ctx, &[pupil.id]).await?;
    steps.retain(|step| step.urn == row.urn);
    let decided_on = decision.as_ref().and_then(|decision| decision.decided_on);
    let concerns = told_concerns(ctx, &row).await?.len();
    Ok(Sent {
        clock: Clock::of(row.decide_by, decided_on, ctx.today()),
        row,
        document,
        pupil,
        decision,
        episode,
        steps,
        concerns,
    })
}

/// The concerns of the referral's pupil whose senders know that something became of them.
async fn told_concerns(
    ctx: &Ctx,
    row: &referral_sent::Model,
) -> Result<Vec<crate::door::entity::concern::Model>> {
    let mut all = store::concerns::of_pupils(ctx.db(), &[row.pupil_id]).await?;
    all.retain(|concern| concern.urn == row.urn && concern.told_on.is_some());
    for concern in &all {
        debug_assert!(matches!(state(concern), Ok(State::SenderTold(_))));
    }
    Ok(all)
}

/// Writes down what the front door decided, once, and tells the senders where there are words for them.
///
/// # Errors
/// [`Error::Invalid`] for a date that cannot be; [`Error::Conflict`] where it was written down before; as [`one`].
pub async fn decided(ctx: &Ctx, id: Uuid, decision: Decision, on: NaiveDate, told: &str) -> Result<()> {
    let sent = one(ctx, id).await?;
    if on > ctx.today() || on < sent.row.sent_on {
        return Err(Error::invalid(
            "day of the decision",
            "it must be today or before, and not before the referral",
        ));
    }
    if sent.decision.is_some() {
        return Err(Error::Conflict);
    }
    let concerns = if told.trim().is_empty() { vec![] } else { told_concerns(ctx, &sent.row).await? };
    let mut change = ctx.change(Action::MakeReferral, Subject::of("referral", id)).await?;
    let row = referral_outcome::Model {
        decision: Some(decision.slug().to_owned()),
        decided_on: Some(on),
        ..outcome(ctx, id, "decision")
    };
    store::add(change.tx(), row).await?;
    for concern in &concerns {
        telling::add(&change, concern, told).await?;
    }
    change.note("decision", decision.slug()).note("told", concerns.len());
    change.commit().await
}

fn outcome(ctx: &Ctx, referral: Uuid, kind: &str) -> referral_outcome::Model {
    referral_outcome::Model {
        id: ctx.id(),
        referral_id: referral,
        kind: kind.to_owned(),
        decision: None,
        decided_on: None,
        person_id: None,
        referral_date: None,
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    }
}

/// The episodes of the returns that a referral may have become. Children whose outline the actor may not see are not
/// proposed.
///
/// # Errors
/// When the database fails.
pub async fn proposed(
    ctx: &Ctx,
    row: &referral_sent::Model,
    pupil: &pupil_outline::Model,
) -> Result<Vec<Episode>> {
    let linked: HashMap<Uuid, Uuid> = store::pupils::people(ctx.db(), [pupil]).await?;
    let mut children: Vec<Uuid> = linked.into_values().collect();
    if children.is_empty() {
        children = store::pupils::alike(ctx.db(), pupil).await?;
    }
    let may = access::decisions(ctx, Action::ViewOutline, &children).await?;
    children.retain(|child| may.get(child).is_some_and(|decision| decision.is_allowed()));
    let mut episodes = vec![];
    for child in children {
        episodes.extend(store::casework::episodes(ctx.db(), child).await?);
    }
    Ok(proposals(row.sent_on, &episodes))
}

/// The referrals at the actor's schools that may be in a return and were not confirmed yet.
///
/// # Errors
/// A refusal, or when the database fails.
pub async fn to_confirm(ctx: &Ctx) -> Result<Vec<referral_sent::Model>> {
    let action = Action::MakeReferral;
    ctx.require(action, Object::None)?;
    let mut found = vec![];
    for row in store::casework::referrals_without(ctx.db(), schools(ctx, action), "episode").await? {
        if !judge(&ctx.actor, action, object(ctx, row.urn, row.recorded_by)).is_allowed() {
            continue;
        }
        let Some(pupil) = store::pupils::by_id(ctx.db(), &[row.pupil_id]).await?.remove(&row.pupil_id) else {
            continue;
        };
        if !proposed(ctx, &row, &pupil).await?.is_empty() {
            found.push(row);
        }
    }
    Ok(found)
}

/// Confirms that a referral is this episode of a return; only what is proposed can be confirmed.
///
/// # Errors
/// [`Error::Invalid`] for what is not proposed; [`Error::Conflict`] where one was confirmed before; as [`one`].
pub async fn confirm(ctx: &Ctx, id: Uuid, person: Uuid, referral_date: NaiveDate) -> Result<()> {
    let sent = one(ctx, id).await?;
    if sent.episode.is_some() {
        return Err(Error::Conflict);
    }
    let proposals = proposed(ctx, &sent.row, &sent.pupil).await?;
    if !proposals.iter().any(|episode| episode.person == person && episode.referral_date == referral_date) {
        return Err(Error::invalid("episode", "choose one of the episodes shown"));
    }
    let mut change = ctx.change(Action::MakeReferral, Subject::of("referral", id)).await?;
    let row = referral_outcome::Model {
        person_id: Some(person),
        referral_date: Some(referral_date),
        ..outcome(ctx, id, "episode")
    };
    store::add(change.tx(), row).await?;
    store::pupils::confirm(change.tx(), sent.pupil.id, person).await?;
    change.note("person", person.to_string());
    change.commit().await
}
