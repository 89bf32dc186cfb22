//! What can be done with policies: permission, rules, and the change.

use std::collections::HashSet;

use chrono::NaiveDate;
use platform::{
    Ctx, Error as PlatformError,
    audit::{Look, Subject},
    policy::{Action, Object},
};
use uuid::Uuid;

use super::{
    entity::{budget_policy, budget_policy_live, budget_policy_preview, budget_policy_version},
    ground,
    model::{self, Funding, Policy, Problem, TEXT_MAX},
    store::{self, Decision, POLICIES_MAX, Shown, VERSIONS_MAX, Version},
};
use crate::{Error, Result};

pub use super::model::{Authority, decide};

/// Characters of a reason at most.
pub const REASON_MAX: usize = 500;

/// The rules that hold on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LivePolicy {
    /// The policy.
    pub policy_id: Uuid,
    /// The version.
    pub version_id: Uuid,
    /// The version's number.
    pub number: i32,
    /// Since which day it holds.
    pub from_day: NaiveDate,
    /// What it says.
    pub policy: Policy,
}

/// A policy in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The policy.
    pub id: Uuid,
    /// Its name: the newest version's.
    pub name: String,
    /// The version that holds today.
    pub live: Option<LivePolicy>,
    /// The number of the newest version.
    pub newest: i32,
}

/// A policy with everything that was ever written about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The policy.
    pub id: Uuid,
    /// Its versions, the first first.
    pub versions: Vec<Version>,
    /// The decisions about it, the first first.
    pub decisions: Vec<Decision>,
    /// The version that holds today.
    pub live: Option<LivePolicy>,
}

impl Whole {
    /// Its name: the newest version's.
    pub fn name(&self) -> &str {
        self.versions.last().map_or("", |version| version.policy.name.as_str())
    }
}

/// Why a version cannot be proposed.
#[derive(Debug)]
pub enum NotProposed {
    /// The text is no policy, or one that makes no sense.
    Problems(Vec<Problem>),
    /// Anything else.
    Other(Error),
}

impl<E: Into<Error>> From<E> for NotProposed {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

fn live_of(decision: &Decision, version: Version) -> LivePolicy {
    LivePolicy {
        policy_id: version.policy_id,
        version_id: version.id,
        number: version.number,
        from_day: decision.from_day,
        policy: version.policy,
    }
}

/// The version of a policy that holds on a day. No permission is asked: whoever may see a pot may know its rules.
///
/// # Errors
/// In words where none holds on that day; not found where there is no such policy.
pub async fn live(ctx: &Ctx, policy: Uuid, on: NaiveDate) -> Result<LivePolicy> {
    let decisions = store::decisions(ctx.db(), policy).await?;
    let Some(decision) = store::holding(&decisions, on) else {
        return Err(Error::choice("no version of these rules holds on that day yet"));
    };
    Ok(live_of(decision, store::version(ctx.db(), decision.version_id).await?))
}

/// The policies by whose rules today a pot is filled from its team only when something is agreed.
///
/// # Errors
/// When the database cannot be read.
pub async fn filled_as_needed(ctx: &Ctx) -> Result<HashSet<Uuid>> {
    let all = all_live(ctx, ctx.today()).await?;
    Ok(all
        .into_iter()
        .filter(|live| live.policy.funding == Funding::AsNeeded)
        .map(|live| live.policy_id)
        .collect())
}

/// Every policy of which a version holds on a day, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn all_live(ctx: &Ctx, on: NaiveDate) -> Result<Vec<LivePolicy>> {
    let decisions = store::all_decisions(ctx.db(), None).await?;
    let mut all = Vec::new();
    for (id, _) in store::policies(ctx.db()).await? {
        if let Some(decision) = decisions.get(&id).and_then(|all| store::holding(all, on)) {
            all.push(live_of(decision, store::version(ctx.db(), decision.version_id).await?));
        }
    }
    Ok(all)
}

/// A version by its identifier, whether or not it ever held. No permission is asked, as for [`live`].
///
/// # Errors
/// Not found, or the database.
pub async fn version(ctx: &Ctx, id: Uuid) -> Result<Version> {
    Ok(store::version(ctx.db(), id).await?)
}

/// Every policy, by name.
///
/// # Errors
/// Refused, or the database.
pub async fn list(ctx: &Ctx) -> Result<Vec<Overview>> {
    ctx.require(Action::ViewBudgets, Object::None)?;
    let mut all = Vec::new();
    for (id, _) in store::policies(ctx.db()).await? {
        let whole = one(ctx, id).await?;
        all.push(Overview {
            id,
            name: whole.name().to_owned(),
            newest: whole.versions.last().map_or(0, |version| version.number),
            live: whole.live,
        });
    }
    all.sort_by_key(|policy| policy.name.to_lowercase());
    Ok(all)
}

/// One policy with its versions.
///
/// # Errors
/// Refused, not found, or the database.
pub async fn one(ctx: &Ctx, id: Uuid) -> Result<Whole> {
    ctx.require(Action::ViewBudgets, Object::None)?;
    let versions = store::versions(ctx.db(), id).await?;
    if versions.is_empty() {
        return Err(PlatformError::NotFound.into());
    }
    let decisions = store::decisions(ctx.db(), id).await?;
    let live = store::holding(&decisions, ctx.today()).and_then(|decision| {
        let version = versions.iter().find(|version| version.id == decision.version_id)?;
        Some(live_of(decision, version.clone()))
    });
    Ok(Whole { id, versions, decisions, live })
}

/// Writes down a version: the next of a policy, or the first of a new one. It holds from no day yet. Gives the policy and
/// the version.
///
/// # Errors
/// [`NotProposed::Problems`] with every problem of the text.
pub async fn propose(
    ctx: &Ctx,
    policy: Option<Uuid>,
    text: &str,
    reason: &str,
) -> Result<(Uuid, Uuid), NotProposed> {
    ctx.require(Action::ManageBudgetPolicy, Object::None)?;
    if text.len() > TEXT_MAX {
        return Err(NotProposed::Other(Error::choice(format!("a policy has at most {TEXT_MAX} bytes"))));
    }
    let written = model::read(text).map_err(NotProposed::Problems)?;
    if reason.chars().count() > REASON_MAX {
        return Err(NotProposed::Other(Error::choice(format!("say why in at most {REASON_MAX} characters"))));
    }
    let mut change = ctx.change(Action::ManageBudgetPolicy, Subject::kind("budget-policy")).await?;
    let earlier = match policy {
        Some(policy) => store::versions(change.tx(), policy).await?,
        None => vec![],
    };
    let policy_id = match (policy, earlier.last()) {
        (Some(id), Some(last)) => {
            if last.policy.owner != written.owner {
                let why =
                    "whose the pots are cannot change between versions: propose it as rules of their own";
                return Err(NotProposed::Problems(vec![Problem {
                    place: "owner".to_owned(),
                    line: None,
                    why: why.to_owned(),
                }]));
            }
            if last.text == text {
                return Err(NotProposed::Other(Error::choice("this is the same as the newest version")));
            }
            id
        }
        (Some(_), None) => return Err(PlatformError::NotFound.into()),
        (None, _) => new_policy(&change, &written).await?,
    };
    if u64::try_from(earlier.len()).unwrap_or(u64::MAX) >= VERSIONS_MAX {
        return Err(NotProposed::Other(Error::choice(format!(
            "a policy has at most {VERSIONS_MAX} versions"
        ))));
    }
    let id = ctx.id();
    let row = budget_policy_version::Model {
        id,
        policy_id,
        number: earlier.last().map_or(0, |last| last.number).saturating_add(1),
        text: text.to_owned(),
        hash: store::hash(text),
        reason: reason.trim().to_owned(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    change.subject(Subject::of("budget-policy", policy_id));
    change.note("step", "proposed").note("version", row.number).note("hash", row.hash.as_str());
    store::insert_version(&change, row).await?;
    change.commit().await?;
    Ok((policy_id, id))
}

async fn new_policy(change: &platform::audit::Change<'_>, written: &Policy) -> Result<Uuid> {
    let ctx = change.ctx();
    let there = store::policies(change.tx()).await?;
    if u64::try_from(there.len()).unwrap_or(u64::MAX) >= POLICIES_MAX {
        return Err(Error::choice(format!("there are at most {POLICIES_MAX} policies")));
    }
    let name = written.name.trim();
    if there.iter().any(|(_, other)| other.eq_ignore_ascii_case(name)) {
        return Err(Error::choice(
            "there are rules of that name already: propose a new version of those, or use another name",
        ));
    }
    let id = ctx.id();
    let row = budget_policy::Model {
        id,
        name: name.to_owned(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    store::insert_policy(change, row).await?;
    Ok(id)
}

/// Works out what a version would mean, from the record and the ledger as they are now, and stores it as shown to whoever
/// asked. Gives the preview's identifier.
///
/// # Errors
/// Refused, not found, or the database.
pub async fn preview(ctx: &Ctx, version: Uuid) -> Result<Uuid> {
    ctx.require(Action::ManageBudgetPolicy, Object::None)?;
    let new = store::version(ctx.db(), version).await?;
    let old = match live(ctx, new.policy_id, ctx.today()).await {
        Ok(live) => Some(live),
        Err(Error::Choice(_)) => None,
        Err(error) => return Err(error),
    };
    let ground = ground::ground(ctx, new.policy_id).await?;
    let seen = model::preview(old.as_ref().map(|live| &live.policy), &new.policy, &ground, ctx.today());
    let content = serde_json::to_string(&seen)
        .map_err(|error| PlatformError::Corrupt { what: "preview of a policy", why: error.to_string() })?;
    let id = ctx.id();
    let mut change =
        ctx.change(Action::ManageBudgetPolicy, Subject::of("budget-policy", new.policy_id)).await?;
    let row = budget_policy_preview::Model {
        id,
        policy_id: new.policy_id,
        version_id: new.id,
        against_id: old.map(|live| live.version_id),
        hash: store::hash(&content),
        content,
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    change.note("step", "previewed").note("version", new.number).note("hash", row.hash.as_str());
    store::insert_preview(&change, row).await?;
    change.commit().await?;
    Ok(id)
}

/// A preview as it was stored. The look is written first.
///
/// # Errors
/// Refused, not found, or the database.
pub async fn shown(ctx: &Ctx, id: Uuid) -> Result<Shown> {
    ctx.require(Action::ManageBudgetPolicy, Object::None)?;
    let shown = store::shown(ctx.db(), id).await?;
    let detail = serde_json::json!({ "page": "preview of a policy", "preview": id });
    let subject = Subject::of("budget-policy", shown.policy_id);
    ctx.look(vec![Look { action: Action::ManageBudgetPolicy, subject, reason: None, detail }]).await?;
    Ok(shown)
}

/// Whether somebody is the author of a version. At the command line people have names only.
pub fn is_author(ctx: &Ctx, version: &Version) -> bool {
    version.by.0 == ctx.actor.id && (!ctx.actor.id.is_nil() || version.by.1 == ctx.actor.name)
}

/// Decides that a version holds from a day on. Whoever decides is not its author and was shown its preview today.
///
/// # Errors
/// In words for the person who asked.
pub async fn go_live(ctx: &Ctx, version: Uuid, preview: Uuid, from: NaiveDate) -> Result<()> {
    ctx.require(Action::ManageBudgetPolicy, Object::None)?;
    let mut change = ctx.change(Action::ManageBudgetPolicy, Subject::kind("budget-policy")).await?;
    let version = store::version(change.tx(), version).await?;
    let shown = store::shown(change.tx(), preview).await?;
    let decisions = store::decisions(change.tx(), version.policy_id).await?;
    if is_author(ctx, &version) {
        return Err(Error::choice("you wrote this version, so somebody else decides that it goes live"));
    }
    let mine = shown.by.0 == ctx.actor.id && (!ctx.actor.id.is_nil() || shown.by.1 == ctx.actor.name);
    let today = ctx.today();
    let live = store::holding(&decisions, today).map(|one| one.version_id);
    if shown.version_id != version.id || !mine || shown.preview.on != today || shown.against_id != live {
        return Err(Error::choice(
            "look at a fresh preview of this version first: it must be yours, of today, and beside the version that holds now",
        ));
    }
    if from < today {
        return Err(Error::choice("rules do not change backwards: choose today or a later day"));
    }
    if from > version.policy.last_day {
        return Err(Error::choice("these rules end before that day"));
    }
    if decisions.iter().any(|one| one.from_day > from) {
        return Err(Error::choice(
            "another version was decided for a later day already: choose that day or a later one",
        ));
    }
    let row = budget_policy_live::Model {
        id: ctx.id(),
        policy_id: version.policy_id,
        seq: decisions.last().map_or(0, |last| last.seq).saturating_add(1),
        version_id: version.id,
        from_day: from,
        preview_id: shown.id,
        preview_hash: shown.hash,
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    change.subject(Subject::of("budget-policy", version.policy_id));
    change.note("step", "live").note("version", version.number).note("from", from.to_string());
    store::insert_live(&change, row).await?;
    Ok(change.commit().await?)
}
