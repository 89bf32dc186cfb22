//! A child of a family.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A child of a family.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "family_member")]
pub struct Model {
    /// The family.
    #[sea_orm(primary_key, auto_increment = false)]
    pub family_id: Uuid,
    /// The child.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
