//! Consultations: recorded with or without a child, named later without typing anything again.

use chrono::{Days, NaiveDate};
use platform::{
    Ctx, Error, Result,
    audit::Subject,
    policy::{Action, Object, decide},
};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{
    entity::{ActiveModel, Model},
    model::{Broken, MINUTES_MAX, Outcome, TEXT_MAX, Topic},
    store,
};
use crate::door::{
    entity::pupil_outline,
    model::{reference::reference, words::Sender},
    service::{
        broken,
        casework::seen,
        inbox::{Whom, whom},
        names, object,
        pupils::{self, Typed},
        schools,
        thread::{self, Step},
    },
    store as door,
};
use crate::team::{
    model::{Kind, Present, Session, Setting},
    service::record_session,
};

/// How many days back a consultation may be written down: as far as any other activity.
const DAYS_BACK: u64 = 365;

/// A consultation as its worker records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// The school.
    pub urn: u32,
    /// The day.
    pub held_on: NaiveDate,
    /// How long it took.
    pub minutes: u32,
    /// Who asked.
    pub asked_by: Sender,
    /// About what.
    pub topic: Topic,
    /// What was asked.
    pub question: String,
    /// The advice given.
    pub advice: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Where and how they talked.
    pub setting: Setting,
}

impl New {
    /// The session under which its minutes count as activity: without a name, and never as a contact.
    fn session(&self, worker: Uuid) -> Session {
        Session {
            kind: Kind::Consultation,
            happened_on: self.held_on,
            urn: self.urn,
            worker,
            minutes: self.minutes,
            setting: self.setting,
            present: Present { staff: Some(1), ..Present::default() },
            topic: self.topic.as_activity(),
            outcome: self.outcome.as_activity(),
            note: String::new(),
        }
    }
}

/// Records a consultation without a child named. It is activity with minutes; it makes no contact and no referral.
///
/// # Errors
/// [`Error::Invalid`] for what cannot be; a refusal, or when the database fails.
pub async fn record(ctx: &Ctx, new: &New) -> Result<Uuid> {
    let action = Action::RecordConsultation;
    ctx.require(action, object(ctx, door::key(new.urn), ctx.actor.id))?;
    for (what, text) in [("what was asked", &new.question), ("the advice", &new.advice)] {
        if text.trim().is_empty() || text.chars().count() > TEXT_MAX {
            return Err(Error::invalid(what, format!("write it in 1 to {TEXT_MAX} characters")));
        }
    }
    if !(1..=MINUTES_MAX).contains(&new.minutes) {
        return Err(Error::invalid("minutes", format!("they must be from 1 to {MINUTES_MAX}")));
    }
    let first = ctx.today().checked_sub_days(Days::new(DAYS_BACK));
    if new.held_on > ctx.today() || first.is_some_and(|first| new.held_on < first) {
        return Err(Error::invalid("day", "it must be today or in the last 12 months"));
    }
    if door::roll::names(ctx.db(), &[new.urn]).await?.is_empty() {
        return Err(Error::invalid("school", "it is not in the register of schools"));
    }
    let id = ctx.id();
    let row = Model {
        id,
        reference: reference('A', id),
        urn: door::key(new.urn),
        held_on: new.held_on,
        minutes: i32::try_from(new.minutes).unwrap_or(0),
        asked_by: new.asked_by.slug().to_owned(),
        topic: new.topic.slug().to_owned(),
        question: new.question.trim().to_owned(),
        advice: new.advice.trim().to_owned(),
        outcome: new.outcome.slug().to_owned(),
        pupil_id: None,
        named_at: None,
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    let mut change = ctx.change(action, Subject::of("consultation", id)).await?;
    door::add(change.tx(), row).await?;
    record_session(&mut change, &new.session(ctx.actor.id), Some(id)).await?;
    change.note("urn", new.urn).note("minutes", new.minutes).note("topic", new.topic.slug());
    change.commit().await?;
    Ok(id)
}

/// Who the child is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Child {
    /// A row of the school's roll: nothing is typed.
    OnRoll(Uuid),
    /// Somebody who is not on the roll yet.
    Typed(Typed),
}

/// Names the child of a consultation that has none.
///
/// # Errors
/// [`Error::Invalid`] where a child was named before or a name is missing; [`Error::NotFound`], a refusal, or when the
/// database or the access log fails.
pub async fn name(ctx: &Ctx, id: Uuid, child: &Child) -> Result<()> {
    let action = Action::RecordConsultation;
    let row = store::get(ctx.db(), id).await?.ok_or(Error::NotFound)?;
    ctx.require(action, object(ctx, row.urn, row.recorded_by))?;
    if row.pupil_id.is_some() {
        return Err(broken("consultation", Broken::Named));
    }
    let urn = door::urn(row.urn);
    let (pupil, new) = match child {
        Child::OnRoll(entry) => pupils::from_roll(ctx, action, urn, *entry).await?,
        Child::Typed(typed) => (pupils::from_typed(ctx, urn, typed)?, true),
    };
    let mut change = ctx.change(action, Subject::of("consultation", id)).await?;
    pupils::add(change.tx(), &pupil, new).await?;
    let set =
        ActiveModel { pupil_id: Set(Some(pupil.id)), named_at: Set(Some(ctx.now())), ..Default::default() };
    store::keep(change.tx(), &row, set).await?;
    change.note("named", if matches!(child, Child::OnRoll(_)) { "roll" } else { "typed" });
    change.commit().await
}

/// A consultation in the list.
#[derive(Debug, Clone)]
pub struct Line {
    /// The consultation; its texts are not for the list.
    pub row: Model,
    /// Whom it was about.
    pub whom: Whom,
    /// The school's name.
    pub school: String,
}

/// The consultations at the actor's schools, newest first.
///
/// # Errors
/// A refusal, or when the database or the access log fails.
pub async fn list(ctx: &Ctx) -> Result<Vec<Line>> {
    let action = Action::RecordConsultation;
    ctx.require(action, Object::None)?;
    let mut rows = store::of_schools(ctx.db(), schools(ctx, action)).await?;
    rows.retain(|row| decide(&ctx.actor, action, object(ctx, row.urn, row.recorded_by)).is_allowed());
    let mut ids: Vec<Uuid> = rows.iter().filter_map(|row| row.pupil_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let whom = whom(ctx, action, ids, Some("consultations")).await?;
    let names = names(ctx, rows.iter().map(|row| row.urn)).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let whom = match row.pupil_id {
                None => Whom::NoChild("No child named"),
                Some(pupil) => whom.get(&pupil)?.clone(),
            };
            Some(Line { whom, school: names.get(&row.urn).cloned().unwrap_or_default(), row })
        })
        .collect())
}

/// A consultation that was opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The consultation.
    pub row: Model,
    /// The pupil, where named.
    pub pupil: Option<pupil_outline::Model>,
    /// The school's name.
    pub school: String,
    /// The pupil's thread at this school.
    pub steps: Vec<Step>,
}

/// Opens a consultation.
///
/// # Errors
/// [`Error::NotFound`], a refusal, or when the database or the access log fails.
pub async fn one(ctx: &Ctx, id: Uuid) -> Result<Opened> {
    let action = Action::RecordConsultation;
    let row = store::get(ctx.db(), id).await?.ok_or(Error::NotFound)?;
    ctx.require(action, object(ctx, row.urn, row.recorded_by))?;
    let pupil = match row.pupil_id {
        Some(pupil) => Some(seen(ctx, action, pupil, "consultation").await?),
        None => None,
    };
    let mut steps = match &pupil {
        Some(pupil) => thread::of(ctx, &[pupil.id]).await?,
        None => vec![],
    };
    steps.retain(|step| step.urn == row.urn);
    let school = names(ctx, std::iter::once(row.urn)).await?.remove(&row.urn).unwrap_or_default();
    Ok(Opened { row, pupil, school, steps })
}
