//! A card statement that was sent.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A card statement that was sent.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "card_statement")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The file’s name, fit to be shown.
    pub file_name: String,
    /// SHA-256 of the file; the same file is taken once.
    pub sha256: String,
    /// How many lines it has.
    pub lines: i32,
    /// The day of its first payment.
    pub first_day: Date,
    /// The day of its last payment.
    pub last_day: Date,
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
