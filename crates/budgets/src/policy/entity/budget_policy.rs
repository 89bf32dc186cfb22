//! A policy, whatever its versions say.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A policy, whatever its versions say.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "budget_policy")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its name as it was proposed at first.
    pub name: String,
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
