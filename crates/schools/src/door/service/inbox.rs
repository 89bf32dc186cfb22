//! The worker's side: concerns that wait, taking one, and deciding what becomes of it.

use std::collections::HashMap;

use platform::{
    Ctx, Error, Result,
    audit::Subject,
    policy::{Action, Object, decide},
};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{
    broken, casework, look_at, names, object,
    own::state,
    pupils::{Sight, name, sight},
    schools, telling,
    thread::{self, Step},
};
use crate::door::{
    entity::{concern, concern_told, early_help_episodes, pupil_outline, referral_sent},
    model::{
        clock::Clock,
        state::{Outcome, State},
        words::About,
    },
    store,
};

/// Concerns told lately that the list shows besides those that wait.
const TOLD_SHOWN: usize = 20;

/// Of whom a line speaks, as far as the reader may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// A pupil, by name.
    Pupil(String),
    /// No child is named.
    NoChild(&'static str),
    /// A child whose record is restricted, and the reader is not on its list.
    Restricted,
}

/// A concern in the list.
#[derive(Debug, Clone)]
pub struct Line {
    /// The concern; its texts are not for the list.
    pub row: concern::Model,
    /// Where it stands.
    pub state: State,
    /// Whom it is about.
    pub whom: Whom,
    /// The school's name.
    pub school: String,
    /// The clock of one working day.
    pub clock: Clock,
}

/// A referral or early help in the list.
#[derive(Debug, Clone)]
pub struct Work<T> {
    /// The row.
    pub row: T,
    /// Whom it is about.
    pub whom: Whom,
    /// The school's name.
    pub school: String,
}

/// What waits at the schools of the actor.
#[derive(Debug, Clone, Default)]
pub struct Inbox {
    /// Concerns whose sender waits, the most urgent first.
    pub waiting: Vec<Line>,
    /// Concerns whose sender was told, latest first.
    pub told: Vec<Line>,
    /// Early help that runs.
    pub help: Vec<Work<early_help_episodes::Model>>,
    /// Referrals that the front door has not decided.
    pub undecided: Vec<Work<referral_sent::Model>>,
}

/// Whom rows are about, for the actor; rows of which nothing may be known are left out of the map.
pub(crate) async fn whom(
    ctx: &Ctx,
    action: Action,
    pupils: Vec<Uuid>,
    page: Option<&str>,
) -> Result<HashMap<Uuid, Whom>> {
    let pupils = store::pupils::by_id(ctx.db(), &pupils).await?;
    let sight = sight(ctx, action, pupils.values()).await?;
    let may = |pupil: &pupil_outline::Model, wanted| sight.get(&pupil.id) == Some(&wanted);
    let open: Vec<_> = pupils.values().filter(|pupil| may(pupil, Sight::Open)).collect();
    // Where no name is shown there is no look.
    if let Some(page) = page {
        look_at(ctx, action, &open, page).await?;
    }
    Ok(pupils
        .values()
        .filter_map(|pupil| match sight.get(&pupil.id)? {
            Sight::Open => Some((pupil.id, Whom::Pupil(name(pupil)))),
            Sight::Presence => Some((pupil.id, Whom::Restricted)),
            Sight::Nothing => None,
        })
        .collect())
}

/// What waits for the actor at their schools; a manager sees every school.
///
/// # Errors
/// A refusal, or when the database or the access log fails.
pub async fn inbox(ctx: &Ctx) -> Result<Inbox> {
    gather(ctx, Some("concerns that wait")).await
}

/// What waits, for the page of this name; with none, for what shows references and no names.
pub(crate) async fn gather(ctx: &Ctx, page: Option<&str>) -> Result<Inbox> {
    let action = Action::TriageConcern;
    ctx.require(action, Object::None)?;
    let which = schools(ctx, action);
    let may = |urn, by| decide(&ctx.actor, action, object(ctx, urn, by)).is_allowed();
    let mut concerns = store::concerns::of_schools(ctx.db(), which, true).await?;
    let told = store::concerns::of_schools(ctx.db(), which, false).await?;
    concerns.extend(told.into_iter().filter(|row| row.told_on.is_some()).take(TOLD_SHOWN));
    concerns.retain(|row| may(row.urn, row.recorded_by));
    let mut help = store::casework::help_running(ctx.db(), which).await?;
    help.retain(|row| may(row.urn, row.recorded_by));
    let mut sent = store::casework::referrals_without(ctx.db(), which, "decision").await?;
    sent.retain(|row| may(row.urn, row.recorded_by));

    let mut pupils: Vec<Uuid> = concerns.iter().filter_map(|row| row.pupil_id).collect();
    pupils.extend(help.iter().map(|row| row.pupil_id).chain(sent.iter().map(|row| row.pupil_id)));
    pupils.sort_unstable();
    pupils.dedup();
    let whom = whom(ctx, action, pupils, page).await?;
    let urns = concerns.iter().map(|row| row.urn).chain(help.iter().map(|row| row.urn));
    let names = names(ctx, urns.chain(sent.iter().map(|row| row.urn))).await?;
    let school = |urn: i32| names.get(&urn).cloned().unwrap_or_default();

    let mut inbox = Inbox::default();
    for row in concerns {
        let about = About::from_slug(&row.about).map_or("Something else", About::title);
        let of = match row.pupil_id {
            None => Some(Whom::NoChild(about)),
            Some(pupil) => whom.get(&pupil).cloned(),
        };
        let Some(of) = of else { continue };
        let state = state(&row)?;
        let clock = Clock::of(row.tell_by, row.told_on, ctx.today());
        let line = Line { state, whom: of, school: school(row.urn), clock, row };
        if state.waits() { inbox.waiting.push(line) } else { inbox.told.push(line) }
    }
    let work = |pupil: Uuid, urn| Some((whom.get(&pupil).cloned()?, school(urn)));
    inbox.help = help
        .into_iter()
        .filter_map(|row| work(row.pupil_id, row.urn).map(|(whom, school)| Work { row, whom, school }))
        .collect();
    inbox.undecided = sent
        .into_iter()
        .filter_map(|row| work(row.pupil_id, row.urn).map(|(whom, school)| Work { row, whom, school }))
        .collect();
    Ok(inbox)
}

/// A concern that was opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The concern.
    pub row: concern::Model,
    /// Where it stands.
    pub state: State,
    /// The pupil.
    pub pupil: Option<pupil_outline::Model>,
    /// The school's name.
    pub school: String,
    /// The clock of one working day.
    pub clock: Clock,
    /// What the sender was told.
    pub told: Vec<concern_told::Model>,
    /// The pupil's thread at this school.
    pub steps: Vec<Step>,
}

/// Opens a concern to a worker of its school, or a manager.
///
/// # Errors
/// [`Error::NotFound`], a refusal, or when the database or the access log fails.
pub async fn open(ctx: &Ctx, id: Uuid) -> Result<Opened> {
    let action = Action::TriageConcern;
    let row = store::concerns::get(ctx.db(), id).await?.ok_or(Error::NotFound)?;
    ctx.require(action, object(ctx, row.urn, row.recorded_by))?;
    let pupil = match row.pupil_id {
        Some(pupil) => Some(casework::seen(ctx, action, pupil, "concern").await?),
        None => None,
    };
    let mut steps = match &pupil {
        Some(pupil) => thread::of(ctx, &[pupil.id]).await?,
        None => vec![],
    };
    steps.retain(|step| step.urn == row.urn);
    Ok(Opened {
        state: state(&row)?,
        school: names(ctx, std::iter::once(row.urn)).await?.remove(&row.urn).unwrap_or_default(),
        clock: Clock::of(row.tell_by, row.told_on, ctx.today()),
        told: store::concerns::told(ctx.db(), &[row.id]).await?,
        pupil,
        steps,
        row,
    })
}

/// Takes a new concern.
///
/// # Errors
/// The broken rule as [`Error::Invalid`]; [`Error::Conflict`] where somebody was first; as [`open`].
pub async fn triage(ctx: &Ctx, id: Uuid) -> Result<()> {
    let Opened { row, state, .. } = open(ctx, id).await?;
    let next = state.triage().map_err(|rule| broken("concern", rule))?;
    let mut change = ctx.change(Action::TriageConcern, Subject::of("concern", id)).await?;
    let mut set = store::concerns::state(next);
    set.triaged_at = Set(Some(ctx.now()));
    set.triaged_by = Set(Some(ctx.actor.id));
    set.triaged_by_name = Set(Some(ctx.actor.name.clone()));
    store::concerns::keep(change.tx(), &row, set).await?;
    change.note("state", next.slug());
    change.commit().await
}

/// Decides what becomes of a concern, where no early help or referral is made of it, and tells the sender.
///
/// # Errors
/// The broken rule or a missing text as [`Error::Invalid`]; [`Error::Conflict`] where somebody was first; as [`open`].
pub async fn decide_and_tell(ctx: &Ctx, id: Uuid, outcome: Outcome, text: &str) -> Result<()> {
    let Opened { row, state, .. } = open(ctx, id).await?;
    if outcome.needs_pupil() {
        return Err(broken("outcome", "open early help or send the referral; the outcome follows by itself"));
    }
    let text = telling::words(text)?;
    // Asked before the change, so that a decided concern is not taken for an addition to what was told.
    let taken = if state == State::Recorded { state.triage() } else { Ok(state) };
    taken
        .and_then(|state| state.decide(outcome, row.pupil_id.is_some()))
        .map_err(|rule| broken("concern", rule))?;
    let mut change = ctx.change(Action::TriageConcern, Subject::of("concern", id)).await?;
    telling::tell(&change, &row, outcome, text).await?;
    change.note("outcome", outcome.slug());
    change.commit().await
}
