//! A school holiday of the council.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A school holiday of the council.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "school_holiday")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// First day.
    pub first_day: Date,
    /// Last day.
    pub last_day: Date,
    /// When it was taken back; `None` where it was not.
    pub withdrawn_at: Option<DateTimeUtc>,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
    /// Who wrote it down.
    pub recorded_by: Uuid,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
