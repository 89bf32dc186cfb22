//! A word of a name with one letter left out, to find it by a slip.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A word of a name with one letter left out, to find it by a slip.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "name_variant")]
pub struct Model {
    /// The shorter word.
    #[sea_orm(primary_key, auto_increment = false)]
    pub variant: String,
    /// The word.
    #[sea_orm(primary_key, auto_increment = false)]
    pub word: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
