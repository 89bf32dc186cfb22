//! One thing that an import will change or has changed: a child or row that the record already knew.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// One thing that an import will change or has changed: a child or row that the record already knew.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "import_change")]
pub struct Model {
    /// The file.
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_file_id: Uuid,
    /// Place in the list, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i32,
    /// `changed`, `gone` or `undecided` (the file ended before it could be told).
    pub change: String,
    /// The file's own identifier (`LAchildID`, row, URN).
    pub key: String,
    /// The parts that differ, in words without personal data.
    pub what: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
