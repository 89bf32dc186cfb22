//! What was answered to somebody who asked.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What was answered to somebody who asked.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "money_answer")]
pub struct Model {
    /// What was asked for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ask_id: Uuid,
    /// [`crate::own::model::Answer`].
    pub answer: String,
    /// In words for them.
    pub words: String,
    /// The day.
    pub answered_on: Date,
    /// When it was written.
    pub recorded_at: DateTimeUtc,
    /// By whom.
    pub recorded_by: Uuid,
    /// By whom, by name as it was then.
    pub recorded_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
