//! An envelope from which nothing is promised any more.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// An envelope from which nothing is promised any more.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "envelope_closure")]
pub struct Model {
    /// The envelope.
    #[sea_orm(primary_key, auto_increment = false)]
    pub envelope_id: Uuid,
    /// The day.
    pub closed_on: Date,
    /// Why.
    pub reason: String,
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
