//! What a version would have meant, as it was shown to somebody.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What a version would have meant, as it was shown to somebody.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "budget_policy_preview")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The policy.
    pub policy_id: Uuid,
    /// The version.
    pub version_id: Uuid,
    /// The version with which it was compared; none where none was live.
    pub against_id: Option<Uuid>,
    /// What was shown, as JSON; see [`crate::policy::model::Preview`].
    pub content: String,
    /// SHA-256 of the content.
    pub hash: String,
    /// When it was written.
    pub recorded_at: DateTimeUtc,
    /// By whom; nil for the command line.
    pub recorded_by: Uuid,
    /// By whom, by name as it was then.
    pub recorded_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
