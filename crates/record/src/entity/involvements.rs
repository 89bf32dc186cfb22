//! A worker or a team given to a child, from one day to another.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A worker or a team given to a child, from one day to another.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "involvements")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The child.
    pub person_id: Uuid,
    /// The worker, a user; `None` where the child waits with a team.
    pub professional_id: Option<Uuid>,
    /// The team.
    pub professional_team: Option<Uuid>,
    /// [`crate::allocation::Part`], by its stored name.
    pub professional_role: String,
    /// First day.
    pub start_date: Date,
    /// First day on which it holds no longer; `None` while it runs.
    pub end_date: Option<Date>,
    /// Why it ended: a code of the dataset, see [`crate::allocation::ChangeReason`].
    pub worker_change_reason: Option<String>,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
    /// Who wrote it down.
    pub recorded_by: Uuid,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
