//! What the sender of a concern was told. Rows are added and never changed.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What the sender of a concern was told. Rows are added and never changed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "concern_told")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The concern.
    pub concern_id: Uuid,
    /// The day.
    pub told_on: Date,
    /// The words.
    pub words: String,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
    /// Who wrote it down.
    pub recorded_by: Uuid,
    /// Their name then.
    pub recorded_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
