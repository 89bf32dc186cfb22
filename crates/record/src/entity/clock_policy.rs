//! One version of the council's own limit for one clock; never edited.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// One version of the council's own limit for one clock; never edited.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "clock_policy")]
pub struct Model {
    /// Place among the versions, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// [`crate::clocks::ClockKind`], by its stored name.
    pub clock: String,
    /// How many; `None` takes the council's own limit away.
    pub number: Option<i32>,
    /// [`crate::clocks::Unit`], by its stored name.
    pub unit: Option<String>,
    /// It holds for clocks that start on this day or later.
    pub applies_from: Date,
    /// Why.
    pub reason: String,
    /// When it was written down.
    pub created_at: DateTimeUtc,
    /// By whom.
    pub created_by: Uuid,
    /// By whom, by name as it was then.
    pub created_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
