//! Days on which a worker is not at their schools, and who stands in.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Days on which a worker is not at their schools, and who stands in.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "worker_absence")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who is away, a user.
    pub worker_id: Uuid,
    /// From one school only; `None` from all.
    pub urn: Option<i32>,
    /// First day.
    pub first_day: Date,
    /// Last day.
    pub last_day: Date,
    /// Who stands in, a user; `None`: the school calls the duty number.
    pub cover_id: Option<Uuid>,
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
