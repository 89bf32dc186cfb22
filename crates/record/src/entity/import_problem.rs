//! A problem of a file, as its reader reported it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A problem of a file, as its reader reported it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "import_problem")]
pub struct Model {
    /// The file.
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_file_id: Uuid,
    /// Place in the list, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i32,
    /// `note`, `warning` or `error`.
    pub severity: String,
    /// Kind of problem; see `returns::catalogue`.
    pub code: String,
    /// Line of the file.
    pub line: i64,
    /// Number of the record in the file.
    pub record_number: Option<i64>,
    /// The file's own identifier of the record.
    pub record_id: Option<String>,
    /// The element or column.
    pub field: Option<String>,
    /// What the file says there. Personal data.
    pub found: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
