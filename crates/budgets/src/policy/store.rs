//! Rows of policies in and out.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Error, Result, audit::Change};
use sea_orm::{
    ActiveModelTrait, ColumnTrait as _, ConnectionTrait, EntityTrait, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, SqlErr,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    entity::{budget_policy, budget_policy_live, budget_policy_preview, budget_policy_version},
    model::{Policy, Preview, read},
};

/// Policies of a council at most.
pub const POLICIES_MAX: u64 = 200;
/// Versions of one policy at most.
pub const VERSIONS_MAX: u64 = 500;

/// A version of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Identifier.
    pub id: Uuid,
    /// The policy.
    pub policy_id: Uuid,
    /// Its number among the versions, from 1.
    pub number: i32,
    /// What it says.
    pub policy: Policy,
    /// Its text.
    pub text: String,
    /// SHA-256 of the text.
    pub hash: String,
    /// Why it was proposed; may be empty.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom: identifier and name.
    pub by: (Uuid, String),
}

/// A decision that a version holds from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its number among the decisions about the policy, from 1.
    pub seq: i32,
    /// The version.
    pub version_id: Uuid,
    /// From which day.
    pub from_day: NaiveDate,
    /// The preview that was shown.
    pub preview_id: Uuid,
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// A preview that was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Identifier.
    pub id: Uuid,
    /// The policy.
    pub policy_id: Uuid,
    /// The version.
    pub version_id: Uuid,
    /// The version beside it.
    pub against_id: Option<Uuid>,
    /// What it says.
    pub preview: Preview,
    /// SHA-256 of what is stored.
    pub hash: String,
    /// When.
    pub at: DateTime<Utc>,
    /// To whom: identifier and name.
    pub by: (Uuid, String),
}

/// SHA-256 of a text, in hexadecimal.
pub(super) fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Writes a row that never changes; [`Error::Conflict`] where somebody else took its number.
pub(super) async fn insert<A>(change: &Change<'_>, row: A) -> Result<()>
where
    A: ActiveModelTrait + Send,
{
    match <A::Entity as EntityTrait>::insert(row).exec_without_returning(change.tx()).await {
        Ok(_) => Ok(()),
        Err(error) => Err(match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Error::Conflict,
            _ => error.into(),
        }),
    }
}

pub(super) async fn insert_policy(change: &Change<'_>, row: budget_policy::Model) -> Result<()> {
    insert(change, row.into_active_model()).await
}

pub(super) async fn insert_version(change: &Change<'_>, row: budget_policy_version::Model) -> Result<()> {
    insert(change, row.into_active_model()).await
}

pub(super) async fn insert_preview(change: &Change<'_>, row: budget_policy_preview::Model) -> Result<()> {
    insert(change, row.into_active_model()).await
}

pub(super) async fn insert_live(change: &Change<'_>, row: budget_policy_live::Model) -> Result<()> {
    insert(change, row.into_active_model()).await
}

/// Every policy, by name: its identifier and the name under which it was proposed.
///
/// # Errors
/// When the database cannot be read.
pub async fn policies(db: &impl ConnectionTrait) -> Result<Vec<(Uuid, String)>> {
    let rows = budget_policy::Entity::find()
        .order_by_asc(budget_policy::Column::Name)
        .order_by_asc(budget_policy::Column::Id)
        .limit(POLICIES_MAX)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

fn version_of(row: budget_policy_version::Model) -> Result<Version> {
    let corrupt = |why: String| Error::Corrupt { what: "version of a policy", why };
    if hash(&row.text) != row.hash {
        return Err(corrupt("its text no longer has its hash".to_owned()));
    }
    let policy = read(&row.text).map_err(|problems| {
        corrupt(problems.first().map_or_else(|| "unreadable".to_owned(), ToString::to_string))
    })?;
    Ok(Version {
        id: row.id,
        policy_id: row.policy_id,
        number: row.number,
        policy,
        text: row.text,
        hash: row.hash,
        reason: row.reason,
        at: row.recorded_at,
        by: (row.recorded_by, row.recorded_by_name),
    })
}

/// One version.
///
/// # Errors
/// Not found; corrupt where the stored text no longer has its hash; or the database.
pub async fn version(db: &impl ConnectionTrait, id: Uuid) -> Result<Version> {
    let row = budget_policy_version::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    version_of(row)
}

/// Every version of a policy, the first first.
///
/// # Errors
/// As [`version`].
pub async fn versions(db: &impl ConnectionTrait, policy: Uuid) -> Result<Vec<Version>> {
    let rows = budget_policy_version::Entity::find()
        .filter(budget_policy_version::Column::PolicyId.eq(policy))
        .order_by_asc(budget_policy_version::Column::Number)
        .limit(VERSIONS_MAX)
        .all(db)
        .await?;
    rows.into_iter().map(version_of).collect()
}

/// Every decision about a policy, the first first.
///
/// # Errors
/// When the database cannot be read.
pub async fn decisions(db: &impl ConnectionTrait, policy: Uuid) -> Result<Vec<Decision>> {
    Ok(all_decisions(db, Some(policy)).await?.remove(&policy).unwrap_or_default())
}

/// The decisions about one policy or about all, by policy, the first first.
///
/// # Errors
/// When the database cannot be read.
pub async fn all_decisions(
    db: &impl ConnectionTrait,
    policy: Option<Uuid>,
) -> Result<HashMap<Uuid, Vec<Decision>>> {
    let mut query = budget_policy_live::Entity::find().order_by_asc(budget_policy_live::Column::Seq);
    if let Some(policy) = policy {
        query = query.filter(budget_policy_live::Column::PolicyId.eq(policy));
    }
    let mut all: HashMap<Uuid, Vec<Decision>> = HashMap::new();
    for row in query.all(db).await? {
        all.entry(row.policy_id).or_default().push(Decision {
            seq: row.seq,
            version_id: row.version_id,
            from_day: row.from_day,
            preview_id: row.preview_id,
            at: row.recorded_at,
            by: row.recorded_by_name,
        });
    }
    Ok(all)
}

/// The decision that holds on a day: the last of those whose day has come.
pub fn holding(decisions: &[Decision], on: NaiveDate) -> Option<&Decision> {
    decisions.iter().filter(|one| one.from_day <= on).max_by_key(|one| (one.from_day, one.seq))
}

/// One preview.
///
/// # Errors
/// Not found, or the database.
pub async fn shown(db: &impl ConnectionTrait, id: Uuid) -> Result<Shown> {
    let row = budget_policy_preview::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    let corrupt = |why: String| Error::Corrupt { what: "preview of a policy", why };
    if hash(&row.content) != row.hash {
        return Err(corrupt("it no longer has its hash".to_owned()));
    }
    let preview = serde_json::from_str(&row.content).map_err(|error| corrupt(error.to_string()))?;
    Ok(Shown {
        id: row.id,
        policy_id: row.policy_id,
        version_id: row.version_id,
        against_id: row.against_id,
        preview,
        hash: row.hash,
        at: row.recorded_at,
        by: (row.recorded_by, row.recorded_by_name),
    })
}
