//! A grant of money, and the days on which it may be used.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A grant of money, and the days on which it may be used.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "fund")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Who gives it.
    pub funder: String,
    /// The funder’s reference; may be empty.
    pub reference: String,
    /// The first day on which it may be used.
    pub first_day: Date,
    /// The last day on which anything may be promised from it, before any extension.
    pub end_date: Date,
    /// When it was written.
    pub recorded_at: DateTimeUtc,
    /// By whom; nil for the command line.
    pub recorded_by: Uuid,
    /// By whom, by name as it was then.
    pub recorded_by_name: String,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
