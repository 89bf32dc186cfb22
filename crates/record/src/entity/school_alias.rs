//! The school that a system's own identifier (`NativeId`) means, said by a person.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// The school that a system's own identifier (`NativeId`) means, said by a person.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "school_alias")]
pub struct Model {
    /// The identifier as it stands in the tables.
    #[sea_orm(primary_key, auto_increment = false)]
    pub native_id: String,
    /// The school.
    pub urn: i32,
    /// When it was said.
    pub set_at: DateTimeUtc,
    /// Who said it; nil for the command line.
    pub set_by: Uuid,
    /// Who said it, by name as it was then.
    pub set_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
