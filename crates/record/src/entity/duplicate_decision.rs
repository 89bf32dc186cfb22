//! Two records of which somebody decided that they are not the same child.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Two records of which somebody decided that they are not the same child.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "duplicate_decision")]
pub struct Model {
    /// The smaller identifier of the two.
    #[sea_orm(primary_key, auto_increment = false)]
    pub first_id: Uuid,
    /// The larger.
    #[sea_orm(primary_key, auto_increment = false)]
    pub second_id: Uuid,
    /// Why.
    pub reason: String,
    /// When.
    pub decided_at: DateTimeUtc,
    /// By whom.
    pub decided_by: Uuid,
    /// By whom, by name as it was then.
    pub decided_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
