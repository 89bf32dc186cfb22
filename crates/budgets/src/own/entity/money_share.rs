//! Somebody outside the council who may see the money of a child or family.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Somebody outside the council who may see the money of a child or family.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "money_share")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who may see it.
    pub user_id: Uuid,
    /// The child whose money it is.
    pub person_id: Uuid,
    /// [`crate::own::model::Part`].
    pub part: String,
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
