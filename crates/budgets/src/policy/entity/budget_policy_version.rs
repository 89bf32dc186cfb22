//! A version of a policy: its text, frozen.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A version of a policy: its text, frozen.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "budget_policy_version")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The policy.
    pub policy_id: Uuid,
    /// Its number among the versions, from 1.
    pub number: i32,
    /// The text, in TOML.
    pub text: String,
    /// SHA-256 of the text.
    pub hash: String,
    /// Why it was proposed; may be empty.
    pub reason: String,
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
