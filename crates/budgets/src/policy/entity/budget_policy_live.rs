//! The day from which a version holds.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// The day from which a version holds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "budget_policy_live")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The policy.
    pub policy_id: Uuid,
    /// Its number among the decisions about the policy, from 1.
    pub seq: i32,
    /// The version.
    pub version_id: Uuid,
    /// The first day on which it holds.
    pub from_day: Date,
    /// The preview that was shown before.
    pub preview_id: Uuid,
    /// That preview’s hash.
    pub preview_hash: String,
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
