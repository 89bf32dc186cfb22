//! What of a person the keys were made from, so that a change is noticed.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What of a person the keys were made from, so that a change is noticed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "person_indexed")]
pub struct Model {
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    /// Digest of the fields that keys are made from.
    pub digest: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
