//! Why a worker has not used a pot.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Why a worker has not used a pot, as they said on a day. The latest of a pot is the one that stands.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "unused_reason")]
pub struct Model {
    /// The pot.
    #[sea_orm(primary_key, auto_increment = false)]
    pub pot_id: Uuid,
    /// Its place among what was said of the pot, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i32,
    /// [`crate::insight::model::unused::Reason`].
    pub reason: String,
    /// Further words; may be empty.
    pub words: String,
    /// The day on which it was said.
    pub said_on: Date,
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
