//! Restricting a record, and letting it go.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use platform::{
    Ctx, Error, Result,
    audit::{Change, Subject},
    policy::{Action, Object, decide},
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::{ALLOW, DENY, State, Step};
use crate::{
    access::{self, Listed, Outline},
    entity::{restriction, restriction_list},
    people::identity,
};

/// A reason may have so many characters.
pub const REASON_MAX: usize = 1_000;
/// A review must come within so many days: a year.
pub const REVIEW_WITHIN_DAYS: i64 = 366;
/// So many restrictions are read for the list.
const LIST_MAX: u64 = 1_000;
/// So many names may stand on one list.
const NAMES_MAX: usize = 200;

/// What a restriction says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Only the allow list may see the record; otherwise everyone but the deny list.
    pub allow_list_only: bool,
    /// Users who may see it.
    pub allow: BTreeSet<Uuid>,
    /// Users who must not, whatever else they may do.
    pub deny: BTreeSet<Uuid>,
    /// Why.
    pub reason: String,
    /// When it must be looked at again.
    pub review_on: NaiveDate,
}

impl Terms {
    /// Whether these terms can stand.
    pub fn check(&self, today: NaiveDate) -> Result<()> {
        let words = self.reason.trim().chars().count();
        if words == 0 || words > REASON_MAX {
            return Err(Error::invalid("reason", format!("write it in 1 to {REASON_MAX} characters")));
        }
        if self.review_on <= today || (self.review_on - today).num_days() > REVIEW_WITHIN_DAYS {
            return Err(Error::invalid("review", "choose a date from tomorrow to a year from now"));
        }
        if self.allow_list_only && self.allow.is_empty() {
            return Err(Error::invalid(
                "allow list",
                "choose at least one person, or nobody can see the record",
            ));
        }
        if !self.allow_list_only && self.deny.is_empty() {
            return Err(Error::invalid("deny list", "choose at least one person, or nothing is restricted"));
        }
        if self.allow.intersection(&self.deny).next().is_some() {
            return Err(Error::invalid("lists", "nobody can stand on both lists"));
        }
        if self.allow.len() > NAMES_MAX || self.deny.len() > NAMES_MAX {
            return Err(Error::invalid("lists", format!("a list holds at most {NAMES_MAX} names")));
        }
        Ok(())
    }
}

/// Restricts a record. It holds at once; a second person confirms it.
pub async fn restrict(ctx: &Ctx, person: Uuid, terms: &Terms) -> Result<Uuid> {
    let child = access::require(ctx, person, Action::RestrictRecord).await?;
    terms.check(ctx.today())?;
    let mut change = ctx.change(Action::RestrictRecord, Subject::person(child)).await?;
    let id = ctx.id();
    let row = restriction::Model {
        id,
        person_id: child,
        state: State::Requested.slug().to_owned(),
        allow_list_only: terms.allow_list_only,
        reason: terms.reason.trim().to_owned(),
        review_on: terms.review_on,
        requested_at: ctx.now(),
        requested_by: ctx.actor.id,
        requested_by_name: ctx.actor.name.clone(),
        confirmed_at: None,
        confirmed_by: None,
        confirmed_by_name: None,
        lifted_at: None,
        lifted_by_name: None,
        lift_reason: None,
    };
    restriction::Entity::insert(row.into_active_model()).exec_without_returning(change.tx()).await?;
    put_lists(&change, id, terms).await?;
    change.note("event", "requested").note("restriction", id.to_string());
    change.note("allowed", terms.allow.len()).note("denied", terms.deny.len());
    change.commit().await?;
    Ok(id)
}

async fn put_lists(change: &Change<'_>, id: Uuid, terms: &Terms) -> Result<()> {
    let rows: Vec<_> = terms
        .allow
        .iter()
        .map(|user| (*user, ALLOW))
        .chain(terms.deny.iter().map(|user| (*user, DENY)))
        .map(|(user_id, list)| restriction_list::Model { restriction_id: id, user_id, list: list.to_owned() })
        .map(restriction_list::Model::into_active_model)
        .collect();
    if !rows.is_empty() {
        restriction_list::Entity::insert_many(rows).exec_without_returning(change.tx()).await?;
    }
    Ok(())
}

/// A restriction as the one who looks after it sees it.
#[derive(Debug, Clone)]
pub struct Held {
    /// The restriction.
    pub row: restriction::Model,
    /// How it stands today.
    pub state: State,
    /// The child.
    pub child: Outline,
    /// Users on the allow list.
    pub allow: Vec<Uuid>,
    /// Users on the deny list.
    pub deny: Vec<Uuid>,
}

/// One restriction.
pub async fn one(ctx: &Ctx, id: Uuid) -> Result<Held> {
    ctx.require(Action::RestrictRecord, Object::None)?;
    let row = restriction::Entity::find_by_id(id).one(ctx.db()).await?.ok_or(Error::NotFound)?;
    let child = match access::outline_for(ctx, row.person_id, Action::RestrictRecord, "restriction").await {
        Ok(access::Access::Open(outline)) => outline,
        // Not on its list: there is no such restriction as far as they are concerned.
        Ok(access::Access::Ask(_)) | Err(Error::Refused(_)) => return Err(Error::NotFound),
        Err(error) => return Err(error),
    };
    let lists = restriction_list::Entity::find()
        .filter(restriction_list::Column::RestrictionId.eq(id))
        .all(ctx.db())
        .await?;
    let on = |list: &str| lists.iter().filter(|row| row.list == list).map(|row| row.user_id).collect();
    Ok(Held { state: State::of(&row, ctx.today()), allow: on(ALLOW), deny: on(DENY), row, child })
}

/// A line of the list of restrictions.
#[derive(Debug, Clone)]
pub struct Line {
    /// The restriction and its child; `None` where the actor may know of its presence only.
    pub open: Option<(Uuid, Outline)>,
    /// How it stands today.
    pub state: State,
    /// When it must be looked at again.
    pub review_on: NaiveDate,
}

/// Every restriction in force that the actor may know of, by the date of its review.
pub async fn list(ctx: &Ctx) -> Result<Vec<Line>> {
    ctx.require(Action::RestrictRecord, Object::None)?;
    let rows = restriction::Entity::find()
        .filter(restriction::Column::State.ne(State::Lifted.slug()))
        .order_by_asc(restriction::Column::ReviewOn)
        .order_by_asc(restriction::Column::Id)
        .limit(LIST_MAX)
        .all(ctx.db())
        .await?;
    let children: Vec<Uuid> = rows.iter().map(|row| row.person_id).collect();
    let survivors = identity::survivors(ctx.db(), &children).await?;
    let members = identity::members(ctx.db(), &survivors).await?;
    let facts = access::facts(ctx, &survivors).await?;
    let judged = access::judge(ctx, Action::RestrictRecord, &survivors).await?;
    let shown = outlines(ctx, &judged.listed).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let child = members.get(&row.person_id)?;
            let facts = *facts.get(child)?;
            let allowed = decide(&ctx.actor, Action::RestrictRecord, Object::Child(facts)).is_allowed();
            if !allowed && !access::may_know_presence(ctx, facts) {
                return None;
            }
            let open = shown.get(child).filter(|_| allowed).map(|outline| (row.id, outline.clone()));
            Some(Line { open, state: State::of(&row, ctx.today()), review_on: row.review_on })
        })
        .collect())
}

async fn outlines(ctx: &Ctx, listed: &[Listed]) -> Result<HashMap<Uuid, Outline>> {
    let shown = access::outlines(ctx, Action::RestrictRecord, listed, "restrictions").await?;
    Ok(shown.into_iter().map(|outline| (outline.id, outline)).collect())
}

/// Takes a step with a restriction. `review_on` is the new date when it is extended; `reason` why it is lifted
/// or extended.
pub async fn step(
    ctx: &Ctx,
    id: Uuid,
    step: Step,
    review_on: Option<NaiveDate>,
    reason: &str,
) -> Result<State> {
    let held = one(ctx, id).await?;
    let state = held
        .state
        .after(step, held.row.requested_by == ctx.actor.id)
        .map_err(|broken| Error::invalid("restriction", broken.to_string()))?;
    let mut change = ctx.change(Action::RestrictRecord, Subject::person(held.child.id)).await?;
    let fresh = restriction::Entity::find_by_id(id).one(change.tx()).await?.ok_or(Error::NotFound)?;
    if fresh != held.row {
        return Err(Error::Conflict);
    }
    let mut row = fresh.into_active_model();
    row.state = Set(state.slug().to_owned());
    match step {
        Step::Confirm => {
            row.confirmed_at = Set(Some(ctx.now()));
            row.confirmed_by = Set(Some(ctx.actor.id));
            row.confirmed_by_name = Set(Some(ctx.actor.name.clone()));
        }
        Step::Extend => {
            let today = ctx.today();
            let date = review_on.filter(|on| *on > today && (*on - today).num_days() <= REVIEW_WITHIN_DAYS);
            let date = date
                .ok_or_else(|| Error::invalid("review", "choose a date from tomorrow to a year from now"))?;
            row.review_on = Set(date);
        }
        Step::Lift => {
            if reason.trim().is_empty() || reason.chars().count() > REASON_MAX {
                return Err(Error::invalid("reason", format!("write it in 1 to {REASON_MAX} characters")));
            }
            row.lifted_at = Set(Some(ctx.now()));
            row.lifted_by_name = Set(Some(ctx.actor.name.clone()));
            row.lift_reason = Set(Some(reason.trim().to_owned()));
        }
    }
    row.update(change.tx()).await?;
    change.note("event", state.slug()).note("restriction", id.to_string());
    change.commit().await?;
    Ok(state)
}

/// Whether a worker could see this child at all: on the allow list where there is one, and on no deny list.
pub(crate) async fn may_be_given_to(ctx: &Ctx, records: &[Uuid], worker: Uuid) -> Result<bool> {
    let rows = restriction::Entity::find()
        .filter(restriction::Column::PersonId.is_in(records.iter().copied()))
        .filter(restriction::Column::State.ne(State::Lifted.slug()))
        .all(ctx.db())
        .await?;
    let lists = restriction_list::Entity::find()
        .filter(restriction_list::Column::RestrictionId.is_in(rows.iter().map(|row| row.id)))
        .filter(restriction_list::Column::UserId.eq(worker))
        .all(ctx.db())
        .await?;
    Ok(rows.iter().all(|row| {
        let list = lists.iter().find(|line| line.restriction_id == row.id).map(|line| line.list.as_str());
        match list {
            Some(ALLOW) => true,
            Some(_) => false,
            None => !row.allow_list_only,
        }
    }))
}

/// How many restrictions have come to the date of their review, among those open to the actor.
pub async fn reviews_due(ctx: &Ctx) -> Result<Vec<(Uuid, NaiveDate)>> {
    let rows = restriction::Entity::find()
        .filter(restriction::Column::State.ne(State::Lifted.slug()))
        .filter(restriction::Column::ReviewOn.lte(ctx.today()))
        .order_by_asc(restriction::Column::ReviewOn)
        .limit(LIST_MAX)
        .all(ctx.db())
        .await?;
    let children: Vec<Uuid> = rows.iter().map(|row| row.person_id).collect();
    let judged = access::judge(ctx, Action::RestrictRecord, &children).await?;
    let listed: BTreeSet<Uuid> = judged.listed.iter().map(|one| one.id()).collect();
    let members = identity::members(ctx.db(), &listed.iter().copied().collect::<Vec<_>>()).await?;
    Ok(rows
        .into_iter()
        .filter(|row| members.contains_key(&row.person_id))
        .map(|row| (row.id, row.review_on))
        .collect())
}
