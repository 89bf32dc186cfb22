//! Sealing the list of a round, drawing, what happens later, and the pots of those who were drawn.

use std::collections::HashSet;

use platform::{
    Ctx, Error as PlatformError,
    audit::Subject,
    policy::{Action, Object, decide},
};
use record::draw::{
    entity::{draw as sealed, draw_event, draw_result},
    model::{Draw, What},
    service::{self as draws, Kind},
};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};
use uuid::Uuid;

use super::{may_read, reason};
use crate::{
    Error, Result,
    families::{
        entity::{family_pot, family_round_draw},
        model::{self, BUDGET, Consent, Nomination, Round, Share, plan},
        store,
    },
    ledger::{
        model::{Movement, Refused, TOGETHER_MAX, What as Amount},
        store as ledger,
    },
    money::Pence,
    policy::{model::Draw as Rules, store as policies},
    pots::{
        model::Owner,
        reach,
        service::{NewEnvelope, open_in},
        store as pots,
    },
};

/// What is drawn here, and the action that it needs.
pub const FAMILIES: Kind = Kind { name: "families", action: Action::DrawFamilies };

/// How far the draw of a round has come, for whoever changes the round.
pub(super) struct State {
    draw: Option<Uuid>,
    drawn: bool,
    units: HashSet<String>,
}

impl State {
    /// Whether the list is sealed and not drawn yet.
    pub(super) fn is_sealed(&self) -> bool {
        self.draw.is_some() && !self.drawn
    }

    /// Whether a nomination is on the list, or took somebody's place on it.
    pub(super) fn has(&self, nomination: &Nomination) -> bool {
        self.units.contains(&nomination.id.to_string())
    }
}

/// How far the draw of a round has come.
pub(super) async fn state(db: &impl ConnectionTrait, round: &Round) -> Result<State> {
    let Some(id) = round.draw_id else {
        return Ok(State { draw: None, drawn: false, units: HashSet::new() });
    };
    let row = sealed::Entity::find_by_id(id).one(db).await?.ok_or(PlatformError::NotFound)?;
    let list: stats::allocation::FrozenList = serde_json::from_str(&row.list)
        .map_err(|error| PlatformError::Corrupt { what: "sealed list", why: error.to_string() })?;
    let mut units: HashSet<String> = list.ids.into_iter().collect();
    let events = draw_event::Entity::find().filter(draw_event::Column::DrawId.eq(id)).all(db).await?;
    units.extend(
        events.into_iter().filter(|row| row.what == What::Replacement.slug()).filter_map(|row| row.other),
    );
    let drawn = draw_result::Entity::find_by_id(id).one(db).await?.is_some();
    Ok(State { draw: Some(id), drawn, units })
}

fn told(error: draws::Error) -> Error {
    match error {
        draws::Error::Problem(problem) => Error::choice(problem.to_string()),
        draws::Error::Platform(error) => error.into(),
    }
}

fn bands(all: &[Nomination]) -> Vec<String> {
    all.iter().filter(|one| one.end.is_none()).map(|one| one.band.clone()).collect()
}

/// A number of budgets to begin with: half of those nominated, within what the rules allow.
pub fn proposed_places(rules: &Rules, nominated: usize) -> usize {
    (nominated / 2).clamp(usize::from(rules.least), usize::from(rules.most).max(usize::from(rules.least)))
}

async fn rules_of(db: &impl ConnectionTrait, round: &Round) -> Result<(policies::Version, Rules)> {
    let version = policies::version(db, round.version_id).await?;
    let rules = version.policy.draw.clone();
    let rules = rules.ok_or_else(|| Error::choice("families are not drawn under these rules"))?;
    Ok((version, rules))
}

/// How so many budgets would be spread over the bands now.
///
/// # Errors
/// In words for the person who asked.
pub async fn shares(ctx: &Ctx, round: &Round, places: usize) -> Result<Vec<Share>> {
    ctx.require(Action::DrawFamilies, Object::None)?;
    let (_, rules) = rules_of(ctx.db(), round).await?;
    let all = store::nominations(ctx.db(), round.id).await?;
    model::share(&rules, &bands(&all), places).map_err(|problem| Error::choice(problem.to_string()))
}

/// Seals the list of a round: from now on nobody comes on it or leaves it, and the seed is locked away.
///
/// # Errors
/// In words for the person who asked.
pub async fn seal(ctx: &Ctx, round: Uuid, places: usize, source: &str) -> Result<Uuid> {
    ctx.require(Action::DrawFamilies, Object::None)?;
    let mut change = ctx.change(Action::DrawFamilies, Subject::kind("draw")).await?;
    let round = store::locked(change.tx(), round).await?;
    if round.draw_id.is_some() {
        return Err(Error::choice("the list of this round is sealed already, and is sealed once only"));
    }
    let (version, rules) = rules_of(change.tx(), &round).await?;
    let all = store::nominations(change.tx(), round.id).await?;
    let untold: Vec<String> = all
        .iter()
        .filter(|one| one.end.is_none() && one.notices.is_empty() && one.consent == Consent::NotYet)
        .map(Nomination::reference)
        .collect();
    if let Some(first) = untold.first() {
        return Err(Error::choice(format!(
            "{} of the families were not told yet, {first} among them: tell them, or take the nominations back",
            untold.len()
        )));
    }
    let shares =
        model::share(&rules, &bands(&all), places).map_err(|problem| Error::choice(problem.to_string()))?;
    let plan = plan(&round, &version, &all, &shares, source);
    let draw = draws::seal_in(&mut change, FAMILIES, &plan).await.map_err(told)?;
    let row = family_round_draw::Model {
        round_id: round.id,
        draw_id: draw,
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    family_round_draw::Entity::insert(row.into_active_model()).exec_without_returning(change.tx()).await?;
    change.note("round", round.id.to_string());
    change.commit().await?;
    Ok(draw)
}

/// The draw of a round as far as it has come; none while nothing is sealed. The look is stored first.
///
/// # Errors
/// Refused, not found, or the database.
pub async fn draw(ctx: &Ctx, round: &Round) -> Result<Option<Draw>> {
    ctx.require(Action::DrawFamilies, Object::None)?;
    draw_of(ctx, round).await
}

/// The same for those who nominate, too: they see where each of their families stands.
///
/// # Errors
/// Refused, or the database.
pub async fn draw_of(ctx: &Ctx, round: &Round) -> Result<Option<Draw>> {
    may_read(ctx)?;
    let Some(id) = round.draw_id else { return Ok(None) };
    let draws_too = decide(&ctx.actor, Action::DrawFamilies, Object::None).is_allowed();
    let action = if draws_too { Action::DrawFamilies } else { Action::NominateFamily };
    Ok(Some(draws::one(ctx, Kind { action, ..FAMILIES }, id).await.map_err(told)?))
}

fn sealed_draw(round: &Round) -> Result<Uuid> {
    round.draw_id.ok_or_else(|| Error::choice("the list of this round is not sealed yet"))
}

/// Makes the draw of a round, once, by somebody else than the one who sealed it.
///
/// # Errors
/// In words for the person who asked.
pub async fn make(ctx: &Ctx, round: Uuid, public_value: &str) -> Result<()> {
    ctx.require(Action::DrawFamilies, Object::None)?;
    let round = store::round(ctx.db(), round).await?;
    draws::make(ctx, FAMILIES, sealed_draw(&round)?, public_value).await.map_err(told)
}

/// Adds what happened to a family after the draw. Families are named by their references; one that takes another's place was
/// nominated after the draw, in the same band.
///
/// # Errors
/// In words for the person who asked.
pub async fn add(ctx: &Ctx, round: Uuid, (what, unit, other): (What, &str, &str), why: &str) -> Result<()> {
    ctx.require(Action::DrawFamilies, Object::None)?;
    let why = reason(why)?;
    let round = store::round(ctx.db(), round).await?;
    let id = sealed_draw(&round)?;
    let all = store::nominations(ctx.db(), round.id).await?;
    let left = Nomination::find(&all, unit).ok_or_else(|| Error::choice("choose the family"))?;
    let other = match what {
        What::Withdrawal => None,
        What::Override => Some(other.trim().to_owned()),
        What::Replacement => {
            let comes = Nomination::find(&all, other).ok_or_else(|| {
                Error::choice("enter the number of the nomination that takes its place, such as N-0042")
            })?;
            if comes.end.is_some() {
                return Err(Error::choice("that nomination was taken back"));
            }
            if comes.band != left.band {
                return Err(Error::choice(
                    "a family is replaced by one of the same band, so that the spread stays",
                ));
            }
            Some(comes.id.to_string())
        }
    };
    let unit = left.id.to_string();
    draws::add(ctx, FAMILIES, id, (what, &unit, other.as_deref()), &why).await.map_err(told)
}

/// What was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// So many pots.
    pub pots: usize,
    /// So much money was passed into them together.
    pub passed: Pence,
}

/// Opens a pot for every family that has a budget now and no pot yet, all in one change, each below its team's budget and
/// with the cap of the round's rules; where the rules say so, it is filled at once.
///
/// # Errors
/// In words for the person who asked. Nothing is opened unless all are.
pub async fn open_pots(ctx: &Ctx, round: Uuid) -> Result<Opened> {
    ctx.require(Action::OpenPots, Object::None)?;
    let round = store::round(ctx.db(), round).await?;
    let draw = draw_of(ctx, &round).await?.ok_or_else(|| Error::choice("nothing was drawn yet"))?;
    let standings = draw.standings().map_err(|problem| Error::choice(problem.to_string()))?;
    let winners: HashSet<String> =
        standings.into_iter().filter(|one| one.now.as_deref() == Some(BUDGET)).map(|one| one.unit).collect();
    for nomination in store::nominations(ctx.db(), round.id).await? {
        if winners.contains(&nomination.id.to_string()) && nomination.pot.is_none() {
            let team = pots::envelope(ctx.db(), nomination.envelope_id).await?;
            reach::require(ctx, Action::OpenPots, &team).await?;
        }
    }
    let mut change = ctx.change(Action::OpenPots, Subject::of("family-round", round.id)).await?;
    let round = store::locked(change.tx(), round.id).await?;
    let (version, _) = rules_of(change.tx(), &round).await?;
    let fill = version.policy.cap.filter(|_| version.policy.is_up_front());
    let mut movements = Vec::new();
    let mut opened = Opened { pots: 0, passed: Pence::ZERO };
    for nomination in store::nominations(change.tx(), round.id).await? {
        if nomination.pot.is_some() || !winners.contains(&nomination.id.to_string()) {
            continue;
        }
        let team = pots::envelope(change.tx(), nomination.envelope_id).await?;
        let new = NewEnvelope {
            name: String::new(),
            owner: Owner::Family(nomination.family_id),
            policy: Some(round.policy_id),
            cap: version.policy.cap,
        };
        let pot = open_in(&change, &team, &new).await.map_err(|error| match error {
            Error::Choice(why) => {
                Error::choice(format!("{}: {why}, so that no pot was opened", nomination.reference()))
            }
            error => error,
        })?;
        let row = family_pot::Model {
            nomination_id: nomination.id,
            envelope_id: pot,
            recorded_at: ctx.now(),
            recorded_by: ctx.actor.id,
            recorded_by_name: ctx.actor.name.clone(),
        };
        family_pot::Entity::insert(row.into_active_model()).exec_without_returning(change.tx()).await?;
        if let Some(pence) = fill {
            let what =
                Amount { pence, key: format!("nomination {} fill", nomination.id), booked_on: ctx.today() };
            movements.push(Movement::pass(team.id, pot, what));
        }
        opened.pots += 1;
    }
    if opened.pots == 0 {
        return Err(Error::choice("every family with a budget has its pot already"));
    }
    opened.passed = movements.iter().map(|movement| movement.pence).sum();
    for some in movements.chunks(TOGETHER_MAX) {
        ledger::post(&change, some).await.map_err(|error| match error {
            Error::Ledger(Refused::NotEnough { holds, .. }) => Error::choice(format!(
                "a team’s budget does not suffice: {} is needed for {} pots, and for the next one {holds} is left. No pot was opened",
                opened.passed, opened.pots
            )),
            error => error,
        })?;
    }
    change.note("step", "pots").note("pots", opened.pots).note("pence", opened.passed.get());
    change.commit().await?;
    Ok(opened)
}
