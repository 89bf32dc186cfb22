//! A child protection plan (`ChildProtectionPlans`).

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A child protection plan (`ChildProtectionPlans`).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "cp_plans")]
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
    /// `CPPstartDate`.
    pub start_date: Option<Date>,
    /// `CPPendDate`; `None` while the plan is open.
    pub end_date: Option<Date>,
    /// `InitialCategoryOfAbuse`.
    pub initial_category: Option<String>,
    /// `LatestCategoryOfAbuse`.
    pub latest_category: Option<String>,
    /// `NumberOfPreviousCPP`.
    pub number_previous: Option<i32>,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
