//! Access with a reason: given by the one who needs it, for three hours, reviewed by somebody else.
//!
//! Two kinds with one course (model.md 5.2 no. 20: Reason given > Granted > Expired > Reviewed): *reasoned*
//! access to a child that is not the actor's own, and *emergency* access to a restricted record.

use chrono::{DateTime, Duration, Utc};
use platform::{
    Ctx, Error, Result,
    audit::Subject,
    policy::{Action, ChildFacts, Object, Why, decide},
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::{
    facts,
    list::{Listed, Outline, may_know_presence, outlines},
    open::{Access, ask},
};
use crate::{entity::access_grant, people::identity};

/// How long a grant runs.
pub const RUNS_FOR: Duration = Duration::hours(3);
/// A reason may have so many characters.
pub const REASON_MAX: usize = 1_000;
/// So many grants are read for the list of those that wait for review.
const WAITING_MAX: u64 = 500;

choices! {
    /// The kind of access.
    GrantKind {
        /// To a child that is not the actor's own.
        Reasoned = "reasoned", "Reason given";
        /// To a restricted record.
        Emergency = "emergency", "Emergency access";
    }
}

choices! {
    /// The reason in kind.
    ReasonCode {
        /// In place of the allocated worker.
        Cover = "cover", "I am covering for the allocated worker";
        /// On duty or out of hours.
        Duty = "duty", "I am on duty or working out of hours";
        /// Risk of harm at this moment.
        Risk = "risk", "A child may be at immediate risk of harm";
        /// Work with the family.
        Family = "family", "I work with a brother, sister or other family member";
        /// Management of the service.
        Oversight = "oversight", "Supervision, audit or a complaint";
        /// Anything else; the words say what.
        Other = "other", "Another reason";
    }
}

choices! {
    /// What the reviewer found.
    ReviewOutcome {
        /// It was right to look.
        Justified = "justified", "Justified";
        /// The reviewer asks the person or their manager.
        FollowUp = "follow-up", "Follow up with the person";
        /// It was not right to look; a grant that still runs ends at once.
        NotJustified = "not-justified", "Not justified";
    }
}

/// How a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantState {
    /// It runs.
    Granted,
    /// It has ended and waits for review.
    Expired,
    /// It has been reviewed.
    Reviewed,
}

impl GrantState {
    /// How this grant stands at an instant.
    pub fn of(grant: &access_grant::Model, now: DateTime<Utc>) -> Self {
        match grant.reviewed_at {
            Some(_) => Self::Reviewed,
            None if grant.expires_at > now => Self::Granted,
            None => Self::Expired,
        }
    }

    /// The words on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Granted => "Running",
            Self::Expired => "Expired",
            Self::Reviewed => "Reviewed",
        }
    }
}

/// Gives the actor access to a child on a reason. Which kind follows from the policy; where it asks for no
/// reason nothing is written and the answer is `None`.
pub async fn give(ctx: &Ctx, id: Uuid, code: ReasonCode, reason: &str) -> Result<Option<GrantKind>> {
    if reason.trim().is_empty() || reason.chars().count() > REASON_MAX {
        return Err(Error::invalid("reason", format!("write it in 1 to {REASON_MAX} characters")));
    }
    let kind = match ask(ctx, id, Action::ViewChild).await? {
        Access::Open(_) => return Ok(None),
        Access::Ask(Why::NotYours) => GrantKind::Reasoned,
        Access::Ask(Why::Restricted) => GrantKind::Emergency,
    };
    let person_id = identity::survivor(ctx.db(), id).await?.ok_or(Error::NotFound)?;
    let mut change = ctx.change(Action::ViewChild, Subject::person(person_id)).await?;
    let grant = access_grant::Model {
        id: ctx.id(),
        person_id,
        user_id: ctx.actor.id,
        user_name: ctx.actor.name.clone(),
        kind: kind.slug().to_owned(),
        reason_code: code.slug().to_owned(),
        reason: reason.trim().to_owned(),
        granted_at: ctx.now(),
        expires_at: ctx.now() + RUNS_FOR,
        reviewed_at: None,
        reviewed_by: None,
        reviewed_by_name: None,
        outcome: None,
        review_note: None,
    };
    change.reason(code.title()).note("grant", grant.id.to_string()).note("kind", kind.slug());
    access_grant::Entity::insert(grant.into_active_model()).exec_without_returning(change.tx()).await?;
    change.commit().await?;
    Ok(Some(kind))
}

/// The reason in kind on which the actor looks, for the access chain.
pub(super) async fn running_reason(ctx: &Ctx, ids: &[Uuid], facts: ChildFacts) -> Result<Option<String>> {
    if !facts.reasoned_grant && !facts.emergency_grant {
        return Ok(None);
    }
    let grant = access_grant::Entity::find()
        .filter(access_grant::Column::UserId.eq(ctx.actor.id))
        .filter(access_grant::Column::PersonId.is_in(ids.iter().copied()))
        .filter(access_grant::Column::ExpiresAt.gt(ctx.now()))
        .order_by_desc(access_grant::Column::GrantedAt)
        .one(ctx.db())
        .await?;
    Ok(grant.and_then(|grant| ReasonCode::from_slug(&grant.reason_code)).map(|code| code.title().to_owned()))
}

/// One grant as its reviewer may see it.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The grant's identifier.
    pub id: Uuid,
    /// Who looked.
    pub user_name: String,
    /// Whether it is the actor's own, which somebody else must review.
    pub own: bool,
    /// The kind of access.
    pub kind: GrantKind,
    /// The reason in kind.
    pub code: Option<ReasonCode>,
    /// When it began.
    pub granted_at: DateTime<Utc>,
    /// When it ends or ended.
    pub expires_at: DateTime<Utc>,
    /// How it stands.
    pub state: GrantState,
    /// The child and the reason in words; `None` where the reviewer may know of the restricted record's
    /// presence only.
    pub open: Option<(Outline, String)>,
}

/// The grants that wait for the actor's review, oldest first. One's own are not among them, nor those for
/// records whose existence must stay hidden from the actor.
pub async fn waiting(ctx: &Ctx) -> Result<Vec<Waiting>> {
    ctx.require(Action::ReviewAccess, Object::None)?;
    let grants = access_grant::Entity::find()
        .filter(access_grant::Column::ReviewedAt.is_null())
        .filter(access_grant::Column::UserId.ne(ctx.actor.id))
        .order_by_asc(access_grant::Column::GrantedAt)
        .order_by_asc(access_grant::Column::Id)
        .limit(WAITING_MAX)
        .all(ctx.db())
        .await?;
    as_reviewer(ctx, grants).await
}

/// How many grants wait for the actor's review.
pub async fn waiting_count(ctx: &Ctx) -> Result<usize> {
    let grants = access_grant::Entity::find()
        .filter(access_grant::Column::ReviewedAt.is_null())
        .filter(access_grant::Column::UserId.ne(ctx.actor.id))
        .limit(WAITING_MAX)
        .all(ctx.db())
        .await?;
    Ok(visible(ctx, grants).await?.len())
}

/// One grant that waits for the actor's review.
pub async fn one_waiting(ctx: &Ctx, id: Uuid) -> Result<Waiting> {
    ctx.require(Action::ReviewAccess, Object::None)?;
    let grant = access_grant::Entity::find_by_id(id).one(ctx.db()).await?.ok_or(Error::NotFound)?;
    if grant.reviewed_at.is_some() {
        return Err(Error::Conflict);
    }
    as_reviewer(ctx, vec![grant]).await?.pop().ok_or(Error::NotFound)
}

/// The grants that the reviewer may know of, each with its child's facts and whether it is open to them.
async fn visible(
    ctx: &Ctx,
    grants: Vec<access_grant::Model>,
) -> Result<Vec<(access_grant::Model, Option<Listed>)>> {
    let mut asked: Vec<Uuid> = grants.iter().map(|grant| grant.person_id).collect();
    asked.sort_unstable();
    asked.dedup();
    let survivors = identity::survivors(ctx.db(), &asked).await?;
    let members = identity::members(ctx.db(), &survivors).await?;
    let facts = facts::load(ctx, &survivors).await?;
    let mut all = Vec::with_capacity(grants.len());
    for grant in grants {
        let child = members.get(&grant.person_id);
        let Some((child, facts)) = child.and_then(|id| Some((*id, *facts.get(id)?))) else { continue };
        if decide(&ctx.actor, Action::ReviewAccess, Object::Child(facts)).is_allowed() {
            all.push((grant, Some(Listed::new(child, facts))));
        } else if may_know_presence(ctx, facts) {
            all.push((grant, None));
        }
    }
    Ok(all)
}

async fn as_reviewer(ctx: &Ctx, grants: Vec<access_grant::Model>) -> Result<Vec<Waiting>> {
    let now = ctx.now();
    let visible = visible(ctx, grants).await?;
    let mut listed: Vec<Listed> = visible.iter().filter_map(|(_, listed)| *listed).collect();
    listed.sort_unstable_by_key(|one| one.id());
    listed.dedup_by_key(|one| one.id());
    let shown = outlines(ctx, Action::ReviewAccess, &listed, "access reviews").await?;
    Ok(visible
        .into_iter()
        .filter_map(|(grant, listed)| {
            let outline = listed.and_then(|one| shown.iter().find(|outline| outline.id == one.id())).cloned();
            Some(Waiting {
                id: grant.id,
                own: grant.user_id == ctx.actor.id,
                kind: GrantKind::from_slug(&grant.kind)?,
                code: ReasonCode::from_slug(&grant.reason_code),
                granted_at: grant.granted_at,
                expires_at: grant.expires_at,
                state: GrantState::of(&grant, now),
                open: outline.map(|outline| (outline, grant.reason)),
                user_name: grant.user_name,
            })
        })
        .collect())
}

/// Signs off a grant. Nobody reviews their own.
pub async fn review(ctx: &Ctx, id: Uuid, outcome: ReviewOutcome, note: &str) -> Result<()> {
    ctx.require(Action::ReviewAccess, Object::None)?;
    let mut change = ctx.change(Action::ReviewAccess, Subject::of("access-grant", id)).await?;
    let grant = access_grant::Entity::find_by_id(id).one(change.tx()).await?.ok_or(Error::NotFound)?;
    if grant.user_id == ctx.actor.id {
        return Err(Error::invalid("review", "nobody reviews their own access"));
    }
    if grant.reviewed_at.is_some() {
        return Err(Error::Conflict);
    }
    if visible(ctx, vec![grant.clone()]).await?.is_empty() {
        return Err(Error::NotFound);
    }
    let expires = grant.expires_at;
    let mut row = grant.into_active_model();
    row.reviewed_at = Set(Some(ctx.now()));
    row.reviewed_by = Set(Some(ctx.actor.id));
    row.reviewed_by_name = Set(Some(ctx.actor.name.clone()));
    row.outcome = Set(Some(outcome.slug().to_owned()));
    row.review_note = Set(Some(note.trim().chars().take(REASON_MAX).collect()));
    if outcome == ReviewOutcome::NotJustified {
        row.expires_at = Set(expires.min(ctx.now()));
    }
    row.update(change.tx()).await?;
    change.note("outcome", outcome.slug());
    change.commit().await
}
