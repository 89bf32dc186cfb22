//! A frozen comparison. The database refuses to change or remove a row.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A frozen comparison.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "school_comparison")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What the comparison is for.
    pub purpose: String,
    /// The purpose without case and superfluous space: what tells purposes apart.
    pub purpose_key: String,
    /// Its number among those of the purpose, from 1.
    pub number: i32,
    /// The frozen text: [`super::model::Document`] as compact JSON.
    pub document: String,
    /// SHA-256 of the text, in hexadecimal.
    pub document_hash: String,
    /// The hash of the figures, for finding comparisons of the same figures.
    pub figures_hash: String,
    /// When it was frozen.
    pub frozen_at: DateTimeUtc,
    /// By whom; nil for the command line.
    pub frozen_by: Uuid,
    /// By whom, by name as it was then.
    pub frozen_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
