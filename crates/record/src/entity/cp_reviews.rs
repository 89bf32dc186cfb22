//! A review of a child protection plan (`CPPreviewDate`).

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A review of a child protection plan (`CPPreviewDate`).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "cp_reviews")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The child's entry in a return, which decides whether this is live.
    pub person_return_id: Uuid,
    /// The child.
    pub person_id: Uuid,
    /// Its plan.
    pub cp_plan_id: Uuid,
    /// `CPPreviewDate`.
    pub review_date: Date,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
