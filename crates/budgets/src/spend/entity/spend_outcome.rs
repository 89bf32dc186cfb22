//! What changed some time after a payment, in the worker’s judgement.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What changed some time after a payment, in the worker’s judgement.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "spend_outcome")]
pub struct Model {
    /// The request.
    #[sea_orm(primary_key, auto_increment = false)]
    pub request_id: Uuid,
    /// After so many days: 30 or 90.
    #[sea_orm(primary_key, auto_increment = false)]
    pub days: i16,
    /// [`crate::spend::model::Outcome`].
    pub outcome: String,
    /// In words.
    pub words: String,
    /// On which day it was said.
    pub said_on: Date,
    /// When it was written.
    pub recorded_at: DateTimeUtc,
    /// By whom; nil for work that the system does by itself.
    pub recorded_by: Uuid,
    /// By whom, by name as it was then.
    pub recorded_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
