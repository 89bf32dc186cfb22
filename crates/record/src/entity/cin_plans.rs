//! A child in need plan (`CINPlanDates`, from 2021-22).

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A child in need plan (`CINPlanDates`, from 2021-22).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "cin_plans")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The child's entry in a return, which decides whether this is live.
    pub person_return_id: Uuid,
    /// The child.
    pub person_id: Uuid,
    /// Its episode.
    pub episode_id: Uuid,
    /// Place among the plans of the episode, from 1.
    pub ordinal: i32,
    /// `CINPlanStartDate`.
    pub start_date: Option<Date>,
    /// `CINPlanEndDate`; `None` while the plan is open.
    pub end_date: Option<Date>,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
