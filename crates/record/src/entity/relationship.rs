//! What one person is to a child.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What one person is to a child.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "relationship")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The child.
    pub person_id: Uuid,
    /// The other person, where the record has one.
    pub other_person_id: Option<Uuid>,
    /// The name of the other person, where the record has none.
    pub other_name: Option<String>,
    /// What the other person is to the child: [`crate::family::Kind`], by its stored name.
    pub kind: String,
    /// From when; `None` where that is not known.
    pub start_date: Option<Date>,
    /// Until when; `None` while it holds.
    pub end_date: Option<Date>,
    /// Whether the other person has parental responsibility; `None` where that is not known.
    pub parental_responsibility: Option<bool>,
    /// Whether the child lives with the other person; `None` where that is not known.
    pub lives_with: Option<bool>,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
    /// Who wrote it down.
    pub recorded_by: Uuid,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
