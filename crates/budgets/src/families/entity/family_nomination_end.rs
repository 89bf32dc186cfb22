//! A nomination that was taken back before the draw.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A nomination that was taken back before the draw.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "family_nomination_end")]
pub struct Model {
    /// The nomination.
    #[sea_orm(primary_key, auto_increment = false)]
    pub nomination_id: Uuid,
    /// Why.
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
