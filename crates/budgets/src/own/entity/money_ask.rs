//! Something that a young person or parent asked for.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Something that a young person or parent asked for.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "money_ask")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The share under which it was asked for.
    pub share_id: Uuid,
    /// The form that it came from: the same form sent again is the same question.
    pub form_key: String,
    /// The child.
    pub person_id: Uuid,
    /// What they ask for, in their words.
    pub what: String,
    /// What it would change, in their words; may be empty.
    pub why: String,
    /// What it may cost, where they know.
    pub pence: Option<i64>,
    /// The day.
    pub asked_on: Date,
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
