//! Whom a school calls when nobody of the team is there, one version of it; the latest holds.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Whom a school calls when nobody of the team is there, one version of it; the latest holds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "duty_line")]
pub struct Model {
    /// 1, 2, 3 and so on.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// The name of the line.
    pub name: String,
    /// Its number.
    pub phone: String,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
    /// Who wrote it down.
    pub recorded_by: Uuid,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
