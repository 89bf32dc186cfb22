//! A concern that somebody is writing.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A concern that somebody is writing.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "concern_draft")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who writes it; nobody else may see it.
    pub user_id: Uuid,
    /// The school (URN).
    pub urn: i32,
    /// [`crate::door::model::answers::Answers`], as JSON.
    pub answers: String,
    /// When it was last written to.
    pub updated_at: DateTimeUtc,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
