//! What a line of a statement was decided to be.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What a line of a statement was decided to be.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "statement_match")]
pub struct Model {
    /// The line.
    #[sea_orm(primary_key, auto_increment = false)]
    pub line_id: Uuid,
    /// [`crate::finance::model::decision::Decision`].
    pub decision: String,
    /// The payment, where it is one; each payment once.
    pub journal_id: Option<Uuid>,
    /// Why, where it is none; may be empty.
    pub words: String,
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
