//! A key under which a person is found: `w:` and a word of the name, or a key of [`crate::duplicates::model::keys`].

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A key under which a person is found: `w:` and a word of the name, or a key of [`crate::duplicates::model::keys`].
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "person_key")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
